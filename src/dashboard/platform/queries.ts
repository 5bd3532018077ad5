/** Reads of what belongs to the whole product. */
import { platformRoutes } from "../../contract/routes/platform.ts";
import { call } from "../api/client.ts";
import { pagedQuery } from "../api/paged-query.ts";

export const tenantsQuery = pagedQuery(["platform", "tenants"], (cursor, signal) =>
  call(platformRoutes.tenants, { params: {}, query: { cursor }, signal }),
);
