/** The inventory's policies, as readers see them. Writing is in `inventory-merge.ts`. */
import { and, desc, eq, getTableColumns, isNotNull, isNull, lt, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Policy, PolicySort, PolicyVersion, RemovedFilter } from "../../contract/inventory.ts";
import { familyByKey } from "../../graph/families.ts";
import { tellChanges } from "../changes/told-changes.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { jsonLists } from "../sql/json-lists.ts";
import { beyond, contains, firstOf, query, rowsOf } from "../sql/read.ts";
import { isoTime, isoTimeOrNull } from "../sql/time.ts";
import { users } from "../tenancy/tables.ts";
import { decodePolicyId, encodePolicyId } from "./policy-id.ts";
import { FAMILY_OF_POLICY, LAST_SEEN_AT } from "./last-seen.ts";
import { inventoryFamilies, policies, policyVersions, unreadablePolicies } from "./tables.ts";
import { toUnread } from "./unreadable-policies.ts";
import type { TenantDatabase } from "../databases.ts";

export interface PolicyListRequest {
  tenantId: string;
  /** Part of the name, in any case. */
  query: string | null;
  family: string | null;
  platform: string | null;
  removed: RemovedFilter;
  sort: PolicySort;
  cursor: string | null;
  limit: number;
}

const p = policies;
const u = unreadablePolicies;
type SortColumn = "sortName" | "family" | "graphId" | "lastModifiedAt";

/**
 * The sort's columns, and what a cursor carries. After the tenant, an index has the first of them: names and times rarely repeat, and each
 * family is put into the order of names when it is read.
 */
const SORTS: Record<PolicySort, { columns: readonly SortColumn[]; descending: boolean }> = {
  name: { columns: ["sortName", "family", "graphId"], descending: false },
  family: { columns: ["family", "sortName", "graphId"], descending: false },
  lastModified: { columns: ["lastModifiedAt", "family", "graphId"], descending: true },
};

const REMOVED_CONDITIONS: Record<RemovedFilter, SQL | undefined> = {
  hide: isNull(p.removedAt),
  only: isNotNull(p.removedAt),
  include: undefined,
};

/** How names are compared and searched: compatibility forms and case folded. */
export function foldName(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}

/** One page of a tenant's policies. One query, in the order of an index. */
export async function listPolicies(database: TenantDatabase, request: PolicyListRequest): Promise<Page<Policy>> {
  const { columns } = SORTS[request.sort];
  const after = decodeCursor(request.cursor, z.tuple([z.literal(request.sort), z.string(), z.string(), z.string()]));
  const rows = await rowsOf(policyListQuery(database, request, after ? [after[1], after[2], after[3]] : null));
  const page = pageOf(rows, request.limit, ({ policy }) => [request.sort, ...columns.map((column) => policy[column])]);
  return mapPage(page, toPolicy);
}

/** The list's query; separate so that a test can ask the database for its plan. */
export function policyListQuery(
  database: TenantDatabase,
  request: PolicyListRequest,
  after: readonly [string, string, string] | null,
) {
  const { descending } = SORTS[request.sort];
  const columns = SORTS[request.sort].columns.map((column) => p[column]);
  return selectPolicies(database)
    .where(and(...matching(request), beyond(columns, descending ? "<" : ">", after)))
    .orderBy(...columns.map((column) => (descending ? desc(column) : column)))
    .limit(oneMore(request.limit));
}

/** Policies with when they were last seen, why they could not be read, if so, and who acknowledged that. */
function selectPolicies(database: TenantDatabase) {
  return query(database)
    .select({ policy: p, lastSeenAt: LAST_SEEN_AT, unreadable: u, acknowledger: users.name })
    .from(p)
    .leftJoin(inventoryFamilies, FAMILY_OF_POLICY)
    .leftJoin(u, and(eq(u.tenantId, p.tenantId), eq(u.family, p.family), eq(u.graphId, p.graphId)))
    .leftJoin(users, eq(users.id, u.acknowledgedBy))
    .$dynamic();
}

type PolicySelection = Pick<PolicyListRequest, "tenantId" | "query" | "family" | "platform" | "removed">;

