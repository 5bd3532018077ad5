/** What limits a policy (exclusions, filters, locations) and is missing in the tenant: never left out without a person's choice. Pure. */
import type { PlannedReference, ReferenceKind } from "../../contract/restore.ts";
import type { WritePlan } from "../../graph/restore/plan.ts";
import type { DecidedReferences } from "./decide-references.ts";

/** Why the plan is not to be written before a person has chosen; null when it may be. */
export function missingLimit(
  { steps }: WritePlan,
  { narrowing }: DecidedReferences,
): { code: string; message: string } | null {
  const sent = JSON.stringify(steps.map(({ body }) => body));
  const missing = narrowing.find(
    ({ state, sourceId, targetId }) => state === "missing" && sent.includes(JSON.stringify(targetId ?? sourceId)),
  );
  if (missing === undefined) return null;
  return {
    code: "missing_limit",
    message: `The tenant does not have ${named(missing)}, which limits this policy. Choose what stands for it, or leave it out, and preview again.`,
  };
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

const WORDS: Partial<Record<ReferenceKind, string>> = {
  group: "the excluded group",
  filter: "the filter",
  namedLocation: "the named location",
};

function named({ kind, sourceId, sourceName }: PlannedReference): string {
  return `${WORDS[kind] ?? "the reference"} ${sourceName === null ? sourceId : `"${sourceName}" (${sourceId})`}`;
}
