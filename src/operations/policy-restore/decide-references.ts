/** What becomes of each thing that a policy refers to: chosen by a person, found, made by the same plan, or missing. Pure. */
import type { PlannedReference, ReferenceKind, ReferenceMapping as ChosenMapping } from "../../contract/restore.ts";
import { familyOfKind } from "../../graph/families.ts";
import type { MappedTo, Reference, ReferenceMapping } from "../../graph/restore/references.ts";
import type { Presence } from "./known-references.ts";

/** What is known of references when an item is decided. */
export interface ReferenceSources {
  /** Of the request. */
  chosen: readonly ChosenMapping[];
  presence: (kind: ReferenceKind, id: string) => Presence;
  /** Ids of the tenant's things of the kind by exactly this name. */
  named: (kind: ReferenceKind, name: string) => readonly string[];
  /** The name that the backup has it under; null when it has none. */
  backedUpName: (kind: ReferenceKind, id: string) => string | null;
  /** What the same plan does with it; null when it is none of its items. Earlier families are decided before later ones. */
  planned: (kind: ReferenceKind, id: string) => PlannedItem | null;
}

export interface PlannedItem {
  ordinal: number;
  action: string;
  targetId: string | null;
  targetName: string | null;
}

export interface DecidedReferences {
  /** For reviewers, each thing once, in the document's order. */
  references: PlannedReference[];
  /** For the documents to be written. */
  mapping: ReferenceMapping;
  missingCount: number;
  /** Of `references`, those that limit the policy somewhere. */
  narrowing: PlannedReference[];
}

/** The decision for each of a document's references. What is missing stays in the document as it is, and is told of. */
export function decideReferences(found: readonly Reference[], sources: ReferenceSources): DecidedReferences {
  const references: PlannedReference[] = [];
  const mapping: Partial<Record<ReferenceKind, Record<string, MappedTo>>> = {};
  const seen = new Set<string>();
  const limits = new Set(found.flatMap(({ kind, id, narrows }) => (narrows ? [JSON.stringify([kind, id])] : [])));
  const narrowing: PlannedReference[] = [];
  for (const { kind, id } of found) {
    const key = JSON.stringify([kind, id]);
    if (seen.has(key)) continue;
    seen.add(key);
    const { reference, to } = decide(kind, id, sources);
    references.push(reference);
    if (limits.has(key)) narrowing.push(reference);
    if (to !== undefined) (mapping[kind] ??= {})[id] = to;
  }
  const missingCount = references.filter(({ state }) => state === "missing").length;
  return { references, mapping, missingCount, narrowing };
}

function decide(
  kind: ReferenceKind,
  sourceId: string,
  sources: ReferenceSources,
): { reference: PlannedReference; to?: MappedTo } {
  const backedUpName = sources.backedUpName(kind, sourceId);
  const reference: PlannedReference = {
    kind,
    sourceId,
    sourceName: backedUpName,
    state: "missing",
    targetId: null,
    targetName: null,
    chosenBy: null,
    plannedOrdinal: null,
  };
  const choice = sources.chosen.find((each) => each.kind === kind && each.sourceId === sourceId);
  if (choice) {
    const { targetId } = choice;
    const chosen: PlannedReference = { ...reference, chosenBy: "request" };
    if (targetId === null) return { reference: { ...chosen, state: "left_out" }, to: null };
    const there = sources.presence(kind, targetId);
    const state = there.kind === "missing" ? "missing" : "mapped";
    return { reference: { ...chosen, state, targetId, targetName: nameOf(there) }, to: targetId };
  }
  // What the plan has found the thing to be by now goes before what stands under its old id.
  const planned = sources.planned(kind, sourceId);
  if (planned !== null && planned.targetId !== null && planned.targetId !== sourceId) {
    const { targetId, targetName, ordinal: plannedOrdinal } = planned;
    return {
      reference: { ...reference, state: "mapped", targetId, targetName, chosenBy: "rule", plannedOrdinal },
      to: targetId,
    };
  }
  const there = sources.presence(kind, sourceId);
  const isAnother =
    familyOfKind(kind)?.idsAreReused === true && backedUpName !== null && nameOf(there) !== backedUpName;
  if (there.kind === "found" && !isAnother) {
    const sourceName = backedUpName ?? there.name;
    return { reference: { ...reference, sourceName, state: "found", targetId: sourceId, targetName: there.name } };
  }
  if (planned?.action === "create") {
    const { ordinal: plannedOrdinal } = planned;
    return {
      reference: { ...reference, state: "planned", plannedOrdinal },
      to: { restoredItem: String(plannedOrdinal) },
    };
  }
  if (there.kind === "unchecked") return { reference: { ...reference, state: "unchecked" } };
  const [namesake, ...more] = planned === null && backedUpName !== null ? sources.named(kind, backedUpName) : [];
  if (namesake === undefined || more.length > 0) return { reference };
  return {
    reference: { ...reference, state: "mapped", targetId: namesake, targetName: backedUpName, chosenBy: "rule" },
    to: namesake,
  };
}

function nameOf(presence: Presence): string | null {
  return presence.kind === "found" ? presence.name : null;
}
