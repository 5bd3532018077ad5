/** The inventory's policies, as readers see them. Writing is in `inventory-merge.ts`. */
import { z } from "zod";
import type { Policy, PolicySort, PolicyVersion, RemovedFilter } from "../../contract/inventory.ts";
import { familyByKey } from "../../graph/families.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { jsonLists } from "../sql/json-lists.ts";
import { decodePolicyId, encodePolicyId } from "./policy-id.ts";

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

const COLUMNS = `family, graph_id, name, sort_name, description, platform, odata_type, assignment_count, version_number,
  content_hash, content_bytes, last_modified_at, first_seen_at, last_seen_at, removed_at`;

const rowSchema = z.object({
  family: z.string(),
  graph_id: z.string(),
  name: z.string(),
  sort_name: z.string(),
  description: z.string().nullable(),
  platform: z.string().nullable(),
  odata_type: z.string().nullable(),
  assignment_count: z.int().nullable(),
  version_number: z.int(),
  content_hash: z.string(),
  content_bytes: z.int(),
  last_modified_at: z.string(),
  first_seen_at: z.int(),
  last_seen_at: z.int(),
  removed_at: z.int().nullable(),
});
type PolicyRow = z.infer<typeof rowSchema>;

/** The sort's columns, which are also an index after `tenant_id`, and what a cursor carries. */
const SORTS: Record<
  PolicySort,
  { columns: readonly [string, string, string]; descending: boolean; key: (row: PolicyRow) => [string, string, string] }
> = {
  name: {
    columns: ["sort_name", "family", "graph_id"],
    descending: false,
    key: (row) => [row.sort_name, row.family, row.graph_id],
  },
  family: {
    columns: ["family", "sort_name", "graph_id"],
    descending: false,
    key: (row) => [row.family, row.sort_name, row.graph_id],
  },
  lastModified: {
    columns: ["last_modified_at", "family", "graph_id"],
    descending: true,
    key: (row) => [row.last_modified_at, row.family, row.graph_id],
  },
};

const REMOVED_CONDITIONS: Record<RemovedFilter, string | null> = {
  hide: "removed_at is null",
  only: "removed_at is not null",
  include: null,
};

/** How names are compared and searched: compatibility forms and case folded. */
export function foldName(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}

/** One page of a tenant's policies. One query, in the order of an index. */
export async function listPolicies(database: D1Database, request: PolicyListRequest): Promise<Page<Policy>> {
  const sort = SORTS[request.sort];
  const after = decodeCursor(request.cursor, z.tuple([z.literal(request.sort), z.string(), z.string(), z.string()]));
  const { sql, parameters } = policyListStatement(request, after ? [after[1], after[2], after[3]] : null);
  const { results } = await database
    .prepare(sql)
    .bind(...parameters)
    .all();
  const rows = z.array(rowSchema).parse(results);
  return mapPage(
    pageOf(rows, request.limit, (last) => [request.sort, ...sort.key(last)]),
    toPolicy,
  );
}

/** The list's query; separate so that a test can ask the database for its plan. Only fixed text goes into the SQL. */
export function policyListStatement(
  request: PolicyListRequest,
  after: readonly [string, string, string] | null,
): { sql: string; parameters: (string | number)[] } {
  const { columns, descending } = SORTS[request.sort];
  const { conditions, parameters } = matching(request);
  if (after) {
    conditions.push(`(${columns.join(", ")}) ${descending ? "<" : ">"} (?, ?, ?)`);
    parameters.push(...after);
  }
  const order = columns.map((column) => (descending ? `${column} desc` : column)).join(", ");
  parameters.push(oneMore(request.limit));
  return {
    sql: `select ${COLUMNS} from policies where ${conditions.join(" and ")} order by ${order} limit ?`,
    parameters,
  };
}

type PolicySelection = Pick<PolicyListRequest, "tenantId" | "query" | "family" | "platform" | "removed">;

function matching(request: PolicySelection): { conditions: string[]; parameters: (string | number)[] } {
  const conditions = ["tenant_id = ?"];
  const parameters: (string | number)[] = [request.tenantId];
  if (request.family !== null) {
    conditions.push("family = ?");
    parameters.push(request.family);
  }
  if (request.platform !== null) {
    conditions.push("platform = ?");
    parameters.push(request.platform);
  }
  const removed = REMOVED_CONDITIONS[request.removed];
  if (removed !== null) conditions.push(removed);
  if (request.query !== null && request.query.trim() !== "") {
    // `instr` and not `like`: what a person types has no wildcards.
    conditions.push("instr(sort_name, ?) > 0");
    parameters.push(foldName(request.query.trim()));
  }
  return { conditions, parameters };
}

export interface NamedPolicy {
  family: string;
  graphId: string;
  name: string;
}

const namedRowSchema = z
  .object({ family: z.string(), graph_id: z.string(), name: z.string() })
  .transform(({ family, graph_id, name }): NamedPolicy => ({ family, graphId: graph_id, name }));

/**
 * The policies that a list with the same filter would show (F28), by their keys instead of names: at most `limit` of those after
 * `after`. One query, in the order of the primary key.
 */
