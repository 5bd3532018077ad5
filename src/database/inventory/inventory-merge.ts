/**
 * Writing one family's reading into the inventory. There is no way to write a part of its list: a caller that has not read the list to
 * its end can only record that it failed (`inventory-families.ts`), which marks nothing removed. Policies of the list that could not
 * be read are named, stay as they were last known, and are never taken for removed (F35).
 */
import { z } from "zod";
import { PARTLY_READ } from "../../contract/inventory.ts";
import type { PolicyFacts } from "../../graph/policy-facts.ts";
import { sha256Hex } from "../../digests/sha256.ts";
import { jsonLists } from "../sql/json-lists.ts";
import { READING_REQUESTS, requestIdsOf } from "./last-seen.ts";
import { foldName } from "./policies.ts";
import type { TenantDatabase } from "../databases.ts";

/** A policy as it was read. Its payload is already in R2. */
export interface SeenPolicy extends PolicyFacts {
  comparableHash: string;
  contentHash: string;
  contentBytes: number;
  /** Graph's id of the request that told of it. */
  requestId: string | null;
}

/** A policy of the list that could not be read whole, with why not. */
export interface UnreadPolicy {
  graphId: string;
  name: string;
  reasonCode: string;
  message: string;
}

export interface FamilyReading {
  family: string;
  /** When its first request was sent. Milliseconds since the epoch, as is `at`. */
  startedAt: number;
  /** When it is merged. */
  at: number;
  /** Every policy of the family that could be read, each once. */
  policies: readonly SeenPolicy[];
  /** Every other one of its list, each once. */
  unread: readonly UnreadPolicy[];
}

export interface MergedFamily {
  counters: MergeCounters;
  /** Names of the unread policies that nobody has acknowledged, in the order of their ids. */
  unacknowledged: string[];
}

export interface MergeCounters {
  /** Policies seen: created + updated + unchanged. */
  items: number;
  /** Seen for the first time, or again after having been removed. */
  created: number;
  updated: number;
  unchanged: number;
  /** Not seen any more. */
  deleted: number;
}

export interface StoredHashes {
  comparableHash: string;
  contentHash: string;
  contentBytes: number;
}

const hashRowSchema = z.object({
  family: z.string(),
  graph_id: z.string(),
  comparable_hash: z.string(),
  content_hash: z.string(),
  content_bytes: z.int(),
});

/** What is stored of each policy of the families, removed ones included: by family, then by Graph id. One query. */
export async function readHashes(
  database: TenantDatabase,
  tenantId: string,
  families: readonly string[],
): Promise<Map<string, Map<string, StoredHashes>>> {
  const { results } = await database
    .prepare(
      `select family, graph_id, comparable_hash, content_hash, content_bytes
         from policies where tenant_id = ? and family in (select value from json_each(?))`,
    )
    .bind(tenantId, JSON.stringify(families))
    .all();
  const byFamily = new Map<string, Map<string, StoredHashes>>();
  for (const row of z.array(hashRowSchema).parse(results)) {
    const stored = byFamily.get(row.family) ?? new Map<string, StoredHashes>();
    stored.set(row.graph_id, {
      comparableHash: row.comparable_hash,
      contentHash: row.content_hash,
      contentBytes: row.content_bytes,
    });
    byFamily.set(row.family, stored);
  }
  return byFamily;
}

// Runs before the upsert of the same chunk: it compares with what was stored until now.
const INSERT_VERSIONS = `
  insert into policy_versions (tenant_id, family, graph_id, version_number, content_hash, content_bytes, seen_at, run_id)
  select ?1, ?2, seen.value ->> 'graphId', coalesce(p.version_number, 0) + 1,
         seen.value ->> 'contentHash', seen.value ->> 'contentBytes', ?4, ?3
    from json_each(?5) seen
    left join policies p on p.tenant_id = ?1 and p.family = ?2 and p.graph_id = seen.value ->> 'graphId'
   where p.graph_id is null or p.comparable_hash <> seen.value ->> 'comparableHash'
      on conflict do nothing`;

