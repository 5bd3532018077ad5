/** Runs that failed, and what cured them: from D1 alone. */
import type { Cure, FailedRun } from "../../contract/runs.ts";
import { runAddress } from "../../contract/console-addresses.ts";
import type { TenantDatabase } from "../../database/databases.ts";
import { listEndedRuns, listFailedRunRows } from "../../database/runs/failed-runs.ts";
import { mapPage, type Page } from "../../database/sql/cursor.ts";
import { isoTime } from "../../database/sql/time.ts";
import { cureOf, type EndedRun } from "../facts/cures.ts";
import type { ProjectionRow } from "../facts/projection-row.ts";
import { present, type TenantReference } from "./run-reader.ts";

/** Failed runs, the last ended first, each with its cure. One query, and one for all types among them. */
export async function listFailures(
  database: TenantDatabase,
  tenant: TenantReference,
  request: { cursor: string | null; limit: number },
): Promise<Page<FailedRun>> {
  const page = await listFailedRunRows(database, tenant.id, request);
  const ended = await listEndedRuns(
    database,
    tenant.id,
    page.items.map(({ type }) => type),
  );
  return mapPage(page, (row) => ({ run: present(row, tenant.slug), curedBy: curedBy(row, ended, tenant) }));
}

/** What cured a run; null for one that did not fail, without a query. */
export async function cureOfRun(
  database: TenantDatabase,
  tenant: TenantReference,
  row: ProjectionRow,
): Promise<Cure | null> {
  if (row.outcome !== "failed" && row.outcome !== "partially_succeeded") return null;
  return curedBy(row, await listEndedRuns(database, tenant.id, [row.type]), tenant);
}

/** A failure that is not among the newest runs of its type is too old for its cure to be looked for. */
function curedBy({ id }: { id: string }, ended: readonly EndedRun[], tenant: TenantReference): Cure | null {
  const failed = ended.find((run) => run.id === id);
  const cure = failed === undefined ? null : cureOf(failed, ended);
  if (cure === null) return null;
  return { runId: cure.id, href: runAddress(tenant.slug, cure.id), completedAt: isoTime(cure.completedAt) };
}
