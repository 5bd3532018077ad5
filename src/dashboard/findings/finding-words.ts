/** What is said of a finding. Pure. */
import {
  type Finding,
  FINDING_KINDS,
  type FindingEvent,
  type FindingKind,
  type FindingStatus,
  SEVERITIES,
} from "../../contract/baselines.ts";
import { SEVERITY_WORDS } from "../baselines/baseline-words.ts";
import { dayText } from "../components/clock.ts";

/** `unknown` is never called a state of the policies: nobody knows it. */
export const KIND_WORDS: Record<FindingKind, string> = {
  added: "Added",
  removed: "Removed",
  changed: "Changed",
  renamed: "Renamed",
  assignments: "Assignments moved",
  unknown: "Not known",
};

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
