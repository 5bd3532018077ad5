import { legalHoldRoutes } from "../../contract/routes/legal-holds.ts";
import { listHolds } from "../../database/retention/legal-holds.ts";
import { read } from "../routing/served.ts";

export const legalHoldReads = {
  list: read(legalHoldRoutes.list, async ({ env, tenant }) => ({ items: await listHolds(env.DATABASE, tenant.id) })),
};
