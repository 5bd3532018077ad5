/** Reads runs for people: D1 alone, presented by the contract. Wakes no Durable Object and calls no Graph. */
import type { Run, RunList } from "../../contract/runs.ts";
import {
  listActivityRows,
  listRunRows,
  type RunListRequest,
  readRunRow,
  readRunRows,
} from "../../database/runs/operation-runs.ts";
import { mapPage } from "../../database/sql/cursor.ts";
import { logEvent } from "../../observability/log.ts";
import { declarationOf } from "../facts/declarations.ts";
import { type ProjectionRow, presentRun } from "../facts/projection-row.ts";
import type { TenantDatabase } from "../../database/databases.ts";

export interface TenantReference {
  id: string;
  slug: string;
}

/** The run as every surface shows it; a row whose counts cannot be true is logged as an error. */
export function present(row: ProjectionRow, tenantSlug: string): Run {
  const { run, anomaly } = presentRun(row, tenantSlug, declarationOf(row.type));
  if (anomaly !== null) logEvent("error", "progress_anomaly", { runId: row.id, tenantId: row.tenantId, anomaly });
  return run;
}

export async function readRun(database: TenantDatabase, tenant: TenantReference, runId: string): Promise<Run | null> {
  const row = await readRunRow(database, tenant.id, runId);
  return row === null ? null : present(row, tenant.slug);
}

/** Those of some runs that the tenant has, by their ids. One query. */
export async function readRuns(
  database: TenantDatabase,
  tenant: TenantReference,
  runIds: readonly string[],
): Promise<Map<string, Run>> {
  const rows = await readRunRows(database, tenant.id, runIds);
  return new Map(rows.map((row) => [row.id, present(row, tenant.slug)]));
}

export async function listRuns(
  database: TenantDatabase,
  tenant: TenantReference,
  request: RunListRequest,
): Promise<RunList> {
  const page = await listRunRows(database, tenant.id, request);
  return mapPage(page, (row) => present(row, tenant.slug));
}

/** Active runs, newest first, then the recently finished. */
export async function listActivity(database: TenantDatabase, tenant: TenantReference): Promise<RunList> {
  const rows = await listActivityRows(database, tenant.id);
  return { items: rows.map((row) => present(row, tenant.slug)), nextCursor: null };
}
