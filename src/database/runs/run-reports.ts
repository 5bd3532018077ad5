/** What runs tell beside their rows (decisions/155-what-a-run-tells.md). A run's object writes it; people read it here. */
import { and, asc, eq, gte, sql, sum } from "drizzle-orm";
import { z } from "zod";
import {
  decodeUnits,
  isSettled,
  type RunReport,
  type StoredUnitPage,
  type ToldUnit,
} from "../../runs/facts/run-report.ts";
import type { TenantDatabase } from "../databases.ts";
import { cursorAt, decodeCursor, type Page, pageOf } from "../sql/cursor.ts";
import { firstOf, query } from "../sql/read.ts";
import { operationRunReports, operationRuns, operationRunUnitPages } from "./tables.ts";

const o = operationRuns;
const t = operationRunReports;
const p = operationRunUnitPages;

/** A report is newer when its run had moved on, or, at the same version, when it was told later. */
const NEWER = (table: string) =>
  `(${table}.version < excluded.version or (${table}.version = excluded.version and ${table}.at < excluded.at))`;

/**
 * Writes a report, in one batch of a statement and one more for each page. May be repeated and may come late: what D1 has that is newer
 * stays. Writes nothing of a run whose row is gone.
 */
export async function writeReport(database: TenantDatabase, report: RunReport): Promise<void> {
  const { runId, tenantId, version, at, facts, pages } = report;
  const statements = [
    database
      .prepare(
        `insert into operation_run_reports (run_id, tenant_id, version, at, facts)
         select ?1, ?2, ?3, ?4, ?5 where exists (select 1 from operation_runs where id = ?1 and tenant_id = ?2)
         on conflict (run_id) do update set version = excluded.version, at = excluded.at, facts = excluded.facts
          where ${NEWER("operation_run_reports")}`,
      )
      .bind(runId, tenantId, version, at, JSON.stringify(facts)),
  ];
  for (const { firstOrdinal, ...units } of pages) {
    statements.push(
      database
        .prepare(
          `insert into operation_run_unit_pages (run_id, first_ordinal, tenant_id, version, at, units, unit_count)
           select ?1, ?2, ?3, ?4, ?5, ?6, ?7 where exists (select 1 from operation_runs where id = ?1 and tenant_id = ?3)
           on conflict (run_id, first_ordinal) do update
              set version = excluded.version, at = excluded.at, units = excluded.units, unit_count = excluded.unit_count
            where ${NEWER("operation_run_unit_pages")}`,
        )
        .bind(
          runId,
          firstOrdinal,
          tenantId,
          version,
          at,
          JSON.stringify(units satisfies StoredUnitPage),
          units.states.length,
        ),
    );
  }
  await database.batch(statements);
}

export type StoredReport = Pick<typeof t.$inferSelect, "version" | "at" | "facts">;

/** The newest report of a tenant's run; null when it has told nothing yet, or there is no such run. One query. */
export function readReport(database: TenantDatabase, tenantId: string, runId: string): Promise<StoredReport | null> {
  return firstOf(
    query(database)
      .select({ version: t.version, at: t.at, facts: t.facts })
      .from(t)
      .where(and(eq(t.runId, runId), eq(t.tenantId, tenantId))),
  );
}

/** Pages that one request looks through: with a filter, an answer may have fewer units than asked for, and the next goes on behind them. */
const PAGES_AT_ONCE = 20;

export interface UnitStateRequest {
  tenantId: string;
  runId: string;
  state: ToldUnit["state"] | "unsettled" | null;
  cursor: string | null;
  limit: number;
}

function fits(unit: ToldUnit, state: UnitStateRequest["state"]): boolean {
  return state === null || (state === "unsettled" ? !isSettled(unit.state) : unit.state === state);
}

export interface ListedUnit extends ToldUnit {
  ordinal: number;
  /** When the run told it, in milliseconds since the epoch. */
  at: number;
}

/**
 * The units of a run by ordinal, as it told of them last; how many its plan has; of how many it has told. Null when the tenant has no
 * such run. Four queries of one moment, by keys.
 */
export async function listUnitStates(
  database: TenantDatabase,
  request: UnitStateRequest,
): Promise<(Page<ListedUnit> & { planned: number | null; told: number }) | null> {
  const { tenantId, runId, state, limit } = request;
  const [after = -1] = decodeCursor(request.cursor, z.tuple([z.int()])) ?? [];
  const ofRun = and(eq(p.runId, runId), eq(p.tenantId, tenantId));
  // The page that holds the first unit that is asked for, and those behind it.
  const firstPage = sql`coalesce((select max(first_ordinal) from ${p} where run_id = ${runId} and first_ordinal <= ${after + 1}), 0)`;
  const [owned, reports, sums, pages] = await query(database).batch([
    query(database)
      .select({ id: o.id })
      .from(o)
      .where(and(eq(o.id, runId), eq(o.tenantId, tenantId))),
    query(database)
      .select({ facts: t.facts })
      .from(t)
      .where(and(eq(t.runId, runId), eq(t.tenantId, tenantId))),
    query(database)
      .select({ told: sum(p.unitCount) })
      .from(p)
      .where(ofRun),
    query(database)
      .select({ firstOrdinal: p.firstOrdinal, at: p.at, units: p.units })
      .from(p)
      .where(and(ofRun, gte(p.firstOrdinal, firstPage)))
      .orderBy(asc(p.firstOrdinal))
      .limit(PAGES_AT_ONCE),
  ]);
  if (owned.length === 0) return null;
  const found: ListedUnit[] = [];
  let lookedAt = after;
  for (const { firstOrdinal, at, units } of pages) {
    for (const [place, unit] of decodeUnits(units).entries()) {
      const ordinal = firstOrdinal + place;
      lookedAt = Math.max(lookedAt, ordinal);
      if (ordinal > after && fits(unit, state)) found.push({ ...unit, ordinal, at });
    }
    if (found.length > limit) break;
  }
  const { items, nextCursor } = pageOf(found, limit, ({ ordinal }) => [ordinal]);
  const more = pages.length === PAGES_AT_ONCE ? cursorAt([lookedAt]) : null;
  return {
    items,
    nextCursor: nextCursor ?? more,
    planned: reports[0]?.facts.planned ?? null,
    told: Number(sums[0]?.told ?? 0),
  };
}
