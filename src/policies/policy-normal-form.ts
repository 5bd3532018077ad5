/**
 * The normal form of a policy: what it says, and nothing of how it was said (decisions/070-structural-policy-diff.md). Two
 * documents say the same exactly when their normal forms are equal, which is exactly when `diffPolicies` finds nothing.
 *
 * Findings, previews, updates, the reading back of a restore and the "unchanged" of backups all ask here
 * (decisions/073-one-notion-of-sameness.md). Versions of the inventory still compare the text of canonical-json.ts.
 */
import { isOrderedSetting, type MeaningRules } from "./meaning-rules.ts";
import { compareCodeUnits, isEmpty, isTransportKey, rfc8785Text as spelled } from "./canonical-json.ts";
import { DECLARED_TYPES } from "./declared-types.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "./json-value.ts";
import { emptyTextSaysNothing, spelling } from "./spellings.ts";

/** Members that hold a copy of something else of the tenant or the service. What they refer to is content, the copy is not. */
const REFERENCES: ReadonlySet<string> = new Set(["definition", "presentation", "authenticationStrength"]);

/** The normal form as a text in one spelling: to hash, to store, to compare. */
export function normalText(rules: MeaningRules, document: JsonObject): string {
  return spelled(normalForm(rules, document));
}

/** Whether two documents are the same policy. */
export function isSamePolicy(rules: MeaningRules, one: JsonObject, other: JsonObject): boolean {
  return normalText(rules, one) === normalText(rules, other);
}

/**
 * Without service-owned and empty members, each value in one spelling, members and sets in an order of their own. Pure; its own normal
 * form.
 */
export function normalForm(rules: MeaningRules, document: JsonObject): JsonObject {
  return objectForm(rules, document, "");
}

function objectForm(rules: MeaningRules, object: JsonObject, path: string): JsonObject {
  const kept: [string, JsonValue][] = [];
  for (const name of Object.keys(object).toSorted(compareCodeUnits)) {
    const member = object[name] ?? null;
    const memberPath = path === "" ? name : `${path}.${name}`;
    if (rules.isServiceOwned(memberPath)) continue;
    const bound = boundReference(name, member);
    // What is bound already shows beside it in a document that has both.
    if (bound !== null && !Object.hasOwn(object, bound.name)) kept.push([bound.name, bound.things]);
    if (bound !== null || isTransportKey(name) || (name === TYPE && saysWhatIsDeclared(path, member))) continue;
    const form = memberForm(rules, object, name, rules.meant(memberPath, object, member), memberPath);
    if (!isEmpty(form) && !(form === "" && emptyTextSaysNothing(name))) kept.push([name, form]);
  }
  return Object.fromEntries(kept.toSorted(([one], [other]) => compareCodeUnits(one, other)));
}

const TYPE = "@odata.type";

/** "property type" for each type that a property of Graph is declared to be. */
let declared: ReadonlySet<string> | null = null;

/**
 * Whether the type of a nested object is the one that its property is declared to have. Graph then tells none, other tools write it, and a request may carry it: it
 * says nothing. Of a property that may hold several types (the target of an assignment, an instance of a setting) the type is another than the declared one.
 */
function saysWhatIsDeclared(path: string, type: JsonValue): boolean {
  if (path === "" || typeof type !== "string") return false;
  declared ??= new Set(
    DECLARED_TYPES.trim()
      .split("\n")
      .flatMap((line) => {
        const [property, ...types] = line.split(" ");
        return types.map((each) => `${property} ${each}`);
      }),
  );
  const property = path.slice(path.lastIndexOf(".") + 1);
  return declared.has(`${property} ${type.replace(/^#?microsoft\.graph\./, "")}`);
}

const BIND = "@odata.bind";

/** A body binds to a thing, or to several, by their addresses, and a document shows them with their ids. */
function boundReference(name: string, member: JsonValue): { name: string; things: JsonValue } | null {
  if (!name.endsWith(BIND)) return null;
  const list = Array.isArray(member) ? member : [member];
  const ids = list.flatMap((address) => {
    const id = typeof address === "string" ? /\('([^']+)'\)$/.exec(address)?.[1] : undefined;
    return id === undefined ? [] : [spelling("id", id) ?? id];
  });
  const [first] = ids;
  if (first === undefined || ids.length < list.length) return null;
  const things = Array.isArray(member) ? ids.toSorted(compareCodeUnits).map((id) => ({ id })) : { id: first };
  return { name: name.slice(0, -BIND.length), things };
}

/** Whether the order of a list means something, by its path and by the object that it is a member of. */
export function isOrderedList(rules: MeaningRules, owner: JsonObject, path: string): boolean {
  const setting = owner["settingDefinitionId"];
  return rules.isOrdered(path) || (typeof setting === "string" && isOrderedSetting(setting));
}

function memberForm(rules: MeaningRules, owner: JsonObject, name: string, member: JsonValue, path: string): JsonValue {
  if (Array.isArray(member)) return listForm(rules, member, path, isOrderedList(rules, owner, path));
  if (typeof member === "string") return spelling(name, member);
  if (!isJsonObject(member)) return member;
  const id = member["id"];
  return REFERENCES.has(name) && typeof id === "string" ? { id: spelling("id", id) } : objectForm(rules, member, path);
}

function listForm(rules: MeaningRules, list: readonly JsonValue[], path: string, ordered: boolean): JsonValue[] {
  const name = path.slice(path.lastIndexOf(".") + 1);
  const forms = list.map((element): JsonValue => {
    if (Array.isArray(element)) return listForm(rules, element, path, ordered);
    if (typeof element === "string") return spelling(name, element);
    if (!isJsonObject(element)) return element;
    const form = objectForm(rules, element, path);
    return rules.isIdentified(path) ? form : withoutOwnId(form);
  });
  if (ordered) return forms;
  const ranked = forms
    .map((form) => ({ form, rank: spelled(form) }))
    .toSorted((a, b) => compareCodeUnits(a.rank, b.rank));
  // A set has a value once; two equal things may be two things.
  return ranked
    .filter(({ form, rank }, at) => isStructure(form) || ranked[at - 1]?.rank !== rank)
    .map(({ form }) => form);
}

/**
 * The id of a list's element is given by the service, anew whenever the list is written. An element that has only its id says
 * by it what it refers to.
 */
function withoutOwnId(element: JsonObject): JsonObject {
  const { id: _id, ...rest } = element;
  return Object.keys(rest).every((name) => name === "@odata.type") ? element : rest;
}

function isStructure(value: JsonValue): boolean {
  return Array.isArray(value) || isJsonObject(value);
}
