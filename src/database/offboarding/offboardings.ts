/** Deletions of tenants: asking for one, withdrawing it, and reading what there is to prove. */
import { desc, eq, type SQL } from "drizzle-orm";
import { z } from "zod";
import type { CloseTenant, Offboarding, TenantClosing } from "../../contract/offboarding.ts";
import { auditEventWhere, outboxEventWhere, PLATFORM_LOG } from "../audit/audit-events.ts";
import { notHeld } from "../retention/legal-holds.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { beyond, firstOf, query, rowsOf } from "../sql/read.ts";
import { isoTime, isoTimeOrNull } from "../sql/time.ts";
import { type offboardingCounts, offboardings } from "./tables.ts";
import { type ControlEnv, notElsewhere, type TenantDatabase } from "../databases.ts";

const o = offboardings;
const DAY_MS = 86_400_000;

export interface ClosingRequest extends Pick<CloseTenant, "reason" | "days"> {
  tenantId: string;
  actor: { id: string; name: string };
  requestedAs: "owner" | "platform";
  at: number;
}

/** Asks for a tenant's deletion. Null when it is asked for already, a legal hold stands, or there is no such tenant. Both logs tell of it: the events are in its batch. */
export async function requestOffboarding(database: TenantDatabase, request: ClosingRequest): Promise<string | null> {
  const id = `offboarding_${crypto.randomUUID()}`;
  const { tenantId, actor, reason, days, requestedAs, at } = request;
  const dueAt = at + days * DAY_MS;
  const [inserted] = await database.batch([
    database
      .prepare(
        `insert into offboardings (id, tenant_id, tenant_slug, tenant_name, microsoft_tenants, status, reason, requested_by,
                                   requested_by_name, requested_as, requested_at, due_at)
         select ?1, t.id, t.slug, t.name,
                (select json_group_array(json_object('cloud', cloud, 'directoryId', directory_id))
                   from (select distinct cloud, directory_id from tenant_connections where tenant_id = t.id)),
                'waiting', ?3, ?4, ?5, ?6, ?7, ?8
           from tenants t where t.id = ?2 and ${notHeld("t.id")}
         on conflict do nothing`,
      )
      .bind(id, tenantId, reason, actor.id, actor.name, requestedAs, at, dueAt),
    ...[tenantId, PLATFORM_LOG].map((log) =>
      (log === PLATFORM_LOG ? outboxEventWhere : auditEventWhere)(
        database,
        {
          tenantId: log,
          at,
          action: "tenant.close",
          actorId: actor.id,
          targetKind: "tenant",
          targetId: tenantId,
          detail: { offboarding: id, reason, requestedAs, dueAt: isoTime(dueAt) },
        },
        {
          from: "offboardings",
          condition: "offboardings.id = ?9",
          values: [id],
          detail: "json_object('name', offboardings.tenant_name)",
        },
      ),
    ),
  ]);
  return inserted?.meta.changes === 1 ? id : null;
}

/** Withdraws a deletion that waits. False when there is none, or it has begun. Both logs tell of it: the events are in its batch. */
export async function withdrawOffboarding(
  database: TenantDatabase,
  withdrawal: { id: string; tenantId: string; actor: { id: string; name: string }; at: number },
): Promise<boolean> {
  const { id, tenantId, actor, at } = withdrawal;
  const results = await database.batch([
    ...[tenantId, PLATFORM_LOG].map((log) =>
      (log === PLATFORM_LOG ? outboxEventWhere : auditEventWhere)(
        database,
        {
          tenantId: log,
          at,
          action: "tenant.keep",
          actorId: actor.id,
          targetKind: "tenant",
          targetId: tenantId,
          detail: { offboarding: id },
        },
        {
          condition: "exists (select 1 from offboardings where id = ?9 and tenant_id = ?10 and status = 'waiting')",
          values: [id, tenantId],
        },
      ),
    ),
    database
      .prepare(
        `update offboardings set status = 'withdrawn', withdrawn_at = ?3, withdrawn_by = ?4, withdrawn_by_name = ?5
          where id = ?1 and tenant_id = ?2 and status = 'waiting'`,
      )
      .bind(id, tenantId, at, actor.id, actor.name),
  ]);
  return results.at(-1)?.meta.changes === 1;
}

