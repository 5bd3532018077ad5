/** What is said of a finding. Pure. */
import {
  type AcceptOutcome,
  type Finding,
  FINDING_KINDS,
  type FindingEvent,
  type FindingKind,
  type FindingStatus,
  SEVERAL_FIT,
  SEVERITIES,
} from "../../contract/baselines.ts";
import { SEVERITY_WORDS } from "../baselines/baseline-words.ts";
import { dayText } from "../components/clock.ts";
import { counted } from "../components/digits.ts";

/** `unknown` is never called a state of the policies: nobody knows it. */
export const KIND_WORDS: Record<FindingKind, string> = {
  added: "Added",
  removed: "Removed",
  changed: "Changed",
  renamed: "Renamed",
  assignments: "Assignments moved",
  unknown: "Not known",
};

/** Whether no policy of the tenant was found to be one of a gold standard. It may never have been there, so it is not called removed. */
export function isLacking({ kind, isOfStandard }: Pick<Finding, "kind" | "isOfStandard">): boolean {
  return isOfStandard && kind === "removed";
}

export function kindText(finding: Pick<Finding, "kind" | "isOfStandard" | "rule">): string {
  if (finding.rule === SEVERAL_FIT) return "Several fit";
  return isLacking(finding) ? "Missing" : KIND_WORDS[finding.kind];
}

export const STATUS_WORDS: Record<FindingStatus, string> = { open: "Open", accepted: "Accepted", resolved: "Resolved" };

export const KIND_OPTIONS = FINDING_KINDS.map((value) => ({ value, label: KIND_WORDS[value] }));
export const SEVERITY_OPTIONS = SEVERITIES.map((value) => ({ value, label: SEVERITY_WORDS[value] }));

/** Where a finding stands, with what limits it: until when it is accepted, or that the acceptance is over. */
export function statusText({
  status,
  acceptance,
  resolvedAt,
}: Pick<Finding, "status" | "acceptance" | "resolvedAt">): string {
  switch (status) {
    case "accepted":
      return acceptance === null ? "Accepted" : `Accepted until ${dayText(acceptance.until)}`;
    case "resolved":
      return resolvedAt === null ? "Resolved" : `Resolved ${dayText(resolvedAt)}`;
    case "open":
      return acceptance === null ? "Open" : `Open again: accepted until ${dayText(acceptance.until)}`;
  }
}

/** What is known of a finding's family only from before. Null when the last comparison has checked it. */
export function uncheckedText({ checked, kind }: Pick<Finding, "checked" | "kind">): string | null {
  if (checked || kind === "unknown") return null;
  return "The last comparison could not check it, because it or its family could not be read. It is as an earlier one left it.";
}

/** How many are shown; there may be more that were not asked for. */
export function shownText(shown: number, complete: boolean): string {
  const noun = shown === 1 ? "finding" : "findings";
  return complete ? `${shown} ${noun}` : `The worst ${shown} ${noun}; there are more`;
}

const EVENT_WORDS: Record<FindingEvent["event"], string> = {
  appeared: "Found",
  changed: "The difference changed",
  resolved: "Resolved: not found any more",
  reappeared: "Found again",
  accepted: "Accepted",
  acceptance_expired: "The acceptance ran out",
  reopened: "Reopened",
};

export function eventText({ event, until }: Pick<FindingEvent, "event" | "until">): string {
  return event === "accepted" && until !== null ? `Accepted until ${dayText(until)}` : EVENT_WORDS[event];
}

/** Why nothing of the backups puts a finding right, and what to do instead. */
export function noRemedyText(kind: FindingKind): string {
  return kind === "added"
    ? "The baseline holds no such policy, so there is nothing to restore. Remove the policy in Microsoft’s admin center if it does not belong there, or capture a new baseline that holds it."
    : "No backup in an active set holds this policy as the baseline has it, so it cannot be restored from here. Put it back by hand in Microsoft’s admin center; then back it up, so that it can be restored another time.";
}

/** What became of findings that were to be accepted together. */
export function acceptedText(outcomes: readonly AcceptOutcome[]): string {
  const accepted = outcomes.filter((outcome) => outcome === "accepted").length;
  const told = `${counted(accepted, "finding was", "findings were")} accepted`;
  const left = outcomes.length - accepted;
  return left === 0 ? `${told}.` : `${told}, ${counted(left, "was not", "were not")}.`;
}

export const OUTCOME_WORDS: Record<AcceptOutcome, string> = {
  accepted: "Accepted",
  changed: "Not accepted: by now it differs in something else. Look at it again first.",
  resolved: "Not accepted: it is resolved by now.",
  not_found: "Not accepted: it is not there any more.",
};
