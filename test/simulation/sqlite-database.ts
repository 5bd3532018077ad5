/** D1 by SQLite and the product's own SQL: the product's migrations, its `writeProjection`, and the rules of its indexes. */
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { runOutcomeSchema, runStatusSchema } from "../../src/contract/runs.ts";
import { normalizeSummaryCounts } from "../../src/contract/summary-counts.ts";
import type { Projection } from "../../src/runs/facts/projection.ts";
import type { ProjectionRow } from "../../src/runs/facts/projection-row.ts";
import { type RunReport, unitPageSchema } from "../../src/runs/facts/run-report.ts";
import { TENANT_ID } from "./console-model.ts";
import type { RunDatabase, StoredReport, StoredUnit, Words } from "./database-model.ts";
import { type Engine, SOURCE_ROOT } from "./engine.ts";
import { z } from "zod";
import type { TenantDatabase } from "../../src/database/databases.ts";

const MIGRATIONS = path.resolve(SOURCE_ROOT, "../migrations");
const SCHEMA = readdirSync(MIGRATIONS)
  .filter((file) => file.endsWith(".sql"))
  .sort()
  .map((file) => readFileSync(path.join(MIGRATIONS, file), "utf8"))
  .join("\n");
/** A migrated database with one tenant: the migrations take thirty times as long as copying what they make. */
const MIGRATED = migrated();

function migrated(): Uint8Array {
  const sqlite = new DatabaseSync(":memory:");
  sqlite.exec("PRAGMA foreign_keys = OFF");
  sqlite.exec(SCHEMA);
  sqlite
    .prepare("insert into tenants (id, slug, name, created_at) values (?1, 'simulated', 'Simulated', 0)")
    .run(TENANT_ID);
  const bytes = sqlite.serialize();
  sqlite.close();
  return bytes;
}

interface Bound {
  sql: string;
  values: SQLInputValue[];
}

const pauseSchema = z.object({
  at: z.int(),
  by: z.object({ id: z.string(), name: z.string() }).nullable(),
  reason: z.enum(["person", "failures"]),
  failed: z.int().nullable(),
});

const rowSchema = z.object({
  id: z.string(),
  tenant_id: z.string(),
  type: z.string(),
  status: runStatusSchema,
  outcome: runOutcomeSchema,
  sealed: z.int(),
  finalizer_pending: z.int(),
  phase: z.string().nullable(),
  pause: z.string().nullable(),
  summary_counts: z.string(),
  failure_code: z.string().nullable(),
  failure_message: z.string().nullable(),
  result_kind: z.string().nullable(),
  result_id: z.string().nullable(),
  subject: z.string().nullable(),
  extent: z.int().nullable(),
  initiator_id: z.string().nullable(),
  retry_of: z.string().nullable(),
  worker_version: z.string().nullable(),
  version: z.int(),
  created_at: z.int(),
  started_at: z.int().nullable(),
  completed_at: z.int().nullable(),
});

const unitSchema = z
  .object({
    ordinal: z.int(),
    outcome: z.enum(["failed", "skipped"]),
    unit_key: z.string(),
    label: z.string(),
    input: z.string(),
    reason_code: z.string(),
    attempts: z.int(),
  })
  .transform(({ unit_key: key, reason_code: reasonCode, input, ...unit }): StoredUnit => ({
    ...unit,
    key,
    reasonCode,
    input: JSON.parse(input),
  }));

export class SqliteDatabase implements RunDatabase {
  readonly #sqlite = new DatabaseSync(":memory:");
  readonly #engine: Pick<Engine, "writeProjection" | "writeReport">;
  readonly #initiators = new Map<string, ProjectionRow["initiator"]>();
  changes = 0;

  constructor(engine: Pick<Engine, "writeProjection" | "writeReport">) {
    this.#engine = engine;
    this.#sqlite.deserialize(MIGRATED);
    this.#sqlite.exec("PRAGMA foreign_keys = OFF");
  }

  close(): void {
    this.#sqlite.close();
  }

  #run({ sql, values }: Bound): number {
    return Number(this.#sqlite.prepare(sql).run(...values).changes);
  }