type Row = typeof offboardings.$inferSelect;
type CountRow = typeof offboardingCounts.$inferSelect;

function toOffboarding(row: Row, counts: readonly CountRow[]): Offboarding {
  const sum = (kind: string, of: "removed" | "bytes"): number =>
    counts.reduce((total, count) => total + (count.kind === kind ? count[of] : 0), 0);
  const { exportId, exportHash, exportCompletedAt, auditSeq, auditHash } = row;
  return {
    id: row.id,
    status: row.status,
    phase: row.status === "deleting" || row.status === "incomplete" ? phaseWords(row) : null,
    tenant: {
      id: row.tenantId,
      slug: row.tenantSlug,
      name: row.tenantName,
      microsoftTenants: row.microsoftTenants,
    },
    reason: row.reason,
    requestedBy: { id: row.requestedBy, name: row.requestedByName },
    requestedAs: row.requestedAs,
    requestedAt: isoTime(row.requestedAt),
    dueAt: isoTime(row.dueAt),
    withdrawnAt: isoTimeOrNull(row.withdrawnAt),
    withdrawnBy: row.withdrawnBy === null ? null : { id: row.withdrawnBy, name: row.withdrawnByName ?? "" },
    startedAt: isoTimeOrNull(row.startedAt),
    completedAt: isoTimeOrNull(row.completedAt),
    export:
      exportId === null || exportHash === null || exportCompletedAt === null
        ? null
        : { id: exportId, sha256: exportHash, completedAt: isoTime(exportCompletedAt) },
    auditHead: auditSeq === null || auditHash === null ? null : { seq: auditSeq, hash: auditHash },
    removed: {
      rows: Object.fromEntries(counts.flatMap(({ kind, name, removed }) => (kind === "rows" ? [[name, removed]] : []))),
      objects: sum("objects", "removed"),
      bytes: sum("objects", "bytes"),
      uploads: sum("uploads", "removed"),
      runObjects: sum("runs", "removed"),
    },
    verification: row.verification,
    refused: row.refused,
  };
}

const phaseSchema = z.looseObject({ phase: z.string().default("Beginning") });

function phaseWords({ status, position }: Row): string {
  if (status === "incomplete") return "Waiting to try again";
  return phaseSchema.parse(JSON.parse(position)).phase;
}

async function withCounts(database: TenantDatabase, rows: readonly Row[]): Promise<Offboarding[]> {
  const ids = JSON.stringify(rows.map(({ id }) => id));
  const counts = await countsWhere(database, ids);
  return rows.map((row) =>
    toOffboarding(
      row,
      counts.filter(({ offboardingId }) => offboardingId === row.id),
    ),
  );
}

async function countsWhere(database: TenantDatabase, idsJson: string): Promise<CountRow[]> {
  const { results } = await database
    .prepare(
      `select offboarding_id as "offboardingId", kind, name, removed, bytes from offboarding_counts
        where offboarding_id in (select value from json_each(?1)) order by kind, name`,
    )
    .bind(idsJson)
    .all();
  return z
    .array(
      z.object({ offboardingId: z.string(), kind: z.string(), name: z.string(), removed: z.int(), bytes: z.int() }),
    )
    .parse(results);
}

async function oneWhere(database: TenantDatabase, condition: SQL): Promise<Offboarding | null> {
  const row = await firstOf(query(database).select().from(o).where(condition).orderBy(desc(o.requestedAt)).limit(1));
  if (row === null) return null;
  const [found] = await withCounts(database, [row]);
  return found ?? null;
}

