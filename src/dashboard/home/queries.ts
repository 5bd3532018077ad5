/** Reads over all of a person's tenants. */
import { queryOptions } from "@tanstack/react-query";
import { meRoutes, STANDINGS_PAGE_SIZE } from "../../contract/routes/session.ts";
import { call } from "../api/client.ts";
import { pagedQuery } from "../api/paged-query.ts";

/** How each tenant stands, by slug. */
export const standingsQuery = pagedQuery(["standings"], (cursor, signal) =>
  call(meRoutes.standings, { params: {}, query: { cursor, limit: STANDINGS_PAGE_SIZE }, signal }),
);

/** What runs in all tenants. */
export const activeEverywhereQuery = queryOptions({
  queryKey: ["active-everywhere"],
  queryFn: ({ signal }) => call(meRoutes.activeOperations, { params: {}, signal }),
});
