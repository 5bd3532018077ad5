/**
 * What a policy names and the tenant does not have. Microsoft Graph refuses a write that names it, often after the policy was made, and without
 * what limits it (an exclusion, a filter, a location) the policy would reach more: a person chooses first. Pure.
 */
import type { PlannedReference, ReferenceKind } from "../../contract/restore.ts";
import type { WritePlan } from "../../graph/restore/plan.ts";
import { SCOPE_TAG_PROPERTIES } from "../../graph/restore/references.ts";
import type { DecidedReferences } from "./decide-references.ts";

/** Why the plan is not to be written before a person has chosen; null when it may be. What no step sends stays as the tenant has it. */
export function missingReference(
  { steps }: WritePlan,
  { references, narrowing }: DecidedReferences,
): { code: string; message: string } | null {
  const isInTheWay = (reference: PlannedReference) => reference.state === "missing" && isSent(steps, reference);
  const limit = narrowing.find(isInTheWay);
  if (limit !== undefined)
    return {
      code: "missing_limit",
      message: `The tenant does not have ${named(limit)}, which limits this policy. ${CHOOSE}`,
    };
  const missing = references.find(isInTheWay);
  return missing === undefined
    ? null
    : {
        code: "missing_reference",
        message: `The tenant does not have ${named(missing)}, and Microsoft Graph refuses what names it. ${CHOOSE}`,
      };
}

const CHOOSE = "Choose what stands for it, or leave it out, and preview again.";

function isSent(steps: WritePlan["steps"], { kind, sourceId, targetId }: PlannedReference): boolean {
  const id = targetId ?? sourceId;
  const bodies = steps.map(({ body }) => body);
  switch (kind) {
    // Small numbers, which stand for other things elsewhere.
    case "scopeTag":
      return JSON.stringify(bodies, [...SCOPE_TAG_PROPERTIES]).includes(JSON.stringify(id));
    // Bound to by its address.
    case "deviceConfiguration":
      return JSON.stringify(bodies).includes(`('${id}')`);
    // Makes the policy: part of an address.
    case "settingsTemplate":
      return steps.some(({ path }) => path.includes(`/${encodeURIComponent(id)}/`));
    default:
      return JSON.stringify(bodies).includes(JSON.stringify(id));
  }
}

/** What becomes of the policy without the limits that a person has left out, in sentences. */
export function leftOutLimits({ narrowing }: DecidedReferences): string[] {
  return narrowing
    .filter(({ state }) => state === "left_out")
    .map((reference) =>
      reference.kind === "filter"
        ? `Its assignments with ${named(reference)} are not put back, as you chose.`
        : `It comes back without ${named(reference)}, as you chose: its limits are other than in the backup.`,
    );
}

const WORDS: Record<ReferenceKind, string> = {
  group: "the group",
  user: "the user",
  filter: "the filter",
  scopeTag: "the scope tag",
  notificationTemplate: "the notification template",
  namedLocation: "the named location",
  authStrength: "the authentication strength",
  termsOfUse: "the terms of use",
  complianceScript: "the compliance script",
  reusableSetting: "the reusable setting",
  app: "the app",
  application: "the application",
  servicePrincipal: "the service principal",
  directoryRole: "the directory role",
  authContext: "the authentication context",
  settingsTemplate: "the template",
  deviceConfiguration: "the device configuration",
};

function named({ kind, sourceId, sourceName }: PlannedReference): string {
  return `${WORDS[kind]} ${sourceName === null ? sourceId : `"${sourceName}" (${sourceId})`}`;
}
