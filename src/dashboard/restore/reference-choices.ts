/** What a person chose for references that the tenant does not have, until the next preview. Pure. */
import type { PlannedReference, ReferenceMapping, RestorePlan, RestorePreviewRequest } from "../../contract/restore.ts";

/** By kind and id: what is chosen for a thing holds wherever a policy refers to it. */
export type ReferenceChoices = ReadonlyMap<string, ReferenceMapping>;
export const NO_CHOICES: ReferenceChoices = new Map();

type Reference = Pick<PlannedReference, "kind" | "sourceId">;

function keyOf({ kind, sourceId }: Reference): string {
  return `${kind}/${sourceId}`;
}

export function choiceOf(choices: ReferenceChoices, reference: Reference): ReferenceMapping | undefined {
  return choices.get(keyOf(reference));
}

/** `undefined` takes a choice back; null leaves the reference out. */
export function choose(
  choices: ReferenceChoices,
  { kind, sourceId }: Reference,
  targetId: string | null | undefined,
): ReferenceChoices {
  const next = new Map(choices);
  if (targetId === undefined) next.delete(keyOf({ kind, sourceId }));
  else next.set(keyOf({ kind, sourceId }), { kind, sourceId, targetId });
  return next;
}

/** The preview of the same restore with these choices; they win over those of the plan. */
export function previewWith(plan: RestorePlan, choices: ReferenceChoices): RestorePreviewRequest {
  const { mode, itemIds, namePrefix, assignments, conditionalAccess, mapping } = plan.options;
  const kept = mapping.filter((each) => !choices.has(keyOf(each)));
  return {
    backupSetId: plan.backupSetId,
    mode,
    assignments,
    conditionalAccess,
    ...(itemIds === null ? {} : { itemIds }),
    ...(namePrefix === null ? {} : { namePrefix }),
    mapping: [...kept, ...choices.values()],
  };
}

export function choicesText({ size }: ReferenceChoices): string {
  return size === 1 ? "1 choice for another preview" : `${size} choices for another preview`;
}
