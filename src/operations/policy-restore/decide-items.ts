/** Decides what a plan does with items: from the backup, the target and the references to an action and its exact writes. Pure. */
import type { Decision, ItemToDecide } from "../../database/restore/restore-plan-items.ts";
import { omaSecretReferences, type OmaSecrets } from "../../graph/oma-secrets.ts";
import { nameOf } from "../../graph/policy-facts.ts";
import { planDeletion } from "../../graph/restore/deletion.ts";
import { planRestore, type RestorePlan, type WritePlan } from "../../graph/restore/plan.ts";
import { compareCodeUnits, rfc8785Text } from "../../policies/canonical-json.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../policies/json-value.ts";
import type { ComparedItem, DecisionBasis } from "./comparison.ts";
import { decideUndo } from "./decide-undo.ts";
import { type DecidedReferences, decideReferences } from "./decide-references.ts";
import type { StoredDetail } from "./item-detail.ts";
import { leftOutLimits, missingReference } from "./limits.ts";
import type { Match } from "./match-target.ts";
import { latestItemOf } from "./restore-order.ts";
import { deletionRemarks, enforcementRemarks, leftRemarks, remarks, shownChanges, shownSteps } from "./review.ts";

/** A decision, and the detail that it will refer to. */
export interface DecidedItem {
  decision: Omit<Decision, "detailKey" | "detailHash">;
  detail: StoredDetail;
}

/** The decisions in the order of the items. */
export function decideItems(basis: DecisionBasis, items: readonly ComparedItem[]): DecidedItem[] {
  return items.map((item) => decideItem(basis, item));
}

/** An item that is blocked for a reason outside it: its family cannot be read, or is not known. */
export function blockedItem(item: ItemToDecide, reason: { code: string; message: string }): DecidedItem {
  return blocked(item, reason, NO_REFERENCES);
}

/** Whether an item is unchanged if its encrypted values are: nothing that Graph lists tells one such value from another. */
export function dependsOnTargetSecrets(basis: DecisionBasis, item: ComparedItem): boolean {
  const { stored, secrets, target } = item;
  if (stored === null || target === null || Object.keys(secrets).length === 0) return false;
  return planned(basis, { ...item, stored }, decidedReferences(basis, item)).kind === "unchanged";
}

/** What a thing was called when the item was taken goes before what the set called it at another time. */
function decidedReferences({ sources }: DecisionBasis, { references, nameAtBackup }: ComparedItem): DecidedReferences {
  return decideReferences(references, {
    ...sources,
    backedUpName: (kind, id) => nameAtBackup(kind, id) ?? sources.backedUpName(kind, id),
  });
}

const NO_REFERENCES: DecidedReferences = { references: [], mapping: {}, missingCount: 0, narrowing: [] };

type ReadableItem = ComparedItem & { stored: JsonObject };

function decideItem(basis: DecisionBasis, compared: ComparedItem): DecidedItem {
  const { item, match, candidates, stored } = compared;
  const decided = decidedReferences(basis, compared);
  if (stored === null) {
    const message = "The stored content of the backup cannot be read.";
    return blocked(item, { code: "backup_unreadable", message }, decided);
  }
  if (match.kind === "ambiguous") {
    const message = AMBIGUOUS[match.cause];
    const outcome = blocked(item, { code: "ambiguous", message }, decided);
    const shown = candidates.map(({ graphId, name, odataType, lastModifiedAt }) => ({
      graphId,
      name,
      odataType,
      lastModifiedAt,
    }));
    return {
      decision: { ...outcome.decision, action: "ambiguous" },
      detail: { ...outcome.detail, candidates: shown },
    };
  }
  if (match.kind === "other_type") {
    const message = "The policy in the tenant is of another kind than the stored one.";
    return blocked(item, { code: "different_type", message }, decided);
  }
  const outside = outsideFamily(basis, compared);
  if (outside !== null) return blocked(item, outside, decided);
  const readable = { ...compared, stored };
  if (item.undoes !== null) return undoItem(basis, readable, decided);
  return restoreItem(basis, readable, decided);
}

function undoItem(basis: DecisionBasis, readable: ReadableItem, decided: DecidedReferences): DecidedItem {
  const { family } = basis;
  const { item, match, target, targetHash, stored, restored } = readable;
  const wanted = restored?.wanted ?? null;
  const isOpen = restored?.isOpen ?? false;
  const undo = decideUndo({ item, family, kept: stored, target, targetHash, wanted, isOpen });
  const found = {
    targetId: target === null || !("graphId" in match) ? null : match.graphId,
    targetName: target === null ? null : nameOf(family, target),
    targetHash,
  };
  switch (undo.kind) {
    case "blocked":
      return blocked(item, undo, NO_REFERENCES);
    case "unchanged":
      return {
        decision: { ...plain(item, NO_REFERENCES), ...found, action: "unchanged" },
        detail: detailOf(item, { notes: [undo.note] }),
      };
    case "back":
      return restoreItem(basis, readable, decided);
    case "delete": {
      if (target === null) throw new Error("only what is there is deleted");
      const writes = planDeletion(family.key, target);
      return {
        decision: { ...plain(item, NO_REFERENCES), ...found, action: "delete" },
        detail: detailOf(item, { writes, steps: shownSteps(family, writes), notes: deletionRemarks(family, target) }),
      };
    }
  }
}

function restoreItem(basis: DecisionBasis, readable: ReadableItem, decided: DecidedReferences): DecidedItem {
  const { target } = readable;
  const plan = planned(basis, readable, decided);
  if (plan.kind !== "unchanged" || target === null || hasSameSecrets(readable, target)) {
    return outcomeOf(basis, readable, plan, decided, []);
  }
  // Encrypted values are not in the documents: without its settings, the target differs in what has to be written.
  const withValues = planned(basis, { ...readable, target: { ...target, omaSettings: [] } }, decided);
  return outcomeOf(basis, readable, withValues, decided, [
    "An encrypted value in the tenant is another than in the backup.",
  ]);
}

