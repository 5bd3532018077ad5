/**
 * When a policy was last seen is a fact of its family: a complete reading saw all policies of its list, and says so once, in the family's
 * row. A policy's own row says it only of a policy that the newest complete reading did not see (decisions/136-last-seen-by-family.md).
 */
import { and, eq, sql } from "drizzle-orm";
import { inventoryFamilies, policies } from "./tables.ts";

const p = policies;
const f = inventoryFamilies;

/** Joins a policy's family, for `LAST_SEEN_AT` and `LAST_SEEN_RUN_ID`. By the primary key. */
export const FAMILY_OF_POLICY = and(eq(f.tenantId, p.tenantId), eq(f.family, p.family));

/** When a reading last saw the policy, in milliseconds since the epoch. Asks for the join of `FAMILY_OF_POLICY`. */
export const LAST_SEEN_AT = sql`coalesce(${p.lastSeenAt}, ${f.lastCompleteAt}, ${p.firstSeenAt})`
  .mapWith(Number)
  .as("seen_at");

/** The run of that reading. Asks for the join of `FAMILY_OF_POLICY`. */
export const LAST_SEEN_RUN_ID =
  sql<string>`coalesce(${p.lastSeenRunId}, ${f.lastCompleteRunId}, ${p.appearedRunId})`.as("seen_run_id");

/** Rows of (family, request_id, graph_id): the requests that told of policies in families' newest complete readings. For a `where` after it. */
export const READING_REQUESTS = `
  select reading.family, request.key as request_id, told.value as graph_id
    from inventory_families reading, json_each(reading.request_ids) request, json_each(request.value) told`;

/** Characters of a family's requests that its row takes, of the 2 MB that D1 gives a row: some 20,000 policies with a request each. */
const MAX_REQUEST_IDS_LENGTH = 1_500_000;

/** What `requestIds` of a family is to hold: as many of the policies as its row has room for. */
export function requestIdsOf(
  policies: readonly { graphId: string; requestId: string | null }[],
): Record<string, string[]> {
  const told: Record<string, string[]> = {};
  let length = 2;
  for (const { graphId, requestId } of policies) {
    if (requestId === null) continue;
    const known = told[requestId];
    length += JSON.stringify(graphId).length + 1 + (known === undefined ? JSON.stringify(requestId).length + 4 : 0);
    if (length > MAX_REQUEST_IDS_LENGTH) break;
    if (known === undefined) told[requestId] = [graphId];
    else known.push(graphId);
  }
  return told;
}