export async function matchingPolicies(
  database: D1Database,
  selection: PolicySelection,
  after: { family: string; graphId: string } | null,
  limit: number,
): Promise<NamedPolicy[]> {
  const { sql, parameters } = matchingPoliciesStatement(selection, after, limit);
  const { results } = await database
    .prepare(sql)
    .bind(...parameters)
    .all();
  return z.array(namedRowSchema).parse(results);
}

/** Separate so that a test can ask the database for its plan. */
export function matchingPoliciesStatement(
  selection: PolicySelection,
  after: { family: string; graphId: string } | null,
  limit: number,
): { sql: string; parameters: (string | number)[] } {
  const { conditions, parameters } = matching(selection);
  if (after) {
    conditions.push("(family, graph_id) > (?, ?)");
    parameters.push(after.family, after.graphId);
  }
  parameters.push(limit);
  return {
    sql: `select family, graph_id, name from policies where ${conditions.join(" and ")} order by family, graph_id limit ?`,
    parameters,
  };
}

/** Those of the keys that the tenant's inventory has, removed or not. One query for about 5,000 keys. */
export async function knownPolicies(
  database: D1Database,
  tenantId: string,
  keys: readonly { family: string; graphId: string }[],
): Promise<NamedPolicy[]> {
  const found: NamedPolicy[] = [];
  for (const list of jsonLists(keys.map(({ family, graphId }) => [family, graphId]))) {
    const { results } = await database
      .prepare(
        `select p.family, p.graph_id, p.name from json_each(?2) k
           join policies p on p.tenant_id = ?1 and p.family = k.value ->> 0 and p.graph_id = k.value ->> 1`,
      )
      .bind(tenantId, list)
      .all();
    found.push(...z.array(namedRowSchema).parse(results));
  }
  return found;
}

/** A policy by its outside id, removed or not; null when the tenant has none of that id. */
export async function readPolicy(database: D1Database, tenantId: string, policyId: string): Promise<Policy | null> {
  const key = decodePolicyId(policyId);
  if (!key) return null;
  const row = await database
    .prepare(`select ${COLUMNS} from policies where tenant_id = ? and family = ? and graph_id = ?`)
    .bind(tenantId, key.family, key.graphId)
    .first();
  return row === null ? null : toPolicy(rowSchema.parse(row));
}

const versionRowSchema = z.object({
  version_number: z.int(),
  content_hash: z.string(),
  content_bytes: z.int(),
  seen_at: z.int(),
  run_id: z.string(),
});

/** A policy's history, newest first; empty for an unknown policy. */
export async function listPolicyVersions(
  database: D1Database,
  request: { tenantId: string; policyId: string; cursor: string | null; limit: number },
): Promise<Page<PolicyVersion>> {
  const before = decodeCursor(request.cursor, z.tuple([z.int()]));
  const key = decodePolicyId(request.policyId);
  if (!key) return { items: [], nextCursor: null };
  const { results } = await database
    .prepare(
      `select version_number, content_hash, content_bytes, seen_at, run_id from policy_versions
        where tenant_id = ? and family = ? and graph_id = ? and version_number < ?
        order by version_number desc limit ?`,
    )
    .bind(request.tenantId, key.family, key.graphId, before?.[0] ?? Number.MAX_SAFE_INTEGER, oneMore(request.limit))
    .all();
  const rows = z.array(versionRowSchema).parse(results);
  return mapPage(
    pageOf(rows, request.limit, (last) => [last.version_number]),
    toVersion,
  );
}

/** One version of a policy; null when the tenant has no such policy or the policy no such version. */
export async function readPolicyVersion(
  database: D1Database,
  request: { tenantId: string; policyId: string; versionNumber: number },
): Promise<PolicyVersion | null> {
  const key = decodePolicyId(request.policyId);
  if (!key) return null;
  const row = await database
    .prepare(
      `select version_number, content_hash, content_bytes, seen_at, run_id from policy_versions
        where tenant_id = ? and family = ? and graph_id = ? and version_number = ?`,
    )
    .bind(request.tenantId, key.family, key.graphId, request.versionNumber)
    .first();
  return row === null ? null : toVersion(versionRowSchema.parse(row));
}

function toVersion(row: z.infer<typeof versionRowSchema>): PolicyVersion {
  return {
    versionNumber: row.version_number,
    contentHash: row.content_hash,
    contentBytes: row.content_bytes,
    seenAt: new Date(row.seen_at).toISOString(),
    runId: row.run_id,
  };
}

function toPolicy(row: PolicyRow): Policy {
  return {
    id: encodePolicyId({ family: row.family, graphId: row.graph_id }),
    family: row.family,
    familyLabel: familyByKey(row.family)?.label ?? row.family,
    graphId: row.graph_id,
    name: row.name,
    description: row.description,
    platform: row.platform,
    odataType: row.odata_type,
    assignmentCount: row.assignment_count,
    versionNumber: row.version_number,
    contentHash: row.content_hash,
    contentBytes: row.content_bytes,
    lastModifiedAt: row.last_modified_at === "" ? null : row.last_modified_at,
    firstSeenAt: new Date(row.first_seen_at).toISOString(),
    lastSeenAt: new Date(row.last_seen_at).toISOString(),
    removedAt: row.removed_at === null ? null : new Date(row.removed_at).toISOString(),
  };
}
