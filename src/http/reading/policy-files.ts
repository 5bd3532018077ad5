import { policyFileRoutes } from "../../contract/routes/policy-files.ts";
import { readUpload } from "../../database/policy-files/policy-uploads.ts";
import { orNotFound } from "../routing/requests.ts";
import { read } from "../routing/served.ts";

export const policyFileReads = {
  show: read(policyFileRoutes.show, async ({ env, tenant, params }) =>
    orNotFound(await readUpload(env.DATABASE, tenant.id, params.uploadId)),
  ),
};
