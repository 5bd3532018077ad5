/** Schedules that most tenants want, for a form to begin with. */
import { type Keep, type Step, STEP_WORDS, type StepType } from "../../contract/schedules.ts";
import type { UsualTime } from "./usual-times.ts";
import { FIRST_TIME } from "./usual-times.ts";

export interface ReadyMade {
  name: string;
  steps: readonly StepType[];
  time: UsualTime;
  makesUp: boolean;
  /** Which of its backups are kept, where it makes any. */
  keep?: Keep;
}

export const READY_MADE: Readonly<Record<string, ReadyMade>> = {
  "nightly-sync": {
    name: "Nightly sync",
    steps: ["inventory.sync", "baseline.compare"],
    time: { ...FIRST_TIME, frequency: "day", time: "02:00" },
    makesUp: false,
  },
  "weekly-backup": {
    name: "Weekly backup",
    steps: ["inventory.sync", "backup-set.add-policies", "policy.restore-preview"],
    time: { ...FIRST_TIME, frequency: "week", time: "03:00", weekday: "0" },
    makesUp: true,
    keep: { days: 0, weeks: 8, months: 12 },
  },
  "monthly-evidence": {
    name: "Monthly evidence",
    steps: ["inventory.sync", "evidence.snapshot", "review-pack.generate"],
    time: { ...FIRST_TIME, frequency: "month", time: "04:00", monthDay: "1" },
    makesUp: true,
  },
};

export const STEP_TYPES: readonly StepType[] = Object.keys(STEP_WORDS).filter(isStepType);

function isStepType(type: string): type is StepType {
  return Object.hasOwn(STEP_WORDS, type);
}

/** The steps of chosen types in the order in which they make sense. A comparison needs its baseline; a backup may have a rule. */
export function stepsOf(
  types: ReadonlySet<StepType>,
  { baselineId, keep }: { baselineId: string; keep: Keep | null },
): Step[] {
  return STEP_TYPES.filter((type) => types.has(type)).map((type) => {
    if (type === "baseline.compare") return { type, baselineId };
    return type === "backup-set.add-policies" && keep !== null ? { type, keep } : { type };
  });
}

/** Whether a form with a tick for each type can show the steps: each type once, in that order. */
export function isPlain(steps: readonly Step[]): boolean {
  const places = steps.map(({ type }) => STEP_TYPES.indexOf(type));
  return places.every((place, at) => at === 0 || place > (places[at - 1] ?? -1));
}
