/**
 * The board: keeps what was measured for a day, by the minute, in one Durable Object. It has every value that arrived, not a sample; what an isolate
 * lost on its way is missing. Bounded: a minute has room for so many rows, and what finds none is counted as `not_kept`.
 */
import { DurableObject } from "cloudflare:workers";
import { z } from "zod";
import { METRICS, type Told, toldSchema } from "../../contract/metrics.ts";

const MINUTE_MS = 60_000;
export const KEPT_MINUTES = 24 * 60;
const ROWS_A_MINUTE = 300;
const TABLE = `CREATE TABLE IF NOT EXISTS told (
  minute INTEGER NOT NULL, metric TEXT NOT NULL, labels TEXT NOT NULL, tenant TEXT NOT NULL,
  count INTEGER NOT NULL, sum REAL NOT NULL, max REAL NOT NULL,
  PRIMARY KEY (minute, metric, labels, tenant)
) WITHOUT ROWID`;

export interface Kept {
  /** The minute that the oldest kept value belongs to, and the newest one's (milliseconds since the epoch); null when nothing was told. */
  since: number | null;
  toldAt: number | null;
  told: Told[];
}

const rowSchema = z.object({
  minute: z.int(),
  metric: z.string(),
  labels: z.string().transform((text): unknown => JSON.parse(text)),
  tenant: z.string(),
  count: z.int(),
  sum: z.number(),
  max: z.number(),
});

export class MetricsBoard extends DurableObject<Env> {
  #prunedAt = 0;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    state.storage.sql.exec(TABLE);
  }

  /** Adds values to the minute that it is; durable when it returns. */
  tell(told: readonly Told[]): void {
    const minute = minuteOf(Date.now());
    if (minute !== this.#prunedAt) this.#prune(minute);
    let room = ROWS_A_MINUTE - this.#rowsOf(minute);
    let notKept = 0;
    for (const one of told) {
      const isNew = !this.#has(minute, one);
      if (isNew && room <= 0) {
        notKept += one.count;
        continue;
      }
      if (isNew) room -= 1;
      this.#add(minute, one);
    }
    if (notKept > 0)
      this.#add(minute, { metric: "not_kept", labels: [], tenantId: null, count: notKept, sum: notKept, max: 1 });
  }

  /** What was told in the last minutes, added up by metric, labels and tenant. */
  read(minutes: number): Kept {
    const { sql } = this.ctx.storage;
    const from = minuteOf(Date.now()) - (minutes - 1) * MINUTE_MS;
    const ends = sql.exec<{ since: number | null; newest: number | null }>(
      "SELECT min(minute) AS since, max(minute) AS newest FROM told",
    );
    const { since, newest } = ends.one();
    const rows = [
      ...sql.exec(
        "SELECT minute, metric, labels, tenant, count, sum, max FROM told WHERE minute >= ? ORDER BY minute",
        from,
      ),
    ];
    return { since, toldAt: newest, told: addedUp(rows.map((row) => rowSchema.parse(row))) };
  }

  /** Forgets a tenant that is deleted. */
  forgetTenant(tenantId: string): void {
    this.ctx.storage.sql.exec("DELETE FROM told WHERE tenant = ?", tenantId);
  }

  #prune(minute: number): void {
    this.ctx.storage.sql.exec("DELETE FROM told WHERE minute <= ?", minute - KEPT_MINUTES * MINUTE_MS);
    this.#prunedAt = minute;
  }

  #rowsOf(minute: number): number {
    const counted = this.ctx.storage.sql.exec<{ rows: number }>(
      "SELECT count(*) AS rows FROM told WHERE minute = ?",
      minute,
    );
    return counted.one().rows;
  }

  #has(minute: number, { metric, labels, tenantId }: Told): boolean {
    const found = this.ctx.storage.sql.exec(
      "SELECT 1 FROM told WHERE minute = ? AND metric = ? AND labels = ? AND tenant = ?",
      minute,
      metric,
      JSON.stringify(labels),
      tenantId ?? "",
    );
    return [...found].length > 0;
  }

  #add(minute: number, { metric, labels, tenantId, count, sum, max }: Told): void {
    const isLatest = METRICS[metric].kind === "latest";
    this.ctx.storage.sql.exec(
      `INSERT INTO told (minute, metric, labels, tenant, count, sum, max) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET count = count + excluded.count,
         sum = ${isLatest ? "excluded.sum" : "sum + excluded.sum"},
         max = ${isLatest ? "excluded.max" : "max(max, excluded.max)"}`,
      minute,
      metric,
      JSON.stringify(labels),
      tenantId ?? "",
      count,
      sum,
      max,
    );
  }
}

function minuteOf(at: number): number {
  return Math.floor(at / MINUTE_MS) * MINUTE_MS;
}

/** Rows by their minute, the oldest first. What an earlier version told under another name is left out. */
function addedUp(rows: readonly z.infer<typeof rowSchema>[]): Told[] {
  const known = new Map<string, Told>();
  for (const { metric, labels, tenant, count, sum, max } of rows) {
    const parsed = toldSchema.safeParse({ metric, labels, tenantId: tenant === "" ? null : tenant, count, sum, max });
    if (!parsed.success) continue;
    const told = parsed.data;
    const key = JSON.stringify([metric, labels, tenant]);
    const before = known.get(key);
    if (before === undefined || METRICS[told.metric].kind === "latest") known.set(key, told);
    else {
      before.count += told.count;
      before.sum += told.sum;
      before.max = Math.max(before.max, told.max);
    }
  }
  return [...known.values()];
}
