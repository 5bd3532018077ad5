/** Why a set is kept, in words. Pure. */
import { plainDayText } from "../components/clock.ts";
import type { BackupSetDetail, KeptReason } from "../../contract/backup-sets.ts";

const WORDS = {
  day: "it is the newest whole one of its day",
  week: "it is the newest whole one of its week",
  month: "it is the newest whole one of its month",
  instead: "its day has no whole one",
  newest_whole: "it is the newest whole backup",
  person: "a person has brought it back or added policies to it",
  plan: "a restore plan was made of it",
  checked: "it was the last one that was checked",
  under_way: "its backup has not ended",
} as const satisfies Record<KeptReason, string>;

function isKeptReason(reason: string): reason is KeptReason {
  return Object.hasOwn(WORDS, reason);
}

export function keptText(kept: BackupSetDetail["kept"]): string {
  if (kept === null) return "No rule deletes it.";
  if (kept.reasons.length === 0) return "The rule of the schedule does not keep it any more.";
  // A later version may know more of them.
  const why = kept.reasons.map((reason) => (isKeptReason(reason) ? WORDS[reason] : reason)).join("; ");
  return `It is kept because ${why}.${kept.untilDay === null ? "" : ` Its rule keeps it until ${plainDayText(kept.untilDay)} at least.`}`;
}