  insertRun(row: ProjectionRow, now: number): boolean {
    this.#initiators.set(row.id, row.initiator);
    this.changes += 1;
    const sql = `insert into operation_runs (id, tenant_id, type, status, outcome, input, identity, initiator_id, retry_of, version, created_at, updated_at, subject, worker_version)
                 values (?1, ?2, ?3, 'queued', 'pending', '{}', ?1, ?4, ?5, 1, ?6, ?7, ?8, ?9) on conflict do nothing`;
    return (
      this.#run({
        sql,
        values: [
          row.id,
          row.tenantId,
          row.type,
          row.initiator?.id ?? null,
          row.retryOf,
          row.createdAt,
          now,
          row.subject,
          row.workerVersion,
        ],
      }) === 1
    );
  }

  writeProjection(projection: Projection, words: Words | null, now: number): void {
    this.changes += 1;
    this.#inOneBatch("a projection", (database) => this.#engine.writeProjection(database, projection, words, now));
  }

  writeReport(report: RunReport): void {
    this.#inOneBatch("a report", (database) => this.#engine.writeReport(database, report));
  }

  readReport(runId: string): StoredReport | null {
    const row = this.#sqlite.prepare("select version from operation_run_reports where run_id = ?1").get(runId);
    if (row === undefined) return null;
    const pages = this.#sqlite
      .prepare("select first_ordinal, units from operation_run_unit_pages where run_id = ?1 order by first_ordinal")
      .all(runId);
    return {
      version: z.int().parse(row["version"]),
      pages: pages.map((page) => ({
        firstOrdinal: z.int().parse(page["first_ordinal"]),
        units: unitPageSchema.parse(JSON.parse(z.string().parse(page["units"]))),
      })),
    };
  }

  /** Runs a write of the product that is one batch. */
  #inOneBatch(what: string, write: (database: TenantDatabase) => Promise<void>): void {
    let batches = 0;
    const batch = (statements: Bound[]): Promise<[]> => {
      batches += 1;
      this.#sqlite.exec("BEGIN");
      try {
        for (const statement of statements) this.#run(statement);
        this.#sqlite.exec("COMMIT");
      } catch (error) {
        this.#sqlite.exec("ROLLBACK");
        throw error;
      }
      return Promise.resolve([]);
    };
    const prepare = (sql: string) => ({ bind: (...values: SQLInputValue[]): Bound => ({ sql, values }) });
    // The one cast: of D1, these writes use these two methods and no other.
    const database = { prepare, batch } as unknown as TenantDatabase;
    void write(database);
    if (batches !== 1) throw new Error(`${what} was written in ${batches} batches before it was waited for`);
  }

  readRow(runId: string): ProjectionRow | null {
    const raw = this.#sqlite.prepare("select * from operation_runs where id = ?1").get(runId);
    if (raw === undefined) return null;
    const row = rowSchema.parse(raw);
    const { failure_code: code, result_kind: kind, result_id: id } = row;
    return {
      id: row.id,
      tenantId: row.tenant_id,
      type: row.type,
      status: row.status,
      outcome: row.outcome,
      sealed: row.sealed === 1,
      finalizerPending: row.finalizer_pending === 1,
      phase: row.phase,
      pause: row.pause === null ? null : pauseSchema.parse(JSON.parse(row.pause)),
      summaryCounts: normalizeSummaryCounts(JSON.parse(row.summary_counts)),
      failure: code === null ? null : { code, message: row.failure_message ?? "" },
      result: kind === null || id === null ? null : { kind, id },
      subject: row.subject,
      extent: row.extent,
      initiator: this.#initiators.get(runId) ?? null,
      retryOf: row.retry_of,
      workerVersion: row.worker_version,
      version: row.version,
      createdAt: row.created_at,
      startedAt: row.started_at,
      completedAt: row.completed_at,
    };
  }

  readUnits(runId: string): StoredUnit[] {
    return z
      .array(unitSchema)
      .parse(this.#sqlite.prepare("select * from operation_run_units where run_id = ?1 order by ordinal").all(runId));
  }

  notifications(runId: string): string[] {
    const rows = this.#sqlite.prepare("select id from notifications where run_id = ?1").all(runId);
    return rows.map(({ id }) => String(id));
  }

  takeQuiet(before: number, now: number): string[] {
    const where = "status <> 'completed' and updated_at < ?1";
    const quiet = this.#sqlite.prepare(`select id from operation_runs where ${where} order by updated_at`).all(before);
    this.#run({ sql: `update operation_runs set updated_at = ?2 where ${where}`, values: [before, now] });
    return quiet.map(({ id }) => String(id));
  }
}
