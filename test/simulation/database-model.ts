/**
 * D1, as far as runs use it, without SQL: one atomic write, guarded by version. The conformance test holds the product's SQL
 * against this model.
 */
import type { Projection } from "../../src/runs/facts/projection.ts";
import type { ProjectionRow } from "../../src/runs/facts/projection-row.ts";
import type { RunReport, StoredUnitPage } from "../../src/runs/facts/run-report.ts";

export interface Words {
  id: string;
  title: string;
  body: string;
}

export interface StoredUnit {
  ordinal: number;
  outcome: "failed" | "skipped";
  key: string;
  label: string;
  input: unknown;
  reasonCode: string;
  attempts: number;
}

/** The newest that was told of a run and of each of its pages, which are in the order of their units. */
export interface StoredReport {
  version: number;
  pages: { firstOrdinal: number; units: StoredUnitPage }[];
}

function isNewer(report: RunReport, than: RunReport | undefined): boolean {
  return (
    than === undefined || than.version < report.version || (than.version === report.version && than.at < report.at)
  );
}

/** What simulated processes do with D1. Each call is atomic. */
export interface RunDatabase {
  /** False when the row was not inserted: another run of that identity is active, or the run was retried before. */
  insertRun(row: ProjectionRow, now: number): boolean;
  writeProjection(projection: Projection, words: Words | null, now: number): void;
  readRow(runId: string): ProjectionRow | null;
  /** By ordinal. */
  readUnits(runId: string): StoredUnit[];
  /** Ids of the run's notifications. */
  notifications(runId: string): string[];
  /** Ids of unfinished runs that were quiet since `before`, which are marked as looked at. */
  takeQuiet(before: number, now: number): string[];
  writeReport(report: RunReport): void;
  /** What D1 was told last; null when it was told nothing. */
  readReport(runId: string): StoredReport | null;
  /** Grows with each change that a reader could see. */
  readonly changes: number;
}

export class DatabaseModel implements RunDatabase {
  readonly #rows = new Map<string, { row: ProjectionRow; updatedAt: number }>();
  readonly #units = new Map<string, Map<number, StoredUnit>>();
  readonly #notifications = new Map<string, string>();
  readonly #reports = new Map<string, RunReport>();
  readonly #pages = new Map<string, Map<number, RunReport>>();
  changes = 0;

  writeReport(report: RunReport): void {
    const { runId } = report;
    if (!this.#rows.has(runId)) return;
    if (isNewer(report, this.#reports.get(runId))) this.#reports.set(runId, report);
    const pages = this.#pages.get(runId) ?? new Map<number, RunReport>();
    this.#pages.set(runId, pages);
    for (const { firstOrdinal } of report.pages)
      if (isNewer(report, pages.get(firstOrdinal))) pages.set(firstOrdinal, report);
  }

  readReport(runId: string): StoredReport | null {
    const report = this.#reports.get(runId);
    if (report === undefined) return null;
    const pages = [...(this.#pages.get(runId) ?? [])].toSorted(([one], [other]) => one - other);
    return {
      version: report.version,
      pages: pages.flatMap(([first, { pages: told }]) =>
        told
          .filter(({ firstOrdinal }) => firstOrdinal === first)
          .map(({ firstOrdinal, ...units }) => ({ firstOrdinal, units })),
      ),
    };
  }

  insertRun(row: ProjectionRow, now: number): boolean {
    for (const { row: other } of this.#rows.values()) {
      if (other.id === row.id || (row.retryOf !== null && other.retryOf === row.retryOf)) return false;
    }
    this.#rows.set(row.id, { row: structuredClone(row), updatedAt: now });
    this.changes += 1;
    return true;
  }

  writeProjection({ row, problems, partial }: Projection, words: Words | null, now: number): void {
    const units = this.#units.get(row.id) ?? new Map<number, StoredUnit>();
    this.#units.set(row.id, units);
    for (const { ordinal, outcome, key, label, input, reasonCode, attempts } of problems) {
      if (!units.has(ordinal)) units.set(ordinal, { ordinal, outcome, key, label, input, reasonCode, attempts });
    }
    this.changes += 1;
    if (partial) return;
    const stored = this.#rows.get(row.id);
    if (stored !== undefined && stored.row.version < row.version && stored.row.status !== "completed") {
      const { type, initiator, retryOf, workerVersion, createdAt, tenantId } = stored.row;
      const next = { ...row, type, initiator, retryOf, workerVersion, createdAt, tenantId };
      this.#rows.set(row.id, { row: structuredClone(next), updatedAt: now });
    }
    if (words !== null && row.initiator !== null) {
      const once = `${row.id} ${row.initiator.id}`;
      if (!this.#notifications.has(once)) this.#notifications.set(once, words.id);
    }
  }

  readRow(runId: string): ProjectionRow | null {
    return this.#rows.get(runId)?.row ?? null;
  }

  readUnits(runId: string): StoredUnit[] {
    return [...(this.#units.get(runId)?.values() ?? [])].sort((a, b) => a.ordinal - b.ordinal);
  }

  notifications(runId: string): string[] {
    return [...this.#notifications].filter(([once]) => once.startsWith(`${runId} `)).map(([, id]) => id);
  }

  takeQuiet(before: number, now: number): string[] {
    const quiet: string[] = [];
    for (const stored of this.#rows.values()) {
      if (stored.row.status === "completed" || stored.updatedAt >= before) continue;
      stored.updatedAt = now;
      quiet.push(stored.row.id);
    }
    return quiet;
  }
}
