import { findingRoutes } from "../../contract/routes/findings.ts";
import { listFindings } from "../../database/findings/findings.ts";
import { read } from "../routing/served.ts";
import { findingDetail } from "./finding-detail.ts";

export const findingReads = {
  list: read(
    findingRoutes.list,
    async ({ env, tenant, query }) => await listFindings(env.DATABASE, tenant, query, Date.now()),
  ),
  show: read(findingRoutes.show, ({ env, tenant, params }) => findingDetail(env, tenant, params.findingId)),
};
