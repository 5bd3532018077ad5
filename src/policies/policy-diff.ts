/**
 * The differences between two states of a policy (decisions/070-structural-policy-diff.md): each real one once, at the place
 * where it is, and nothing for what is only told differently. Pure.
 *
 * Both documents are brought into normal form; their lists are paired, so that elements are compared with what they were;
 * microdiff compares the two trees that result.
 */
import microdiff from "microdiff";
import { POLICY_AREAS, type PathStep, type PolicyArea } from "../contract/policy-diff.ts";
import type { MeaningRules } from "./meaning-rules.ts";
import { compareCodeUnits, rfc8785Text as spelled } from "./canonical-json.ts";
import { elementStep, elementText, labelsIn, pathText, propertyStep } from "./change-path.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "./json-value.ts";
import { pairElements, type PairedElement } from "./list-pairing.ts";
import { isOrderedList, normalForm } from "./policy-normal-form.ts";

interface Place {
  area: PolicyArea;
  path: PathStep[];
  /** The path for people; `path` is what tells places apart. */
  pathText: string;
}
/** Values are in normal form. `moved` is an ordered list whose elements stand in another order; it tells what names them. */
export type PolicyChange =
  | (Place & { kind: "added"; after: JsonValue })
  | (Place & { kind: "removed"; before: JsonValue })
  | (Place & { kind: "changed" | "moved"; before: JsonValue; after: JsonValue });

/**
 * All differences, by area, then by path. Empty exactly when the normal forms are equal. Never throws, whatever the documents
 * hold.
 */
export function diffPolicies(rules: MeaningRules, before: JsonObject, after: JsonObject): PolicyChange[] {
  const labels = new Map<string, string>();
  labelsIn(before, labels);
  labelsIn(after, labels);
  const comparison: Comparison = { rules, labels, steps: new Map(), values: new Map() };
  const trees = alignObjects(comparison, normalForm(rules, before), normalForm(rules, after), "");
  return microdiff(trees.before, trees.after, { cyclesFix: false })
    .map((difference) => ({ order: difference.path.join("\n"), change: toChange(comparison, difference) }))
    .toSorted(
      (a, b) =>
        POLICY_AREAS.indexOf(a.change.area) - POLICY_AREAS.indexOf(b.change.area) ||
        compareCodeUnits(a.change.pathText, b.change.pathText) ||
        compareCodeUnits(a.order, b.order),
    )
    .map(({ change }) => change);
}

/** Which parts of a policy the changes touch: a policy that was only renamed, or only given to others. */
export function changedAreas(changes: readonly PolicyChange[]): Record<PolicyArea, boolean> {
  const touched = new Set(changes.map(({ area }) => area));
  return { name: touched.has("name"), content: touched.has("content"), assignments: touched.has("assignments") };
}

/**
 * What is compared: objects and lists as objects by step, values as their text. No name from a document is a member's name as
 * it is, so none can be taken for something that objects have by themselves (`constructor`, `__proto__`).
 */
type AlignedNode = string | AlignedTree;
interface AlignedTree {
  [step: string]: AlignedNode;
}
interface Aligned<Node> {
  before: Node;
  after: Node;
}

interface Comparison {
  rules: MeaningRules;
  labels: ReadonlyMap<string, string>;
  /** What the names of steps stand for. */
  steps: Map<string, PathStep>;
  /** The values of the texts that differ. */
  values: Map<string, JsonValue>;
}

/** The step below an ordered list that holds the order of what is in both. */
const ORDER_STEP = "~";

function alignObjects(comparison: Comparison, before: JsonObject, after: JsonObject, path: string) {
  const trees: Aligned<AlignedTree> = { before: {}, after: {} };
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const memberPath = path === "" ? name : `${path}.${name}`;
    const step = `.${name}`;
    if (!comparison.steps.has(step)) comparison.steps.set(step, propertyStep(name));
    const absent = path === "" ? comparison.rules.absentAs(name) : undefined;
    const one = Object.hasOwn(before, name) ? before[name] : absent;
    const other = Object.hasOwn(after, name) ? after[name] : absent;
    const ordered = isOrderedList(comparison.rules, after, memberPath);
    put(trees, step, align(comparison, one, other, memberPath, ordered));
  }
  return trees;
}

