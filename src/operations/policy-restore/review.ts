/** A plan's item as reviewers read it: requests, differences and remarks, without secrets. Pure. */
import type { JsonObject } from "../../policies/json-value.ts";
import { servedChanges } from "../../policies/served-changes.ts";
import type { ServedChange } from "../../contract/policy-diff.ts";
import type { PlannedStep } from "../../contract/restore.ts";
import { familyOf, type KnownFamily } from "../../graph/families.ts";
import type { Family } from "../../graph/families/family.ts";
import { filled, filledObject, type Gap } from "../../graph/restore/gaps.ts";
import type { WritePlan } from "../../graph/restore/plan.ts";
import { compareForRestore } from "../../graph/restore/differences.ts";
import { foreign } from "../../graph/restore/read-only.ts";
import type { PlanOptions } from "../../database/restore/tables.ts";

/** What stands in a shown document where a value is not known yet, or is not to be shown. */
function shownGap(gap: Gap): string {
  switch (gap.kind) {
    case "omaValue":
    case "omaBase64":
      return "{sealed value}";
    case "restoredId":
      return `{id of item ${gap.item}}`;
  }
}

export function shownSteps(family: Family, writes: WritePlan): PlannedStep[] {
  return writes.steps.map(({ name, method, path, body }) => ({
    label: name,
    method,
    path: `/${family.version}${path}`,
    body: body === null ? null : filled(body, shownGap),
  }));
}

/** From the tenant's policy to what would be written of it. */
export function shownChanges(
  family: KnownFamily,
  target: JsonObject,
  { wanted, assignments }: WritePlan,
): ServedChange[] {
  const shown = filledObject(wanted, shownGap);
  return servedChanges(compareForRestore(family.key, shown, foreign(target), { assignments }).changes);
}

/** What will be otherwise than in the backup, in sentences. */
export function remarks(
  stored: JsonObject,
  { family, left, notes }: WritePlan,
  options: PlanOptions,
  more: readonly string[],
): string[] {
  const { assignments } = stored;
  const { caution, reportOnly } = familyOf(family).restore;
  const unassigned = !options.assignments && Array.isArray(assignments) && assignments.length > 0;
  return [
    ...(caution === null ? [] : [caution]),
    ...(options.conditionalAccess === "report-only" && reportOnly(stored) !== null
      ? ["It comes back in report-only mode; the backup has it enabled."]
      : []),
    ...(unassigned ? ["Its assignments are not put back."] : []),
    ...leftRemarks(left),
    ...notes,
    ...more,
  ];
}

/** What a person has to know who approves the deletion of a policy that a restore has made, in sentences. */
export function deletionRemarks({ restore }: KnownFamily, target: JsonObject): string[] {
  return [
    "It is deleted: the restore has made it, and nobody has changed it since.",
    ...(restore.caution === null ? [] : [restore.caution]),
    ...(restore.reportOnly(target) === null
      ? []
      : ["The tenant enforces it now: what it demands or blocks is neither demanded nor blocked any more."]),
  ];
}

/** Whether an undo ends or begins what a policy enforces, in a sentence. */
export function enforcementRemarks({ restore }: KnownFamily, stored: JsonObject, target: JsonObject): string[] {
  const [before, now] = [restore.reportOnly(stored) !== null, restore.reportOnly(target) !== null];
  if (before === now) return [];
  return before
    ? ["It is enforced again, as it was before the restore: it may lock people out at once."]
    : ["The tenant enforces it now, and does not any more: it was not enforced before the restore."];
}

/** What differs from the backup, or is in it, and that no write brings back. */
export function leftRemarks(left: readonly string[]): string[] {
  return left.map((path) => `Its ${path} cannot be put back.`);
}