function matching(request: PolicySelection): (SQL | undefined)[] {
  const text = request.query?.trim() ?? "";
  return [
    eq(p.tenantId, request.tenantId),
    request.family === null ? undefined : eq(p.family, request.family),
    request.platform === null ? undefined : eq(p.platform, request.platform),
    REMOVED_CONDITIONS[request.removed],
    text === "" ? undefined : contains(p.sortName, foldName(text)),
  ];
}

export interface NamedPolicy {
  family: string;
  graphId: string;
  name: string;
}

const NAMED = { family: p.family, graphId: p.graphId, name: p.name };

/**
 * The policies that a list with the same filter would show (F28), by their keys instead of names: at most `limit` of those after
 * `after`. One query, in the order of the primary key.
 */
export async function matchingPolicies(
  database: TenantDatabase,
  selection: PolicySelection,
  after: { family: string; graphId: string } | null,
  limit: number,
): Promise<NamedPolicy[]> {
  const columns = [p.family, p.graphId];
  const matches = query(database)
    .select(NAMED)
    .from(p)
    .where(and(...matching(selection), beyond(columns, ">", after && [after.family, after.graphId])))
    .orderBy(...columns)
    .limit(limit);
  return rowsOf(matches);
}

/** A policy with the address of its newest content. */
export interface PolicyContent extends NamedPolicy {
  /** Its outside id. */
  id: string;
  versionNumber: number;
  contentHash: string;
  contentBytes: number;
  lastSeenAt: string;
}

interface PresentSelection {
  tenantId: string;
  family: string | null;
}

const present = ({ tenantId, family }: PresentSelection): SQL | undefined =>
  and(eq(p.tenantId, tenantId), isNull(p.removedAt), family === null ? undefined : eq(p.family, family));

/** At most `limit` of the policies that the tenant has, after `after`. One query, in the order of the primary key. */
export async function presentPolicies(
  database: TenantDatabase,
  selection: PresentSelection,
  after: { family: string; graphId: string } | null,
  limit: number,
): Promise<PolicyContent[]> {
  const columns = [p.family, p.graphId];
  const { family, graphId, name, versionNumber, contentHash, contentBytes } = getTableColumns(p);
  const rows = await rowsOf(
    query(database)
      .select({ family, graphId, name, versionNumber, contentHash, contentBytes, lastSeenAt: LAST_SEEN_AT })
      .from(p)
      .leftJoin(inventoryFamilies, FAMILY_OF_POLICY)
      .where(and(present(selection), beyond(columns, ">", after && [after.family, after.graphId])))
      .orderBy(...columns)
      .limit(limit),
  );
  return rows.map((row) => ({ ...row, id: encodePolicyId(row), lastSeenAt: isoTime(row.lastSeenAt) }));
}

/** How many policies the tenant has, removed ones aside. One query. */
export async function countPresent(database: TenantDatabase, selection: PresentSelection): Promise<number> {
  const row = await firstOf(
    query(database)
      .select({ policies: sql<number>`count(*)` })
      .from(p)
      .where(present(selection)),
  );
  if (row === null) throw new Error("a count is always told");
  return row.policies;
}

/** Those of the keys that the tenant's inventory has, removed or not. One query for about 5,000 keys. */
export async function knownPolicies(
  database: TenantDatabase,
  tenantId: string,
  keys: readonly { family: string; graphId: string }[],
): Promise<NamedPolicy[]> {
  const found: NamedPolicy[] = [];
  for (const list of jsonLists(keys.map(({ family, graphId }) => [family, graphId]))) {
    const known = query(database)
      .select(NAMED)
      .from(sql`json_each(${list}) k`)
      .innerJoin(p, and(eq(p.tenantId, tenantId), eq(p.family, sql`k.value ->> 0`), eq(p.graphId, sql`k.value ->> 1`)));
    found.push(...(await rowsOf(known)));
  }
  return found;
}

/** A policy by its outside id, removed or not; null when the tenant has none of that id. */
export async function readPolicy(database: TenantDatabase, tenantId: string, policyId: string): Promise<Policy | null> {
  const key = decodePolicyId(policyId);
  if (!key) return null;
  const row = await firstOf(
    selectPolicies(database).where(and(eq(p.tenantId, tenantId), eq(p.family, key.family), eq(p.graphId, key.graphId))),
  );
  return row === null ? null : toPolicy(row);
}