function alignLists(
  comparison: Comparison,
  before: readonly JsonValue[],
  after: readonly JsonValue[],
  path: string,
  ordered: boolean,
) {
  const trees: Aligned<AlignedTree> = { before: {}, after: {} };
  const pairs = pairElements(before, after, path);
  for (const { group, key, number, beforeAt, afterAt } of pairs) {
    const step = `=${JSON.stringify([group, number])}`;
    if (!comparison.steps.has(step)) comparison.steps.set(step, elementStep(key, number, comparison.labels));
    const one = beforeAt === null ? undefined : before[beforeAt];
    const other = afterAt === null ? undefined : after[afterAt];
    put(trees, step, align(comparison, one, other, path, ordered));
  }
  if (ordered) {
    const kept = pairs.filter(({ beforeAt, afterAt }) => beforeAt !== null && afterAt !== null);
    put(trees, ORDER_STEP, {
      before: orderOf(
        comparison,
        kept.toSorted((a, b) => (a.beforeAt ?? 0) - (b.beforeAt ?? 0)),
      ),
      after: orderOf(
        comparison,
        kept.toSorted((a, b) => (a.afterAt ?? 0) - (b.afterAt ?? 0)),
      ),
    });
  }
  return trees;
}

/** An order as a text to compare; its value is what names the elements, for people. */
function orderOf(comparison: Comparison, elements: readonly PairedElement[]): string {
  const text = JSON.stringify(elements.map(({ group, number }) => [group, number]));
  const names = elements.map(({ key, number }) => elementText({ kind: "element", key, number, label: null }));
  comparison.values.set(text, names);
  return text;
}

function align(
  comparison: Comparison,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  path: string,
  ordered: boolean,
): Partial<Aligned<AlignedNode>> {
  if (Array.isArray(before) && Array.isArray(after)) return alignLists(comparison, before, after, path, ordered);
  if (isJsonObject(before) && isJsonObject(after)) return alignObjects(comparison, before, after, path);
  return alignValues(comparison, before, after);
}

/** Two values of which not both are lists nor both objects, or one that the other document does not have. */
function alignValues(comparison: Comparison, before: JsonValue | undefined, after: JsonValue | undefined) {
  const texts: Partial<Aligned<AlignedNode>> = {};
  const one = before === undefined ? null : spelled(before);
  const other = after === undefined ? null : spelled(after);
  if (before !== undefined && one !== null) {
    texts.before = one;
    if (one !== other) comparison.values.set(one, before);
  }
  if (after !== undefined && other !== null) {
    texts.after = other;
    if (one !== other) comparison.values.set(other, after);
  }
  return texts;
}

function put(trees: Aligned<AlignedTree>, step: string, nodes: Partial<Aligned<AlignedNode>>): void {
  if (nodes.before !== undefined) trees.before[step] = nodes.before;
  if (nodes.after !== undefined) trees.after[step] = nodes.after;
}

function toChange(comparison: Comparison, difference: ReturnType<typeof microdiff>[number]): PolicyChange {
  const moved = difference.path.at(-1) === ORDER_STEP;
  const path = difference.path.map((name) => comparison.steps.get(String(name))).filter((step) => step !== undefined);
  const place: Place = { area: areaOf(comparison.rules, path), path, pathText: pathText(path) };
  switch (difference.type) {
    case "CREATE":
      return { ...place, kind: "added", after: valueOf(comparison, difference.value) };
    case "REMOVE":
      return { ...place, kind: "removed", before: valueOf(comparison, difference.oldValue) };
    case "CHANGE": {
      const before = valueOf(comparison, difference.oldValue);
      return { ...place, kind: moved ? "moved" : "changed", before, after: valueOf(comparison, difference.value) };
    }
  }
}

function valueOf(comparison: Comparison, text: unknown): JsonValue {
  return typeof text === "string" ? (comparison.values.get(text) ?? null) : null;
}

function areaOf(rules: MeaningRules, path: readonly PathStep[]): PolicyArea {
  const [first] = path;
  if (first?.kind !== "property") return "content";
  if (first.name === rules.nameProperty) return "name";
  return rules.assignmentProperties.has(first.name) ? "assignments" : "content";
}
