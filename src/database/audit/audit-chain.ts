/**
 * The chain over a tenant's audit log. An event gets its place in the batch that makes the change; D1 cannot hash, so the hashes follow,
 * within a minute, in the order of the places. Two at a time compute the same.
 */
import { and, asc, desc, eq, getTableColumns, gt, gte } from "drizzle-orm";
import { z } from "zod";
import type { AuditHead, ChainedEvent, ExportedEvent } from "../../contract/audit-events.ts";
import { CHAIN_BEGINNING, nextHash } from "../../digests/audit-chain.ts";
import { rfc8785Text } from "../../policies/canonical-json.ts";
import { isJsonObject } from "../../policies/json-value.ts";
import { jsonLists } from "../sql/json-lists.ts";
import { firstOf, query, rowsOf } from "../sql/read.ts";
import { isoTime } from "../sql/time.ts";
import { notFenced } from "../moves/fences.ts";
import { users } from "../tenancy/tables.ts";
import { type AuditFilter, matching, PLATFORM_LOG, WHOLE_LOG } from "./audit-events.ts";
import { auditChain, auditCuts, auditEvents } from "./tables.ts";

/** Events that are hashed between two writes. */
const EVENTS_A_STEP = 500;

const e = auditEvents;
const c = auditChain;

/** The end of a tenant's chain, and how many events wait to be hashed. One batch of three queries. */
export async function readAuditHead(database: D1Database, tenantId: string): Promise<AuditHead> {
  const [[last], [cut], [newest]] = await query(database).batch([
    query(database)
      .select({ seq: c.seq, hash: c.hash })
      .from(c)
      .where(eq(c.tenantId, tenantId))
      .orderBy(desc(c.seq))
      .limit(1),
    query(database)
      .select({ seq: auditCuts.throughSeq, hash: auditCuts.hash })
      .from(auditCuts)
      .where(eq(auditCuts.tenantId, tenantId))
      .orderBy(desc(auditCuts.throughSeq))
      .limit(1),
    query(database)
      .select({ seq: e.seq })
      .from(e)
      .where(and(eq(e.tenantId, tenantId), gt(e.seq, 0)))
      .orderBy(desc(e.seq))
      .limit(1),
  ]);
  const head = last ?? (cut === undefined || cut.hash === "" ? { seq: 0, hash: CHAIN_BEGINNING } : cut);
  return { ...head, waiting: Math.max(0, (newest?.seq ?? 0) - head.seq) };
}

/** Hashes what waits in a tenant's log and returns the end of the chain: bounded steps of 500 events, two queries each. */
export async function chainAuditEvents(database: D1Database, tenantId: string): Promise<AuditHead> {
  await givePlaces(database, tenantId);
  let head = await readAuditHead(database, tenantId);
  while (head.waiting > 0) {
    const events = await eventsBehind(database, { ...WHOLE_LOG, tenantId }, head.seq, EVENTS_A_STEP);
    if (events.length === 0) break;
    const links: [number, string][] = [];
    let { hash } = head;
    for (const { event } of events) {
      hash = await nextHash(hash, eventText(event));
      links.push([event.seq, hash]);
    }
    await database.batch(
      jsonLists(links).map((list) =>
        database
          .prepare(
            `insert into audit_chain (tenant_id, seq, hash) select ?1, value ->> 0, value ->> 1 from json_each(?2)
              where true on conflict do nothing`,
          )
          .bind(tenantId, list),
      ),
    );
    const seq = links.at(-1)?.[0] ?? head.seq;
    head = { seq, hash, waiting: Math.max(0, head.waiting - (seq - head.seq)) };
  }
  return head;
}

/** Events of a Worker of an earlier version, which gave them no place. */
async function givePlaces(database: D1Database, tenantId: string): Promise<void> {
  await database
    .prepare(
      `update audit_events set seq = later.seq
         from (select id, row_number() over (order by rowid)
                 + coalesce((select max(seq) from audit_events where tenant_id = ?1 and seq > 0), 0) as seq
                 from audit_events where tenant_id = ?1 and seq = 0) later
        where audit_events.id = later.id and audit_events.seq = 0`,
    )
    .bind(tenantId)
    .run();
}

const logsSchema = z.array(z.object({ log: z.string() }));

/** Logs with events that wait, at most `limit`. One query: two looks into an index for each tenant. */
export async function logsToChain(database: D1Database, limit: number): Promise<string[]> {
  const { results } = await database
    .prepare(
      `select log from (select id as log from tenants union all select ?2)
        where ${notFenced("log")}
          and (coalesce((select max(seq) from audit_events where tenant_id = log and seq > 0), 0)
               > max(coalesce((select max(seq) from audit_chain where tenant_id = log), 0),
                     coalesce((select max(through_seq) from audit_cuts where tenant_id = log), 0))
            or exists (select 1 from audit_events where tenant_id = log and seq = 0))
        limit ?1`,
    )
    .bind(limit, PLATFORM_LOG)
    .all();
  return logsSchema.parse(results).map(({ log }) => log);
}

/** Events behind a place in their order, as an export tells them. One query. */
export async function eventsBehind(
  database: D1Database,
  filter: AuditFilter,
  after: number,
  limit: number,
): Promise<ExportedEvent[]> {
  const rows = await rowsOf(
    query(database)
      .select({ ...getTableColumns(e), actorName: users.name, hash: c.hash })
      .from(e)
      .leftJoin(users, eq(users.id, e.actorId))
      .leftJoin(c, and(eq(c.tenantId, e.tenantId), eq(c.seq, e.seq)))
      .where(and(matching(filter), gt(e.seq, after)))
      .orderBy(asc(e.seq))
      .limit(limit),
  );
  return rows.map(({ actorName, hash, at, ...row }) => ({
    event: { ...row, at: isoTime(at) },
    actorName: actorName ?? "",
    hash,
  }));
}

/**
 * The hash of the place before an event: what a chain of an export begins with. Of a place that was cut off, the hash that the chain goes
 * on from, since the first event behind it is the first that is left. Null when it is not known.
 */
export async function hashAt(database: D1Database, tenantId: string, seq: number): Promise<string | null> {
  const cut = await firstOf(
    query(database)
      .select({ hash: auditCuts.hash })
      .from(auditCuts)
      .where(and(eq(auditCuts.tenantId, tenantId), gte(auditCuts.throughSeq, seq)))
      .orderBy(desc(auditCuts.throughSeq))
      .limit(1),
  );
  if (cut !== null) return cut.hash === "" ? null : cut.hash;
  if (seq === 0) return CHAIN_BEGINNING;
  const found = await firstOf(
    query(database)
      .select({ hash: c.hash })
      .from(c)
      .where(and(eq(c.tenantId, tenantId), eq(c.seq, seq))),
  );
  return found?.hash ?? null;
}

/** A line of an export: an event with its hash and the one before it, which is all that recomputing takes. */
export function chainLine(previous: string | null, { event, actorName, hash }: ExportedEvent): string {
  return `${JSON.stringify({ previous, event, actorName, hash })}\n`;
}

/** An event in the spelling that is hashed. */
export function eventText(event: ChainedEvent): string {
  const value: unknown = JSON.parse(JSON.stringify(event));
  if (!isJsonObject(value)) throw new Error("an event is an object");
  return rfc8785Text(value);
}
