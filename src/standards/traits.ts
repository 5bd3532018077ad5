/**
 * What a policy sets, as far as two policies can be told to be the same one by it: its kind, and its settings with their values. Neither its name, nor to
 * whom it is given, nor what the service keeps. Pure.
 */
import type { ReferenceMapping as Choice, ReferenceKind } from "../contract/restore.ts";
import type { FamilyKey } from "../graph/families.ts";
import { meaningRules } from "../graph/policy-meaning.ts";
import { type MappedTo, mapReferences, references } from "../graph/restore/references.ts";
import { leavesOf } from "../policies/list-elements.ts";
import { normalForm } from "../policies/policy-normal-form.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../policies/json-value.ts";

export interface Traits {
  /** Policies of two kinds are never the same one: type, platforms, technologies and template family. */
  kind: string;
  /** Hashes of the settings alone, and of settings with their values; each once, ascending. */
  settings: readonly number[];
  values: readonly number[];
  /** Whether settings are named by ids of their own (definitions, OMA URIs). Names of properties tell one policy from another by their values only. */
  named: boolean;
  /** The same as `values`, with the things that are referred to: they decide between policies that are alike otherwise. */
  whole: readonly number[];
}

/** Tell who a policy is, or to whom it is given, and not what it does. */
const NOT_SETTINGS = new Set([
  "displayName",
  "name",
  "description",
  "roleScopeTagIds",
  "roleScopeTags",
  "scopeIds",
  "assignments",
  "@odata.type",
  "platforms",
  "technologies",
  "templateReference",
]);
/** How Graph says of a property that it is left alone. */
const LEFT_ALONE = new Set(["false", '"notConfigured"', '"userDefined"', '"deviceDefault"', '"none"', '"unspecified"']);
const NAMED =
  /\n(settingInstance\.settingDefinitionId|settingDefinitionId|definition\.id|definition@odata\.bind|omaUri) /;
const DEFINITION =
  /\n\.(settingDefinitionId|settingInstanceTemplateReference|settingValueTemplateReference|@odata\.type)(\n|$)/;

/**
 * The traits of a document. To which group, location or filter a policy refers is no trait: in another tenant it is another. `mapping` says what stands for
 * the things that it refers to, as far as that is known, for `whole`.
 */
export function traitsOf(family: FamilyKey, document: JsonObject, mapping: readonly Choice[] = []): Traits {
  const standsFor: Partial<Record<ReferenceKind, Record<string, MappedTo>>> = {};
  const anything: Partial<Record<ReferenceKind, Record<string, MappedTo>>> = {};
  for (const { kind, sourceId, targetId } of mapping) (standsFor[kind] ??= {})[sourceId] = targetId;
  for (const { kind, id } of references(family, document)) (anything[kind] ??= {})[id] = `?${kind}`;
  const whole = leavesIn(family, mapReferences(family, document, standsFor));
  const settings = new Set<number>();
  const values = new Set<number>();
  let named = false;
  for (const { path, leaf } of leavesIn(family, mapReferences(family, document, anything))) {
    named ||= NAMED.test(path);
    settings.add(hashOf(path));
    values.add(hashOf(leaf));
  }
  return {
    kind: kindOf(document),
    settings: ascending(settings),
    values: ascending(values),
    named,
    whole: ascending(new Set(whole.map(({ leaf }) => hashOf(leaf)))),
  };
}

/** What the document sets: paths, and paths with values. */
function leavesIn(family: FamilyKey, document: JsonObject): { path: string; leaf: string }[] {
  const rules = meaningRules(family);
  const content = Object.fromEntries(
    Object.entries(normalForm(rules, document)).filter(
      ([name]) => !NOT_SETTINGS.has(name) && name !== rules.nameProperty && !rules.assignmentProperties.has(name),
    ),
  );
  return [...leavesOf(content)].flatMap((leaf) => {
    const at = leaf.lastIndexOf("\n");
    const path = leaf.slice(0, at);
    // The ids of definitions stand in the paths of what they define.
    return DEFINITION.test(path) || LEFT_ALONE.has(leaf.slice(at + 1)) ? [] : [{ path, leaf }];
  });
}

function kindOf(document: JsonObject): string {
  const template = document["templateReference"];
  const family = isJsonObject(template) ? (template["templateFamily"] ?? null) : null;
  const words = (value: JsonValue | undefined) =>
    typeof value === "string"
      ? value
          .split(",")
          .map((word) => word.trim().toLowerCase())
          .toSorted()
          .join(",")
      : "";
  const { "@odata.type": type, platforms, technologies } = document;
  return JSON.stringify([type ?? "", words(platforms), words(technologies), family === "none" ? "" : (family ?? "")]);
}

/** How alike two sets of ascending numbers are: what they share, of all that either has. 0 where both are empty: nothing says that they are the same. */
export function likeness(one: readonly number[], other: readonly number[]): number {
  let shared = 0;
  for (let a = 0, b = 0; a < one.length && b < other.length;) {
    const difference = (one[a] ?? 0) - (other[b] ?? 0);
    if (difference === 0) shared += 1;
    if (difference <= 0) a += 1;
    if (difference >= 0) b += 1;
  }
  const all = one.length + other.length - shared;
  // oxlint-disable-next-line tenantatlas/no-progress-arithmetic -- how alike two policies are, never shown
  return all === 0 ? 0 : shared / all;
}

function ascending(numbers: ReadonlySet<number>): number[] {
  return [...numbers].toSorted((a, b) => a - b);
}

/** 53 bits of a text: two texts of one tenant share it by chance once in many millions of policies. Two FNV-1a passes of 32 bits. */
function hashOf(text: string): number {
  let low = 0x811c9dc5;
  let high = 0xcbf29ce4;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ (code + 0x9e37), 0x01000193);
  }
  return (high & 0x1fffff) * 0x100000000 + (low >>> 0);
}
