/** A plan's item as reviewers read it: requests, differences and remarks, without secrets. Pure. */
import { meaningRules } from "../../graph/policy-meaning.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../policies/json-value.ts";
import { diffPolicies } from "../../policies/policy-diff.ts";
import { servedChanges } from "../../policies/served-changes.ts";
import type { ServedChange } from "../../contract/policy-diff.ts";
import type { PlannedStep } from "../../contract/restore.ts";
import { familyOf, type KnownFamily } from "../../graph/families.ts";
import type { Family } from "../../graph/families/family.ts";
import { filled, type Gap } from "../../graph/restore/gaps.ts";
import type { WritePlan } from "../../graph/restore/plan.ts";
import { restorable } from "../../graph/restore/restorable-part.ts";
import type { PlanOptions } from "../../database/restore/tables.ts";

/** What stands in a shown document where a value is not known yet, or is not to be shown. */
function shownGap(gap: Gap): string {
  switch (gap.kind) {
    case "omaValue":
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

/** From the tenant's policy to what would be written of it. What only the service has is not the restore's business. */
export function shownChanges(
  family: KnownFamily,
  target: JsonObject,
  { wanted, assignments, changes }: WritePlan,
): ServedChange[] {
  const after = restorable(family.key, wanted, { assignments });
  const before = restorable(family.key, target, { assignments });
  const compared = Object.fromEntries(Object.entries(before).filter(([name]) => Object.hasOwn(after, name)));
  const found = servedChanges(diffPolicies(meaningRules(family.key), compared, object(filled(after, shownGap))));
  // The two comparisons look at lists differently; what is written is always told of.
  return found.length > 0 ? found : changes.map(plainChange);
}

function plainChange({ path, expected, actual }: WritePlan["changes"][number]): ServedChange {
  const area = path === "assignments" || path.startsWith("assignments[") ? "assignments" : "content";
  return {
    kind: "changed",
    area,
    path: [{ kind: "property", name: path }],
    pathText: path,
    before: { form: "json", json: actual },
    after: { form: "json", json: filled(expected, shownGap) },
  };
}

function object(value: JsonValue): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** What will be otherwise than in the backup, in sentences. */
export function remarks(
  stored: JsonObject,
  { family, left }: WritePlan,
  options: PlanOptions,
  more: readonly string[],
): string[] {
  const { assignments } = stored;
  const unassigned = !options.assignments && Array.isArray(assignments) && assignments.length > 0;
  return [
    ...(options.conditionalAccess === "report-only" && familyOf(family).restore.reportOnly(stored) !== null
      ? ["It comes back in report-only mode; the backup has it enabled."]
      : []),
    ...(unassigned ? ["Its assignments are not put back."] : []),
    ...left.map((property) => `Its ${property} cannot be put back.`),
    ...more,
  ];
}