const v = policyVersions;

/** A version without who made it. */
type StoredVersion = Omit<PolicyVersion, "change">;

/** A policy's history, newest first, with who made each version; empty for an unknown policy. Three queries. */
export async function listPolicyVersions(
  database: TenantDatabase,
  request: { tenantId: string; policyId: string; cursor: string | null; limit: number },
): Promise<Page<PolicyVersion>> {
  const before = decodeCursor(request.cursor, z.tuple([z.int()]));
  const key = decodePolicyId(request.policyId);
  if (!key) return { items: [], nextCursor: null };
  const rows = await rowsOf(
    query(database)
      .select({ ...getTableColumns(v), seenBefore: SEEN_BEFORE })
      .from(v)
      .where(and(ofPolicy(request.tenantId, key), before === null ? undefined : lt(v.versionNumber, before[0])))
      .orderBy(desc(v.versionNumber))
      .limit(oneMore(request.limit)),
  );
  const page = pageOf(rows, request.limit, ({ versionNumber }) => [versionNumber]);
  const questions = page.items.map(({ family, graphId, seenAt, seenBefore }) => ({
    family,
    graphId,
    after: seenBefore ?? 0,
    until: seenAt,
    removal: false,
  }));
  const changes = await tellChanges(database, request.tenantId, questions, Date.now());
  return {
    ...page,
    items: page.items.flatMap((row, index) => {
      const change = changes[index];
      return change === undefined ? [] : [{ ...toVersion(row), change }];
    }),
  };
}

/** When the version before was seen; null for the first. By the primary key. In words: drizzle leaves out the names of outer tables. */
const SEEN_BEFORE = sql<number | null>`(select b.seen_at from policy_versions b
  where b.tenant_id = policy_versions.tenant_id and b.family = policy_versions.family
    and b.graph_id = policy_versions.graph_id and b.version_number = policy_versions.version_number - 1)`.as(
  "seen_before",
);

/** One version of a policy; null when the tenant has no such policy or the policy no such version. */
export async function readPolicyVersion(
  database: TenantDatabase,
  request: { tenantId: string; policyId: string; versionNumber: number },
): Promise<StoredVersion | null> {
  const key = decodePolicyId(request.policyId);
  if (!key) return null;
  const row = await firstOf(
    query(database)
      .select()
      .from(v)
      .where(and(ofPolicy(request.tenantId, key), eq(v.versionNumber, request.versionNumber))),
  );
  return row === null ? null : toVersion(row);
}

function ofPolicy(tenantId: string, { family, graphId }: { family: string; graphId: string }): SQL | undefined {
  return and(eq(v.tenantId, tenantId), eq(v.family, family), eq(v.graphId, graphId));
}

function toVersion(row: typeof policyVersions.$inferSelect): StoredVersion {
  const { versionNumber, contentHash, contentBytes, runId } = row;
  return { versionNumber, contentHash, contentBytes, seenAt: isoTime(row.seenAt), runId };
}

function toPolicy(found: {
  policy: typeof policies.$inferSelect;
  lastSeenAt: number;
  unreadable: typeof unreadablePolicies.$inferSelect | null;
  acknowledger: string | null;
}): Policy {
  const { policy: row, lastSeenAt, unreadable, acknowledger } = found;
  return {
    id: encodePolicyId(row),
    family: row.family,
    familyLabel: familyByKey(row.family)?.label ?? row.family,
    graphId: row.graphId,
    name: row.name,
    description: row.description,
    platform: row.platform,
    odataType: row.odataType,
    assignmentCount: row.assignmentCount,
    versionNumber: row.versionNumber,
    contentHash: row.contentHash,
    contentBytes: row.contentBytes,
    lastModifiedAt: row.lastModifiedAt === "" ? null : row.lastModifiedAt,
    firstSeenAt: isoTime(row.firstSeenAt),
    lastSeenAt: isoTime(lastSeenAt),
    removedAt: isoTimeOrNull(row.removedAt),
    unread: unreadable === null ? null : toUnread(unreadable, acknowledger),
  };
}
