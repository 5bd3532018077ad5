import { findingRoutes } from "../../contract/routes/findings.ts";
import { findRemedy } from "../../database/findings/finding-remedy.ts";
import { listFindings, readFinding } from "../../database/findings/findings.ts";
import { orNotFound } from "../routing/requests.ts";
import { read } from "../routing/served.ts";
import { findingDetail } from "./finding-detail.ts";

export const findingReads = {
  list: read(
    findingRoutes.list,
    async ({ env, tenant, query }) => await listFindings(env.DATABASE, tenant, query, Date.now()),
  ),
  remedy: read(findingRoutes.remedy, async ({ env, tenant, params: { findingId } }) => {
    orNotFound(await readFinding(env.DATABASE, tenant, findingId, Date.now()));
    return { backup: await findRemedy(env.DATABASE, tenant.id, findingId) };
  }),
  show: read(findingRoutes.show, ({ env, tenant, params }) => findingDetail(env, tenant, params.findingId)),
};
