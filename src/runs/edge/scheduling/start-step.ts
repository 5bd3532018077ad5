/** Starts a step of an occurrence: what each kind of step gives to its operation. */
import type { NewSchedule, Step } from "../../../contract/schedules.ts";
import { mayHaveAnotherSet } from "../../../database/backups/backup-set-changes.ts";
import { setToCheck } from "../../../database/backups/scheduled-sets.ts";
import { lastWholeCheck } from "../../../database/backups/whole-backups.ts";
import type { TenantEnv } from "../../../database/databases.ts";
import { actorOf, type OpenOccurrence } from "../../../database/schedules/occurrences.ts";
import { sha256Hex } from "../../../digests/sha256.ts";
import type { NewSet } from "../../facts/new-set.ts";
import type { StartOutcome, StartRequest } from "../../run-requests.ts";
import { normalizeStart, startRun } from "../start-run.ts";

export type StepOutcome = StartOutcome | Refused;
/** What the step needs is not there. */
interface Refused {
  kind: "refused";
  message: string;
}

/** Begins the run of a step in the name of the schedule's owner, once, however often it is asked. */
export async function startStep(env: TenantEnv, occurrence: OpenOccurrence, step: number): Promise<StepOutcome> {
  const { scheduleId, dueAt, tenantId, tenantSlug, steps } = occurrence;
  const chosen = steps[step];
  if (chosen === undefined) throw new Error("a schedule has no such step");
  const given = await inputOf(env, occurrence, step, chosen);
  if ("kind" in given) return given;
  return startRun(env, {
    tenantId,
    tenantSlug,
    actor: actorOf(occurrence),
    type: chosen.type,
    idempotencyKey: null,
    occasion: { scheduleId, dueAt, step },
    ...given,
  });
}

async function inputOf(
  env: TenantEnv,
  occurrence: OpenOccurrence,
  at: number,
  step: Step,
): Promise<Pick<StartRequest, "input" | "newSet"> | Refused> {
  switch (step.type) {
    case "inventory.sync":
    case "evidence.snapshot":
    case "review-pack.generate":
      return { input: {} };
    case "baseline.compare":
      return { input: { baselineId: step.baselineId } };
    case "backup-set.add-policies": {
      if (!(await mayHaveAnotherSet(env.DATABASE, occurrence.tenantId))) {
        return { kind: "refused", message: "The tenant has as many backup sets as it may have." };
      }
      const newSet = await setOf(occurrence, at);
      return { input: { backupSetId: newSet.id, filter: {} }, newSet };
    }
    case "policy.restore-preview": {
      const backupSetId = await setToCheck(env.DATABASE, occurrence.tenantId);
      if (backupSetId === null)
        return { kind: "refused", message: "No schedule has made a backup that is in service." };
      // As the policies were: a check that changes their state would find each of them changed.
      return { input: { backupSetId, mode: "update", assignments: true, conditionalAccess: "as-is" } };
    }
  }
}

/**
 * The first step from `from` on that there is something to do for; null when there is none. A check is passed over when one that read everything has begun
 * in the same month, in the schedule's time zone.
 */
export async function stepToDo(
  env: TenantEnv,
  { tenantId, steps, timeZone }: OpenOccurrence,
  from: number,
  now: number,
): Promise<number | null> {
  const month = (at: number) =>
    new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short" }).format(at).slice(0, 7);
  for (const [step, { type }] of steps.entries()) {
    if (step < from) continue;
    const check = type === "policy.restore-preview" ? await lastWholeCheck(env.DATABASE, tenantId) : null;
    if (check === null || month(check.at) !== month(now)) return step;
  }
  return null;
}

/** The set of a step: by an id that follows from it, so that there is one. A backup that does not begin leaves none. */
async function setOf({ scheduleId, dueAt, name, timeZone }: OpenOccurrence, step: number): Promise<NewSet> {
  const day = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" }).format(dueAt);
  return {
    id: `set_${(await sha256Hex(`${scheduleId}/${dueAt}/${step}`)).slice(0, 32)}`,
    name: `${name}, ${day}`,
    description: `Made by the schedule “${name}”.`,
    schedule: { id: scheduleId, dueAt },
  };
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