/** A deletion with its proof. Two queries. */
export function readOffboarding(database: TenantDatabase, id: string): Promise<Offboarding | null> {
  return oneWhere(database, eq(o.id, id));
}

/**
 * All deletions of all shards, newest first: the newest of each, merged. While a tenant moves, two shards have its requests, and the one that
 * it is assigned to counts.
 */
export async function listOffboardings(
  env: Pick<ControlEnv, "CONTROL" | "SHARDS">,
  request: { cursor: string | null; limit: number },
): Promise<Page<Offboarding>> {
  const after = decodeCursor(request.cursor, z.tuple([z.int(), z.string()]));
  const found = await Promise.all(
    [...env.SHARDS].map(async ([shard, database]) => {
      const newest = await newestOf(database, after, request.limit);
      const here = await notElsewhere(
        env,
        shard,
        newest.map(({ row }) => row.tenantId),
      );
      return newest.filter(({ row }) => here.has(row.tenantId));
    }),
  );
  const merged = found
    .flat()
    .toSorted((a, b) => b.row.requestedAt - a.row.requestedAt || (a.row.id < b.row.id ? 1 : -1));
  return mapPage(
    pageOf(merged, request.limit, ({ row: { requestedAt, id } }) => [requestedAt, id]),
    ({ offboarding }) => offboarding,
  );
}

async function newestOf(database: TenantDatabase, after: [number, string] | null, limit: number) {
  const rows = await rowsOf(
    query(database)
      .select()
      .from(o)
      .where(beyond([o.requestedAt, o.id], "<", after))
      .orderBy(desc(o.requestedAt), desc(o.id))
      .limit(oneMore(limit)),
  );
  const offboardings = await withCounts(database, rows);
  return rows.flatMap((row, at) => {
    const offboarding = offboardings[at];
    return offboarding === undefined ? [] : [{ row, offboarding }];
  });
}

const exportSchema = z.object({
  id: z.string(),
  completed_at: z.int(),
  audit_seq: z.int().nullable(),
  changed: z.int(),
});

/** What members see of their tenant's deletion, and of its newest export. One batch. */
export async function readClosing(database: TenantDatabase, tenantId: string, now: number): Promise<TenantClosing> {
  const [under, exported] = await database.batch<Record<string, unknown>>([
    database
      .prepare("select id from offboardings where tenant_id = ?1 and status in ('waiting', 'deleting', 'incomplete')")
      .bind(tenantId),
    // What the export itself leaves in the log, and what is asked for here, is no change of the tenant.
    database
      .prepare(
        `select x.id, x.completed_at, x.audit_seq,
                exists (select 1 from audit_events e where e.tenant_id = ?1 and e.seq > x.audit_seq
                           and e.action not like 'tenant%' and e.action not like '%.download' and e.action <> 'request.refuse'
                           and json_extract(e.detail, '$.type') is not 'tenant.export') as changed
           from tenant_exports x
          where x.tenant_id = ?1 and x.status = 'complete' and x.expires_at > ?2
          order by x.created_at desc limit 1`,
      )
      .bind(tenantId, now),
  ]);
  const id = z.array(z.object({ id: z.string() })).parse(under?.results ?? [])[0]?.id;
  const latest = z.array(exportSchema).parse(exported?.results ?? [])[0];
  const offboarding = id === undefined ? null : await readOffboarding(database, id);
  return {
    offboarding:
      offboarding === null
        ? null
        : {
            id: offboarding.id,
            status: offboarding.status,
            reason: offboarding.reason,
            requestedBy: offboarding.requestedBy,
            requestedAs: offboarding.requestedAs,
            requestedAt: offboarding.requestedAt,
            dueAt: offboarding.dueAt,
          },
    latestExport: latest === undefined ? null : { id: latest.id, completedAt: isoTime(latest.completed_at) },
    changedSinceExport: latest === undefined ? null : latest.changed === 1,
  };
}
