/** Policies that are listed in the tenant and could not be read; written with the family's reading (`inventory-merge.ts`). */
import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Unread, UnreadablePolicy } from "../../contract/inventory.ts";
import { familyByKey } from "../../graph/families.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { beyond, firstOf, query, rowsOf } from "../sql/read.ts";
import { isoTime, isoTimeOrNull } from "../sql/time.ts";
import { users } from "../tenancy/tables.ts";
import { FAMILY_OF_POLICY, LAST_SEEN_AT } from "./last-seen.ts";
import { decodePolicyId, encodePolicyId } from "./policy-id.ts";
import { inventoryFamilies, policies, unreadablePolicies } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

const u = unreadablePolicies;
const p = policies;

/** The Graph ids of a family's policies that the newest reading of its list could not read. One query. */
export async function unreadableIds(database: TenantDatabase, tenantId: string, family: string): Promise<Set<string>> {
  const rows = await rowsOf(
    query(database)
      .select({ graphId: u.graphId })
      .from(u)
      .where(and(eq(u.tenantId, tenantId), eq(u.family, family))),
  );
  return new Set(rows.map(({ graphId }) => graphId));
}

/** A page of the tenant's, in the order of family and Graph id. One query, by the primary key. */
export async function listUnreadable(
  database: TenantDatabase,
  request: { tenantId: string; family: string | null; cursor: string | null; limit: number },
): Promise<Page<UnreadablePolicy>> {
  const after = decodeCursor(request.cursor, z.tuple([z.string(), z.string()]));
  const rows = await rowsOf(
    selectUnreadable(database)
      .where(
        and(
          eq(u.tenantId, request.tenantId),
          request.family === null ? undefined : eq(u.family, request.family),
          beyond([u.family, u.graphId], ">", after),
        ),
      )
      .orderBy(u.family, u.graphId)
      .limit(oneMore(request.limit)),
  );
  return mapPage(
    pageOf(rows, request.limit, ({ row }) => [row.family, row.graphId]),
    toUnreadablePolicy,
  );
}

/** By the policy's outside id; null when it can be read, or is not there. One query. */
export async function readUnreadable(
  database: TenantDatabase,
  tenantId: string,
  policyId: string,
): Promise<UnreadablePolicy | null> {
  const key = decodePolicyId(policyId);
  if (!key) return null;
  const found = await firstOf(
    selectUnreadable(database).where(
      and(eq(u.tenantId, tenantId), eq(u.family, key.family), eq(u.graphId, key.graphId)),
    ),
  );
  return found === null ? null : toUnreadablePolicy(found);
}

function selectUnreadable(database: TenantDatabase) {
  return query(database)
    .select({
      row: u,
      acknowledger: users.name,
      lastSeenAt: sql<number | null>`iif(${p.graphId} is null, null, ${LAST_SEEN_AT.sql})`.as("seen_at"),
    })
    .from(u)
    .leftJoin(users, eq(users.id, u.acknowledgedBy))
    .leftJoin(p, and(eq(p.tenantId, u.tenantId), eq(p.family, u.family), eq(p.graphId, u.graphId)))
    .leftJoin(inventoryFamilies, FAMILY_OF_POLICY)
    .$dynamic();
}

type UnreadableRow = typeof unreadablePolicies.$inferSelect;

function toUnreadablePolicy(found: {
  row: UnreadableRow;
  acknowledger: string | null;
  lastSeenAt: number | null;
}): UnreadablePolicy {
  const { row, acknowledger, lastSeenAt } = found;
  return {
    id: encodePolicyId(row),
    family: row.family,
    familyLabel: familyByKey(row.family)?.label ?? row.family,
    graphId: row.graphId,
    name: row.name,
    lastSeenAt: isoTimeOrNull(lastSeenAt),
    ...toUnread(row, acknowledger),
  };
}

/** `acknowledger` is the name of the person in `acknowledgedBy`, who may have left since. */
export function toUnread(row: UnreadableRow, acknowledger: string | null): Unread {
  const { acknowledgedReason: reason, acknowledgedAt: at, acknowledgedUntil: until, acknowledgedBy: id } = row;
  return {
    reason: { code: row.reasonCode, message: row.reasonMessage },
    since: isoTime(row.since),
    lastTriedAt: isoTime(row.lastTriedAt),
    acknowledgment:
      reason === null || at === null || until === null
        ? null
        : {
            reason,
            by: id === null || acknowledger === null ? null : { id, name: acknowledger },
            at: isoTime(at),
            until: isoTime(until),
          },
  };
}
