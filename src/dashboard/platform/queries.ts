/** Reads of what belongs to the whole product. */
import { platformRoutes } from "../../contract/routes/platform.ts";
import { call } from "../api/client.ts";
import { pagedQuery } from "../api/paged-query.ts";

export const peopleQuery = pagedQuery(["platform", "people"], (cursor, signal) =>
  call(platformRoutes.people, { params: {}, query: { cursor }, signal }),
);

export const platformLogQuery = pagedQuery(["platform", "log"], (cursor, signal) =>
  call(platformRoutes.log, { params: {}, query: { cursor }, signal }),
);

export const tenantsQuery = pagedQuery(["platform", "tenants"], (cursor, signal) =>
  call(platformRoutes.tenants, { params: {}, query: { cursor }, signal }),
);