const AMBIGUOUS: Record<Extract<Match, { kind: "ambiguous" }>["cause"], string> = {
  several: "The tenant has several policies of this name and type, and none by the id that was backed up.",
  shared:
    "The tenant's policy of this name and type may be another item's as well, and none has the id that was backed up.",
  alike:
    "Several policies of the tenant set the same as this one, and nothing tells which of them is meant. Rename one as the standard calls it, or remove the others.",
};

/** Why a policy is not made again that the tenant still has, outside of what the family's list tells; null when it has not. */
function outsideFamily({ family, options, sources }: DecisionBasis, { item, match }: ComparedItem) {
  const kind = family.referenceKind;
  if (kind === null || family.reading.listFilter === "" || match.kind !== "none" || options.mode === "create")
    return null;
  if (sources.presence(kind, item.graphId).kind !== "found") return null;
  return {
    code: "different_type",
    message:
      "The tenant still has it by its id, and it is no longer of this family. Change it back in Microsoft Entra.",
  };
}

function planned(
  { family, options, graphUrl, plannedAt }: DecisionBasis,
  { stored, target, secrets }: Pick<ReadableItem, "stored" | "target" | "secrets">,
  { mapping }: DecidedReferences,
): RestorePlan {
  return planRestore(family.key, stored, {
    mode: target === null ? { kind: "create", namePrefix: options.namePrefix ?? "" } : { kind: "update", target },
    assignments: options.assignments,
    conditionalAccess: options.conditionalAccess,
    mapping,
    omaValues: new Set(Object.keys(secrets)),
    graphUrl,
    plannedAt,
  });
}

/** Compares encrypted values in clear. */
function hasSameSecrets({ stored, secrets, targetSecrets }: ReadableItem, target: JsonObject): boolean {
  if (targetSecrets === null) return true;
  if (targetSecrets === "gone") return false;
  return rfc8785Text(byUri(stored, secrets)) === rfc8785Text(byUri(target, targetSecrets));
}

/** Values with what each is for, in one order. */
function byUri(document: JsonObject, secrets: OmaSecrets): JsonValue[] {
  const settings = document["omaSettings"];
  return (Array.isArray(settings) ? settings : [])
    .flatMap((setting): JsonValue[] => {
      const [reference] = omaSecretReferences({ omaSettings: [setting] });
      const value = reference === undefined ? undefined : secrets[reference];
      return value === undefined || !isJsonObject(setting) ? [] : [[setting["omaUri"] ?? null, value]];
    })
    .toSorted((a, b) => compareCodeUnits(rfc8785Text(a), rfc8785Text(b)));
}

function outcomeOf(
  { family, options }: DecisionBasis,
  { item, match, target, targetHash, stored, namesakes }: ReadableItem,
  plan: RestorePlan,
  decided: DecidedReferences,
  more: readonly string[],
): DecidedItem {
  if (plan.kind === "blocked") return blocked(item, plan, decided);
  const unchosen = plan.kind === "writes" ? missingReference(plan, decided) : null;
  if (unchosen !== null) return blocked(item, unchosen, decided);
  const found = {
    ...plain(item, decided),
    targetId: target === null || !("graphId" in match) ? null : match.graphId,
    targetName: target === null ? null : nameOf(family, target),
    targetHash,
  };
  if (plan.kind === "unchanged") {
    return {
      decision: { ...found, action: "unchanged", missingCount: 0 },
      detail: detailOf(item, { references: decided.references, notes: [...leftRemarks(plan.left), ...plan.notes] }),
    };
  }
  // Where only encrypted values differ, there is nothing to show of the difference.
  const changes = target === null || more.length > 0 ? [] : shownChanges(family, target, plan);
  return {
    decision: {
      ...found,
      action: target === null ? "create" : "update",
      changeCount: target === null ? 0 : Math.max(1, changes.length),
      needsOrdinal: neededOrdinal(plan),
    },
    detail: detailOf(item, {
      writes: plan,
      namesakes: target === null && namesakes !== null ? [...namesakes] : null,
      steps: shownSteps(family, plan),
      changes,
      references: decided.references,
      notes: remarks(stored, plan, options, [
        ...(item.undoes === null || target === null ? [] : enforcementRemarks(family, stored, target)),
        ...leftOutLimits(decided),
        ...more,
      ]),
    }),
  };
}

function neededOrdinal(plan: WritePlan): number | null {
  const latest = latestItemOf(plan);
  return latest < 0 ? null : latest;
}

function plain(item: ItemToDecide, { missingCount }: DecidedReferences) {
  return {
    ordinal: item.ordinal,
    targetId: null,
    targetName: null,
    targetHash: null,
    reasonCode: null,
    message: null,
    changeCount: 0,
    missingCount,
    needsOrdinal: null,
  };
}

function blocked(
  item: ItemToDecide,
  reason: { code: string; message: string },
  decided: DecidedReferences,
): DecidedItem {
  return {
    decision: { ...plain(item, decided), action: "blocked", reasonCode: reason.code, message: reason.message },
    detail: detailOf(item, { references: decided.references }),
  };
}

function detailOf(item: ItemToDecide, detail: Partial<StoredDetail>): StoredDetail {
  const nothing: Pick<StoredDetail, "steps" | "changes" | "candidates" | "references" | "notes"> = {
    steps: [],
    changes: [],
    candidates: [],
    references: [],
    notes: [],
  };
  const { itemId, contentHash } = item;
  return { version: 1, itemId, contentHash, writes: null, namesakes: null, ...nothing, ...detail };
}
