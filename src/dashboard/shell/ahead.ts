/**
 * Asks for a page's data when a person comes near its link, and again when they open it: before its components run. On the console's first page
 * the data are there earlier still (scripts/setup/early-requests.ts). decisions/173-data-early.md
 */
import type { FetchInfiniteQueryOptions, FetchQueryOptions, QueryKey } from "@tanstack/react-query";
import type { Tenant } from "../../contract/access.ts";
import { queryClient } from "../api/query-client.ts";
import { meQuery } from "./queries.ts";

/** Asks for what has never been read. What has been is shown, and read anew by the page itself. */
export interface Ahead {
  one: <Data, Key extends QueryKey>(query: FetchQueryOptions<Data, Error, Data, Key>) => void;
  list: <Page, Key extends QueryKey>(query: FetchInfiniteQueryOptions<Page, Error, Page, Key, string | null>) => void;
}

/** What a page asks first. `holeOf` gives what fills a hole of its address. */
export type AskAhead = (ahead: Ahead, tenant: Tenant, holeOf: (name: string) => string) => void;

const AHEAD: Ahead = {
  one(query) {
    if (isNew(query.queryKey)) void queryClient.prefetchQuery(query);
  },
  list(query) {
    if (isNew(query.queryKey)) void queryClient.prefetchInfiniteQuery(query);
  },
};

function isNew(queryKey: QueryKey): boolean {
  return queryClient.getQueryState(queryKey) === undefined;
}

/** For a route's loader. Waits for nothing and never fails: the page says what could not be read. */
export function askAhead(load: () => Promise<{ ASK_AHEAD: AskAhead }>, params: object): void {
  const holes = new Map<string, unknown>(Object.entries(params));
  const holeOf = (name: string) => String(holes.get(name));
  const me = queryClient.getQueryData(meQuery.queryKey);
  const tenant = me?.tenants.find(({ slug }) => slug === holeOf("slug"));
  if (tenant === undefined) return;
  load().then(
    ({ ASK_AHEAD }) => ASK_AHEAD(AHEAD, tenant, holeOf),
    () => {
      // The page's code cannot be had: whoever opens the page hears of it.
    },
  );
}