const CHANGED = "policies.comparable_hash <> excluded.comparable_hash";
/** What a reading tells of a policy besides its content. */
const FACTS = ["name", "sort_name", "description", "platform", "odata_type", "assignment_count", "last_modified_at"];
const UPSERT_POLICIES = `
  insert into policies (tenant_id, family, graph_id, name, sort_name, description, platform, odata_type, assignment_count,
         version_number, content_hash, content_bytes, comparable_hash, changed_run_id, last_modified_at,
         first_seen_at, appeared_run_id)
  select ?1, ?2, seen.value ->> 'graphId', seen.value ->> 'name', seen.value ->> 'sortName', seen.value ->> 'description',
         seen.value ->> 'platform', seen.value ->> 'odataType', seen.value ->> 'assignmentCount',
         1, seen.value ->> 'contentHash', seen.value ->> 'contentBytes', seen.value ->> 'comparableHash', ?3,
         coalesce(seen.value ->> 'lastModifiedAt', ''), ?4, ?3
    from json_each(?5) seen
   where true
      on conflict (tenant_id, family, graph_id) do update set
         ${FACTS.map((fact) => `${fact} = excluded.${fact}`).join(", ")},
         version_number = version_number + (${CHANGED}),
         content_hash = case when ${CHANGED} then excluded.content_hash else content_hash end,
         content_bytes = case when ${CHANGED} then excluded.content_bytes else content_bytes end,
         changed_run_id = case when ${CHANGED} then ?3 else changed_run_id end,
         comparable_hash = excluded.comparable_hash,
         appeared_run_id = case when removed_at is not null and removed_run_id <> ?3 then ?3 else appeared_run_id end,
         last_seen_at = null, last_seen_run_id = null, last_request_id = null, removed_at = null, removed_run_id = null
       where ${CHANGED} or last_seen_at is not null or removed_at is not null
          or ${FACTS.map((fact) => `policies.${fact} is not excluded.${fact}`).join(" or ")}`;

/**
 * Policies that the family's row speaks for and that this reading did not see: their own rows keep when the reading before saw them. The ids
 * of those that it saw are bound as lists, from ?3 on.
 */
function keepLastSeen(lists: number): string {
  const seenIds = Array.from({ length: lists }, (_, index) => `select value from json_each(?${index + 3})`);
  return `
  update policies set last_seen_at = unseen.at, last_seen_run_id = unseen.run_id, last_request_id = unseen.request_id
    from (select p.graph_id, f.last_complete_at as at, f.last_complete_run_id as run_id, told.request_id
            from policies p
            join inventory_families f on f.tenant_id = ?1 and f.family = ?2
            left join (${READING_REQUESTS} where reading.tenant_id = ?1 and reading.family = ?2) told on told.graph_id = p.graph_id
           where p.tenant_id = ?1 and p.family = ?2 and p.last_seen_at is null
             and p.graph_id not in (${seenIds.join(" union all ")})) unseen
   where policies.tenant_id = ?1 and policies.family = ?2 and policies.graph_id = unseen.graph_id`;
}

// Policies that this reading saw have no `last_seen_at` of their own. Rows that a concurrent reading saw after this one began (?5)
// stay: that reading may know more.
const REMOVE_UNSEEN = `
  update policies set removed_at = ?4, removed_run_id = ?3
   where tenant_id = ?1 and family = ?2 and removed_at is null and last_seen_at < ?5
     and not exists (select 1 from unreadable_policies u
                      where u.tenant_id = ?1 and u.family = ?2 and u.graph_id = policies.graph_id)`;

/** An acknowledgment is kept only over the very reason that it was given for. */
const SAME_REASON = "reason_code = excluded.reason_code";
const UPSERT_UNREAD = `
  insert into unreadable_policies (tenant_id, family, graph_id, name, reason_code, reason_message, since, last_tried_at)
  select ?1, ?2, unread.value ->> 'graphId', unread.value ->> 'name', unread.value ->> 'reasonCode',
         unread.value ->> 'message', ?3, ?3
    from json_each(?4) unread
   where true
      on conflict (tenant_id, family, graph_id) do update set
         name = excluded.name, reason_code = excluded.reason_code, reason_message = excluded.reason_message, last_tried_at = ?3,
         acknowledged_reason = case when ${SAME_REASON} then acknowledged_reason end,
         acknowledged_by = case when ${SAME_REASON} then acknowledged_by end,
         acknowledged_at = case when ${SAME_REASON} then acknowledged_at end,
         acknowledged_until = case when ${SAME_REASON} then acknowledged_until end`;

// What is read again, or not listed any more. As with policies, what a concurrent reading tried after this one began (?4) stays.
const DROP_READ = `
  delete from unreadable_policies where tenant_id = ?1 and family = ?2 and last_tried_at < ?3 and last_tried_at < ?4`;

// A policy that is listed is there, whether or not it can be read.
const REVIVE_UNREAD = `
  update policies set removed_at = null, removed_run_id = null
   where tenant_id = ?1 and family = ?2 and removed_at is not null
     and exists (select 1 from unreadable_policies u
                  where u.tenant_id = ?1 and u.family = ?2 and u.graph_id = policies.graph_id)`;

