import type { Step } from "../../contract/schedules.ts";
import { STEP_WORDS } from "../../contract/schedules.ts";
import { counted } from "../components/digits.ts";

/** A step in words, with the rule of its backups. */
export function stepText(step: Step): string {
  const words = STEP_WORDS[step.type];
  if (step.type !== "backup-set.add-policies" || step.keep === undefined) return words;
  const { days, weeks, months } = step.keep;
  const spans = [
    days > 0 ? counted(days, "day", "days") : null,
    weeks > 0 ? counted(weeks, "week", "weeks") : null,
    months > 0 ? counted(months, "month", "months") : null,
  ].filter((each) => each !== null);
  return `${words}, and keep the newest of each of ${spans.join(", ")}`;
}
