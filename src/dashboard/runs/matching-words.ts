/** What the questions before canceling and retrying all matching runs say. Pure. */
import { MAX_MATCHING_RUNS, type MatchingAct } from "../../contract/run-filter.ts";

const WORDS = {
  cancel: {
    label: "Cancel all matching",
    verb: "Cancel",
    which: "that has not ended",
    consequence:
      "What is already done stays done, and is counted. What starts from now on is not canceled. This cannot be undone; each can be started again.",
  },
  retry: {
    label: "Retry all matching",
    verb: "Retry",
    which: "that has ended, has something that failed, and was not retried yet",
    consequence: "Each starts an operation of its own, which does again what failed. What succeeded stays as it is.",
  },
} as const satisfies Record<MatchingAct, object>;

export const matchingLabel = (act: MatchingAct): string => WORDS[act].label;
export const matchingConsequence = (act: MatchingAct): string => WORDS[act].consequence;

/** `runs` is null while nobody knows how many match. */
export function matchingTitle(act: MatchingAct, runs: number | null): string {
  if (runs === null) return `${WORDS[act].verb} all matching operations?`;
  if (runs === 0) return "No operation matches";
  return `${WORDS[act].verb} ${runs === 1 ? "1 operation" : `${runs} operations`}?`;
}

/** What the filter means, in words. `label` is of the operation type; null for all types. */
export function matchingFilter(act: MatchingAct, label: string | null): string {
  return `That is every ${label === null ? "operation" : `“${label}”`} of this tenant ${WORDS[act].which}.`;
}

/** Why the number that matches cannot be taken; null when it can. */
export function matchingRefusal(runs: number): string | null {
  if (runs === 0) return "There is nothing to do.";
  return runs > MAX_MATCHING_RUNS
    ? `${MAX_MATCHING_RUNS} is the most that one operation takes. Choose an operation type.`
    : null;
}