const OPEN_UNREAD = `
  select name from unreadable_policies
   where tenant_id = ?1 and family = ?2 and coalesce(acknowledged_until, 0) <= ?4 order by graph_id`;

/** Names that the reason of a family spells out. */
const MAX_UNREAD_NAMES = 10;
const UPDATE_FAMILY = `
  insert into inventory_families (tenant_id, family, policy_count, last_complete_at, last_attempt_at, last_outcome,
         last_reason_code, last_reason_message, last_run_id, last_complete_run_id, request_ids, reading_digest)
  select ?1, ?2, (select count(*) from policies where tenant_id = ?1 and family = ?2 and removed_at is null), ?4, ?4,
         iif(count(u.name) = 0, 'succeeded', 'failed'), iif(count(u.name) = 0, null, '${PARTLY_READ}'),
         case when count(u.name) = 0 then null
              when count(u.name) <= ${MAX_UNREAD_NAMES} then 'Could not be read: ' || group_concat(u.name, ', ') || '.'
              else count(u.name) || ' policies could not be read.' end, ?3, ?3, ?5, ?6
    from (${OPEN_UNREAD}) u
   where true
      on conflict (tenant_id, family) do update set
         policy_count = excluded.policy_count, last_complete_at = ?4, last_attempt_at = ?4,
         last_outcome = excluded.last_outcome, last_reason_code = excluded.last_reason_code,
         last_reason_message = excluded.last_reason_message, last_run_id = ?3, last_complete_run_id = ?3, request_ids = ?5, reading_digest = ?6`;

/**
 * Families whose reading told what the reading before told, of all policies: their rows are right as they are, and the family's says that
 * they were seen anew. Not so where a policy of the family is or was unread, or one that only a reading at the same time saw still waits
 * to be taken for removed. Answers the families that it is so of.
 */
const CONFIRM = `
  update inventory_families
     set last_complete_at = same.value ->> 'at', last_attempt_at = same.value ->> 'at',
         last_run_id = ?2, last_complete_run_id = ?2, request_ids = same.value -> 'requestIds'
    from json_each(?3) same
   where tenant_id = ?1 and family = same.value ->> 'family' and reading_digest = same.value ->> 'digest'
     and last_outcome = 'succeeded'
     and not exists (select 1 from unreadable_policies u where u.tenant_id = ?1 and u.family = inventory_families.family)
     and not exists (select 1 from policies p
                      where p.tenant_id = ?1 and p.family = inventory_families.family
                        and p.removed_at is null and p.last_seen_at is not null)
  returning family`;

const COUNT = `
  select family, count(*) filter (where removed_at is null and appeared_run_id = ?3) as created,
         count(*) filter (where removed_at is null and appeared_run_id <> ?3 and changed_run_id = ?3) as updated,
         count(*) filter (where removed_run_id = ?3 and appeared_run_id <> ?3) as deleted
    from policies where tenant_id = ?1 and family in (select value from json_each(?2)) group by family`;

const countSchema = z.object({ family: z.string(), created: z.int(), updated: z.int(), deleted: z.int() });
const nameSchema = z.object({ name: z.string() });
const familySchema = z.object({ family: z.string() });

/** Readings of one run, each of another family of the same tenant. */
export interface RunReadings {
  tenantId: string;
  runId: string;
  readings: readonly FamilyReading[];
}

/**
 * Merges each reading in one transaction: new contents become versions, what its list does not tell becomes removed, what comes back is
 * revived, what could not be read is named. Durable when it resolves, with an answer for each reading by its family; when it rejects, each is merged
 * wholly or not at all. Doing it again in the same run changes nothing more and answers the same counters, since they are counted from
 * what the run has left in the rows.
 *
 * Two statements for all readings that tell what the ones before told; they write the families' rows. In a second call for the others: 7
 * for each, and 2 for every 400 kB of metadata (about 1,000 policies), which write the family's row and those of policies that are
 * new, changed, gone or back.
 */
export async function mergeFamilies(database: TenantDatabase, run: RunReadings): Promise<Map<string, MergedFamily>> {
  const readings = await Promise.all(run.readings.map(withDigest));
  const confirmed = await confirm(database, run, readings);
  const others = readings.filter(({ family }) => !confirmed.has(family));
  return new Map([...confirmed, ...(await mergeOthers(database, run, others))]);
}

interface DigestedReading extends FamilyReading {
  /** Null where it is not known of all policies what they are. */
  digest: string | null;
  sorted: (SeenPolicy & { sortName: string })[];
}

