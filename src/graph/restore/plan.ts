/**
 * Plans the writes that bring a stored policy back, as pure data. The same document, options and target give the same plan, so
 * that a plan that was approved can be recognized by its hash.
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../../policies/json-value.ts";
import { familyOf, type FamilyKey, type KnownFamily } from "../families.ts";
import type { Family } from "../families/family.ts";
import { isBinary, omaReference } from "../oma-secrets.ts";
import { nameOf } from "../policy-facts.ts";
import { assignmentSteps } from "./assignments.ts";
import {
  compareForRestore,
  isSameEntry,
  propertyOf,
  toDifference,
  type Difference,
  type RestoreComparison,
} from "./differences.ts";
import { withoutEntryIds } from "./entries.ts";
import { mark } from "./gaps.ts";
import { foreign, withoutReadOnly } from "./read-only.ts";
import { mapReferences, SCOPE_TAG_PROPERTIES, type ReferenceMapping } from "./references.ts";
import {
  block,
  immutableOf,
  NOT_ASSIGNED,
  type Block,
  type RestoreRule,
  type Subject,
  type UpdatedSubject,
} from "./rule.ts";
import { POLICY_ID, type RestoreStep } from "./restore-step.ts";
import { isEmptyValue, only, textOf, without } from "./document-members.ts";

export interface RestoreOptions {
  /** `target` is the whole document of the policy to bring back to what is stored, as it is in the tenant now. */
  mode: { kind: "create"; namePrefix: string } | { kind: "update"; target: JsonObject };
  assignments: boolean;
  /** "report-only": an enforced policy comes back watching only. One that was not enforced stays as it was. */
  conditionalAccess: "report-only" | "as-is";
  mapping: ReferenceMapping;
  /** `secretReferenceValueId`s whose plain values will be at hand when the plan is performed. */
  omaValues: ReadonlySet<string>;
  /** Origin of the tenant's Graph, which bodies bind to. */
  graphUrl: string;
  /** When the plan is made, in milliseconds since the epoch. */
  plannedAt: number;
}

export type RestorePlan =
  | ({ kind: "blocked" } & Block)
  /** The target already is what a restore would make of it. `left` as in `WritePlan`. */
  | { kind: "unchanged"; left: readonly string[]; notes: readonly string[] }
  | WritePlan;

export interface WritePlan {
  kind: "writes";
  family: FamilyKey;
  /** The name that the policy will have. */
  name: string;
  /** In this order, each after the one before was applied. */
  steps: readonly RestoreStep[];
  /** The document that the tenant is to have in the end, possibly with gaps. */
  wanted: JsonObject;
  assignments: boolean;
  /** What the update changes; empty for a copy. */
  changes: readonly Difference[];
  /**
   * What no step brings back. Of a copy, properties of the document that hold something; of an update, paths of what differs from the
   * target.
   */
  left: readonly string[];
  /** What the family's rule tells reviewers, in sentences. */
  notes: readonly string[];
}

export function planRestore(key: FamilyKey, document: JsonObject, options: RestoreOptions): RestorePlan {
  const family = familyOf(key);
  const rule = family.restore;
  const target = options.mode.kind === "update" ? foreign(options.mode.target) : null;
  const uncopied = uncopiable(family, options.mode);
  if (uncopied) return { kind: "blocked", ...uncopied };
  const stored = wantedDocument(family, document, options);
  const asStored = target ? rule.completed(stored, target) : stored;
  const wanted = options.conditionalAccess === "as-is" ? asStored : (rule.reportOnly(asStored) ?? asStored);
  const comparison = target ? compareForRestore(key, wanted, target, options) : null;
  const changed = new Set(comparison?.changes.map(propertyOf));
  const subject: Subject = {
    collection: collectionOf(family, asStored),
    wanted,
    target,
    differs: (property) => comparison === null || changed.has(property),
    isSameEntry: (property, one, other) => isSameEntry(key, property, one, other),
    restBody: (besides) => ownBody(rule, { wanted, graphUrl: options.graphUrl }, besides),
    graphUrl: options.graphUrl,
    assignments: options.assignments,
    plannedAt: options.plannedAt,
  };
  const blocked = unalike(family, subject) ?? rule.blocked(subject);
  if (blocked) return { kind: "blocked", ...blocked };
  const left = comparison?.left ?? rule.unrestorable.filter((name) => !isEmptyValue(wanted[name]));
  const notes = rule.notes(subject);
  if (target && comparison && isAsStored(key, asStored, target, comparison, options))
    return { kind: "unchanged", left, notes };
  const steps = target ? updateSteps(family, { ...subject, target }) : createSteps(family, subject);
  if (options.assignments) {
    const assign = rule.refusesAssignment(subject.wanted) ? NOT_ASSIGNED : rule.assign;
    steps.push(...assignmentSteps(assign, subject));
  }
  // What no step of the family writes (assignments of a default, say) is named as well.
  if (steps.length === 0)
    return {
      kind: "unchanged",
      left: [...left, ...(comparison?.changes.map(({ pathText }) => pathText) ?? [])],
      notes,
    };
  return {
    kind: "writes",
    family: key,
    name: nameOf(family, subject.wanted) ?? "",
    steps,
    wanted: subject.wanted,
    assignments: options.assignments,
    changes: comparison?.changes.map(toDifference) ?? [],
    left,
    notes,
  };
}

