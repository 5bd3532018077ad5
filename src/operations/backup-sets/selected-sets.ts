/** What the bulk operations on whole sets share: their input, and a unit for each set that was selected. */
import { z } from "zod";
import { backupSetSelectionSchema, type BackupSetFilter } from "../../contract/backup-sets.ts";
import { listOfNames, NAMES_SHOWN } from "../../contract/run-subject.ts";
import { matchingBackupSets, namesOfBackupSets } from "../../database/backups/backup-sets.ts";
import type { StatusChange } from "../../database/backups/backup-set-status.ts";
import type { BulkBehavior, PlanPage, Preparation, RunUnitTask, UnitContext } from "../../runs/operation.ts";
import type { PlannedUnit } from "../../runs/facts/units.ts";
import type { TenantDatabase, TenantEnv } from "../../database/databases.ts";

const UNITS_PER_PLAN_PAGE = 500;

export type SetSelection = { backupSetIds: string[] } | { filter: BackupSetFilter };

/** Equal selections have equal text: ids in order and once, a filter with all its members. */
const inputSchema: z.ZodType<SetSelection> = backupSetSelectionSchema.transform(
  ({ backupSetIds, filter }): SetSelection =>
    filter === undefined ? { backupSetIds: [...new Set(backupSetIds)].toSorted() } : { filter },
);

const unitInputSchema = z.object({ backupSetId: z.string() });

/** What all of them do alike. A unit is one selected set, unknown ids too: the total is what was selected. */
export const selectedSets: Pick<
  BulkBehavior<SetSelection>,
  "inputSchema" | "unitsPerMessage" | "callsGraph" | "concurrency" | "maxDeferrals" | "prepare" | "plan"
> = {
  inputSchema,
  unitsPerMessage: 1,
  callsGraph: false,
  concurrency: 6,
  // Only storage can make a unit wait.
  maxDeferrals: 12,

  prepare: prepareSelection,

  plan(run, input, cursor, { env }) {
    return "filter" in input
      ? planMatches(env.DATABASE, run.tenantId, input.filter, cursor)
      : planIds(env.DATABASE, run.tenantId, input.backupSetIds, cursor);
  },
};

/** Refuses a filter that matches nothing; tells what the run is about. One query. */
export async function prepareSelection(
  tenantId: string,
  input: SetSelection,
  env: TenantEnv,
): Promise<Preparation<SetSelection>> {
  if ("filter" in input) {
    const request = { tenantId, ...input.filter, after: null, limit: NAMES_SHOWN + 1 };
    const found = (await matchingBackupSets(env.DATABASE, request)).map(({ name }) => name);
    if (found.length === 0) {
      return { kind: "refused", fields: [{ path: "filter", message: "matches no backup set" }] };
    }
    return { kind: "ready", input, subject: subjectOf(found, found.length) };
  }
  // Of a set that is not the tenant's nothing is told, not even that it has no name.
  const named = await namesOfBackupSets(env.DATABASE, tenantId, input.backupSetIds.slice(0, NAMES_SHOWN));
  return { kind: "ready", input, subject: subjectOf([...named.values()], input.backupSetIds.length) };
}

/** Names in the order of the alphabet. How many more there are is not told: some of these runs show no number. */
function subjectOf(names: readonly string[], selected: number): string | null {
  const shown = names.slice(0, NAMES_SHOWN);
  return listOfNames({ names: shown.toSorted(), more: selected > shown.length });
}

/** The change of status that a unit is for. */
export function statusChange(task: RunUnitTask, context: UnitContext): StatusChange {
  const { backupSetId } = unitInputSchema.parse(task.input);
  const { tenantId, runId, ordinal } = task;
  return { tenantId, backupSetId, at: context.now(), by: { kind: "unit", runId, ordinal } };
}

const matchCursorSchema = z.tuple([z.int(), z.string()]);

/** By age, which never changes: no set comes twice, whatever becomes of names and states between two pages. */
async function planMatches(
  database: TenantDatabase,
  tenantId: string,
  filter: BackupSetFilter,
  cursor: string | null,
): Promise<PlanPage> {
  const after = cursor === null ? null : matchCursorSchema.parse(JSON.parse(cursor));
  const request = { tenantId, ...filter, after, limit: UNITS_PER_PLAN_PAGE + 1 };
  const found = await matchingBackupSets(database, request);
  const page = found.slice(0, UNITS_PER_PLAN_PAGE);
  const last = page.at(-1);
  return {
    kind: "listed",
    units: page.map(({ id, name, createdAt }) => setUnit(`${String(createdAt).padStart(15, "0")}/${id}`, name, id)),
    nextCursor: found.length > page.length && last ? JSON.stringify([last.createdAt, last.id]) : null,
  };
}

async function planIds(
  database: TenantDatabase,
  tenantId: string,
  backupSetIds: readonly string[],
  cursor: string | null,
): Promise<PlanPage> {
  const first = cursor === null ? 0 : z.coerce.number().parse(cursor);
  const page = backupSetIds.slice(first, first + UNITS_PER_PLAN_PAGE);
  // Of a set that is not the tenant's nothing is known, and nothing said but the id that the caller sent.
  const names = await namesOfBackupSets(database, tenantId, page);
  const next = first + page.length;
  return {
    kind: "listed",
    units: page.map((id) => setUnit(id, names.get(id) ?? id, id)),
    nextCursor: next < backupSetIds.length ? String(next) : null,
  };
}

function setUnit(key: string, label: string, backupSetId: string): PlannedUnit {
  return { key, label, input: { backupSetId } };
}