/** Equal digests: equal rows. So all that a reading writes of a policy is part of it, as the present code derives it. */
async function withDigest(reading: FamilyReading): Promise<DigestedReading> {
  const sorted = reading.policies
    .map((policy) => ({ ...policy, sortName: foldName(policy.name) }))
    .sort((a, b) => (a.graphId < b.graphId ? -1 : 1));
  if (reading.unread.length > 0) return { ...reading, digest: null, sorted };
  const told = sorted.map((p) => [
    p.graphId,
    p.comparableHash,
    p.name,
    p.sortName,
    p.description,
    p.platform,
    p.odataType,
    p.assignmentCount,
    p.lastModifiedAt,
  ]);
  return { ...reading, digest: await sha256Hex(JSON.stringify(told)), sorted };
}

async function confirm(
  database: TenantDatabase,
  { tenantId, runId }: RunReadings,
  readings: readonly DigestedReading[],
): Promise<Map<string, MergedFamily>> {
  const same = readings.flatMap(({ family, digest, at, policies }) =>
    digest === null ? [] : [{ family, digest, at, requestIds: requestIdsOf(policies) }],
  );
  if (same.length === 0) return new Map();
  const [confirming, counting] = await database.batch([
    database.prepare(CONFIRM).bind(tenantId, runId, JSON.stringify(same)),
    database.prepare(COUNT).bind(tenantId, JSON.stringify(same.map(({ family }) => family)), runId),
  ]);
  const confirmed = new Set(
    z
      .array(familySchema)
      .parse(confirming?.results)
      .map(({ family }) => family),
  );
  const counts = countsOf(counting?.results);
  return new Map(
    readings
      .filter(({ family }) => confirmed.has(family))
      .map(({ family, policies }) => [family, mergedFamily(policies.length, counts.get(family), [])]),
  );
}

async function mergeOthers(
  database: TenantDatabase,
  { tenantId, runId }: RunReadings,
  readings: readonly DigestedReading[],
): Promise<Map<string, MergedFamily>> {
  if (readings.length === 0) return new Map();
  const statements = readings.map((reading) => statementsOf(database, tenantId, runId, reading));
  const families = JSON.stringify(readings.map(({ family }) => family));
  const results = await database.batch([...statements.flat(), database.prepare(COUNT).bind(tenantId, families, runId)]);
  const counts = countsOf(results.at(-1)?.results);
  let end = 0;
  return new Map(
    readings.map(({ family, policies }, index) => {
      end += statements[index]?.length ?? 0;
      const unread = z.array(nameSchema).parse(results[end - 1]?.results);
      const names = unread.map(({ name }) => name);
      return [family, mergedFamily(policies.length, counts.get(family), names)];
    }),
  );
}

type Counts = Pick<MergeCounters, "created" | "updated" | "deleted">;

function countsOf(rows: unknown): Map<string, Counts> {
  return new Map(
    z
      .array(countSchema)
      .parse(rows)
      .map(({ family, ...counts }) => [family, counts]),
  );
}

/** A family that has no row of a policy was counted nowhere. */
const NONE: Counts = { created: 0, updated: 0, deleted: 0 };

function mergedFamily(items: number, counts: Counts = NONE, unacknowledged: string[]): MergedFamily {
  return { counters: { items, ...counts, unchanged: items - counts.created - counts.updated }, unacknowledged };
}

/** `OPEN_UNREAD` is the last. */
function statementsOf(
  database: TenantDatabase,
  tenantId: string,
  runId: string,
  { family, startedAt, at, sorted, unread, digest }: DigestedReading,
): D1PreparedStatement[] {
  const place = [tenantId, family] as const;
  const scope = [...place, runId, at] as const;
  const idLists = jsonLists(sorted.map(({ graphId }) => graphId));
  const seenIds = idLists.length === 0 ? ["[]"] : idLists;
  return [
    ...jsonLists(sorted).flatMap((chunk) => [
      database.prepare(INSERT_VERSIONS).bind(...scope, chunk),
      database.prepare(UPSERT_POLICIES).bind(...scope, chunk),
    ]),
    database.prepare(keepLastSeen(seenIds.length)).bind(...place, ...seenIds),
    ...jsonLists(unread).map((chunk) => database.prepare(UPSERT_UNREAD).bind(...place, at, chunk)),
    database.prepare(DROP_READ).bind(...place, at, startedAt),
    database.prepare(REVIVE_UNREAD).bind(...place),
    database.prepare(REMOVE_UNSEEN).bind(...scope, startedAt),
    database.prepare(UPDATE_FAMILY).bind(...scope, JSON.stringify(requestIdsOf(sorted)), digest),
    database.prepare(OPEN_UNREAD).bind(...scope),
  ];
}