/** A policy that still is what was stored stays as it is, also where a restore would have it report only. */
function isAsStored(
  key: FamilyKey,
  stored: JsonObject,
  target: JsonObject,
  { changes }: RestoreComparison,
  options: RestoreOptions,
): boolean {
  return changes.length === 0 || compareForRestore(key, stored, target, options).changes.length === 0;
}

/** Where policies of the document's kind live, below the version. */
export function collectionOf(family: Family, document: JsonObject): string {
  return family.reading.typedSets[textOf(document["@odata.type"]) ?? ""] ?? family.path;
}

function wantedDocument(family: KnownFamily, document: JsonObject, options: RestoreOptions): JsonObject {
  const plain = foreign(document);
  const mapped = mapReferences(family.key, withOmaGaps(plain, options.omaValues), options.mapping);
  for (const tags of SCOPE_TAG_PROPERTIES) {
    // Nothing is in no scope: what loses its last tag has the default one.
    if (!isEmptyValue(plain[tags]) && isEmptyValue(mapped[tags])) mapped[tags] = ["0"];
  }
  if (options.mode.kind === "create") {
    const name = textOf(plain[family.meaning.nameProperty]) ?? "";
    return { ...mapped, [family.meaning.nameProperty]: options.mode.namePrefix + name };
  }
  // The one property that people give and that Graph may leave out while it is empty.
  if (!("description" in mapped) && !isEmptyValue(options.mode.target["description"])) mapped["description"] = null;
  return mapped;
}

/** An encrypted value whose plain text will be at hand becomes a gap; any other stays hidden, and blocks the plan. */
function withOmaGaps(document: JsonObject, available: ReadonlySet<string>): JsonObject {
  const settings = document["omaSettings"];
  if (!Array.isArray(settings)) return document;
  const opened = settings.map((setting): JsonValue => {
    if (!isJsonObject(setting)) return setting;
    const reference = omaReference(setting);
    if (reference !== null && !available.has(reference)) return setting;
    const rest = without(setting, ["isEncrypted", "secretReferenceValueId"]);
    return reference === null
      ? rest
      : {
          ...rest,
          value: mark({ kind: isBinary(setting) ? "omaBase64" : "omaValue", reference }),
        };
  });
  return { ...document, omaSettings: opened };
}

/** What is never made a second time. */
function uncopiable({ single, restore }: Family, mode: RestoreOptions["mode"]): Block | null {
  if (mode.kind === "update") return null;
  if (single !== null)
    return block("single_object", "A tenant has one of it, which cannot be copied: update it instead.");
  return restore.ownId && mode.namePrefix !== ""
    ? block("cannot_copy", "Its id says what it is about, so there is no second one of it: update it instead.")
    : null;
}

/** What the target cannot become by being updated. */
function unalike({ restore, meaning }: Family, { wanted, target, differs }: Subject): Block | null {
  if (target === null) return null;
  const [stored, present] = [textOf(wanted["@odata.type"]), textOf(target["@odata.type"])];
  if (stored !== null && present !== null && stored !== present)
    return block("different_type", "The policy in the tenant is of another kind than the stored one.");
  const fixed = immutableOf(restore, wanted).find((name) => name in wanted && differs(name));
  if (fixed === undefined) return null;
  const what = fixed === meaning.nameProperty ? "name" : fixed;
  return block(
    "cannot_change",
    `The policy in the tenant has another ${what}, which Microsoft Graph does not let change.`,
  );
}

function ownBody(
  rule: RestoreRule,
  { wanted, graphUrl }: Pick<Subject, "wanted" | "graphUrl">,
  more: readonly string[],
): JsonObject {
  const body = {
    ...withoutReadOnly(wanted, [...rule.readOnly, ...rule.apart, ...rule.unrestorable, ...more]),
    ...only(wanted, rule.keeps(wanted)),
  };
  for (const property of ["settings", "scheduledActionsForRule", "files"]) {
    if (Array.isArray(body[property])) body[property] = withoutEntryIds(body[property]);
  }
  return rule.body(body, graphUrl);
}

function createSteps({ reading, restore: rule }: KnownFamily, subject: Subject): RestoreStep[] {
  const own = rule.createBody(ownBody(rule, subject, []));
  const body = rule.ownId ? { ...only(subject.wanted, [reading.idProperty]), ...own } : own;
  const create = {
    name: "create",
    method: "POST",
    path: rule.createPath(subject),
    body,
    effect: { kind: "creates" },
  } as const;
  return [create, ...rule.afterCreate(subject)];
}

/** A PATCH sends what differs and nothing else: Graph refuses some properties of a policy whatever their value. */
function updateSteps({ single, restore: rule }: KnownFamily, subject: UpdatedSubject): RestoreStep[] {
  const whole = ownBody(rule, subject, [...rule.createOnly, ...immutableOf(rule, subject.wanted)]);
  const differing = Object.keys(whole).filter((property) => property !== "@odata.type" && subject.differs(property));
  const body = rule.updateMethod === "PUT" ? whole : only(whole, ["@odata.type", ...differing]);
  const within = rule.writtenWithin;
  const ownPath = single === null ? `${subject.collection}/${POLICY_ID}` : subject.collection;
  const update: RestoreStep = {
    name: "update",
    method: rule.updateMethod,
    path: within?.path ?? ownPath,
    body: within === null ? body : { [within.property]: body },
    effect: { kind: "sets", property: null },
  };
  return [...(differing.length > 0 ? [update] : []), ...rule.afterUpdate(subject)];
}
