/** Starts a step of an occurrence: what each kind of step gives to its operation. */
import type { NewSchedule, Step } from "../../../contract/schedules.ts";
import { createBackupSet, TooManyBackupSets } from "../../../database/backups/backup-set-changes.ts";
import { findBackupSet } from "../../../database/backups/backup-sets.ts";
import type { TenantEnv } from "../../../database/databases.ts";
import { actorOf, type OpenOccurrence } from "../../../database/schedules/occurrences.ts";
import { sha256Hex } from "../../../digests/sha256.ts";
import type { StartOutcome } from "../../run-requests.ts";
import { normalizeStart, startRun } from "../start-run.ts";

export type StepOutcome = StartOutcome | { kind: "too_many_backup_sets" };

/** Begins the run of a step in the name of the schedule's owner, once, however often it is asked. */
export async function startStep(
  env: TenantEnv,
  occurrence: OpenOccurrence,
  step: number,
  now: number,
): Promise<StepOutcome> {
  const { scheduleId, dueAt, tenantId, tenantSlug, steps } = occurrence;
  const chosen = steps[step];
  if (chosen === undefined) throw new Error("a schedule has no such step");
  const input = await inputOf(env, occurrence, chosen, now);
  if (input === null) return { kind: "too_many_backup_sets" };
  return startRun(env, {
    tenantId,
    tenantSlug,
    actor: actorOf(occurrence),
    type: chosen.type,
    input,
    idempotencyKey: null,
    occasion: { scheduleId, dueAt, step },
  });
}

/** Null when the set for a backup cannot be made. */
async function inputOf(
  env: TenantEnv,
  occurrence: OpenOccurrence,
  step: Step,
  now: number,
): Promise<Record<string, unknown> | null> {
  switch (step.type) {
    case "inventory.sync":
    case "evidence.snapshot":
    case "review-pack.generate":
      return {};
    case "baseline.compare":
      return { baselineId: step.baselineId };
    case "backup-set.add-policies": {
      const backupSetId = await setOf(env, occurrence, now);
      return backupSetId === null ? null : { backupSetId, filter: {} };
    }
  }
}

/** The set of an occurrence: made once, by an id that follows from it. */
async function setOf(env: TenantEnv, occurrence: OpenOccurrence, now: number): Promise<string | null> {
  const { scheduleId, dueAt, tenantId, name, timeZone, ownerId } = occurrence;
  const id = `set_${(await sha256Hex(`${scheduleId}/${dueAt}`)).slice(0, 32)}`;
  if ((await findBackupSet(env.DATABASE, tenantId, id)) !== null) return id;
  const day = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" }).format(dueAt);
  const set = { name: `${name}, ${day}`, description: `Made by the schedule “${name}”.` };
  try {
    return await createBackupSet(env.DATABASE, { tenantId, actorId: ownerId, at: now }, set, id);
  } catch (error) {
    if (error instanceof TooManyBackupSets) return null;
    throw error;
  }
}

/**
 * What is wrong with the steps as things are now, by the path of each field; nothing where all could be started. A pack needs a snapshot, which a step
 * before it may take; a backup needs an inventory, which a step before it may read.
 */
export async function judgeSteps(
  env: TenantEnv,
  tenantId: string,
  { steps }: Pick<NewSchedule, "steps">,
): Promise<{ path: string; message: string }[]> {
  const fields: { path: string; message: string }[] = [];
  for (const [at, step] of steps.entries()) {
    if (step.type !== "baseline.compare") continue;
    const normal = await normalizeStart(env, { tenantId, type: step.type, input: { baselineId: step.baselineId } });
    if (normal.kind === "invalid_input") {
      fields.push(...normal.fields.map(({ message }) => ({ path: `steps.${at}.baselineId`, message })));
    }
  }
  return fields;
}
