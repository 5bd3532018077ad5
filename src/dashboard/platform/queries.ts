/** Reads of what belongs to the whole product. */
import { queryOptions } from "@tanstack/react-query";
import { platformRoutes } from "../../contract/routes/platform.ts";
import { tenantMoveRoutes } from "../../contract/routes/tenant-moves.ts";
import { call } from "../api/client.ts";
import { pagedQuery } from "../api/paged-query.ts";

export const peopleQuery = pagedQuery(["platform", "people"], (cursor, signal) =>
  call(platformRoutes.people, { params: {}, query: { cursor }, signal }),
);

/** Read anew each half minute, as the numbers are told by the minute. */
export const measuredQuery = queryOptions({
  queryKey: ["platform", "measured"],
  queryFn: ({ signal }) => call(platformRoutes.measured, { params: {}, signal }),
  refetchInterval: 30_000,
});

export const platformLogQuery = pagedQuery(["platform", "log"], (cursor, signal) =>
  call(platformRoutes.log, { params: {}, query: { cursor }, signal }),
);

/** A move changes it by the minute. */
export const shardsQuery = queryOptions({
  queryKey: ["platform", "shards"],
  queryFn: ({ signal }) => call(tenantMoveRoutes.shards, { params: {}, signal }),
  refetchInterval: 60_000,
});

export const tenantMovesQuery = pagedQuery(["platform", "tenant-moves"], (cursor, signal) =>
  call(tenantMoveRoutes.list, { params: {}, query: { cursor }, signal }),
);

export const tenantsQuery = pagedQuery(["platform", "tenants"], (cursor, signal) =>
  call(platformRoutes.tenants, { params: {}, query: { cursor }, signal }),
);
