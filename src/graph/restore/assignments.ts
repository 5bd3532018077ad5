/** Makes the steps that assign a policy as its document says. */
import type { JsonObject } from "../../policies/json-value.ts";
import { assignmentBodies, idSegment } from "./entries.ts";
import type { AssignRule, Subject } from "./rule.ts";
import { adds, POLICY_ID, removes, sets, type RestoreStep } from "./restore-step.ts";
import { objectsOf } from "./document-members.ts";

/** None where the document does not say, where the family is not assigned, or where all is as wanted. */
export function assignmentSteps(assign: AssignRule, subject: Subject): RestoreStep[] {
  const { collection, wanted, target, differs } = subject;
  if (assign.kind === "none" || !Array.isArray(wanted["assignments"])) return [];
  const entries = assignmentBodies(wanted["assignments"]);
  if (target ? !differs("assignments") : entries.length === 0) return [];
  if (assign.kind === "oneByOne") return oneByOne(subject, entries);
  const step = sets("assign", `${collection}/${POLICY_ID}/assign`, "assignments", { [assign.key]: entries });
  const awaits = target === null ? assign.awaits(wanted) : null;
  return [awaits === null ? step : { ...step, awaits }];
}

/** Autopilot profiles have no assign action: an assignment is made and removed by itself. */
function oneByOne({ collection, target, isSameEntry }: Subject, entries: JsonObject[]): RestoreStep[] {
  const path = `${collection}/${POLICY_ID}/assignments`;
  const present = target ? objectsOf(target["assignments"]) : [];
  const isAmong = (entry: JsonObject, list: JsonObject[]) =>
    list.some((other) => isSameEntry("assignments", entry, other));
  const gone = present.filter((entry) => !isAmong(entry, entries));
  return [
    ...entries
      .filter((entry) => !isAmong(entry, present))
      .map((entry, index) => adds(`assignment ${index + 1}`, path, "assignments", entry)),
    ...gone.map((entry, index) => removes(`no assignment ${index + 1}`, `${path}/${idSegment(entry)}`, "assignments")),
  ];
}
