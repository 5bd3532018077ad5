/**
 * The canonical form of a policy (decisions/010-policy-content-and-change.md). Two texts are derived from one document:
 *
 * - `canonicalText` is what is stored: everything Microsoft Graph told, in one deterministic spelling.
 * - `comparableText` is what decides whether a policy changed: without what the service moves by itself.
 */
import { isJsonObject, type JsonObject, type JsonValue } from "./json-value.ts";

/** Annotations of the transport: they describe the answer, not the policy, and depend on how it was asked for. */
const TRANSPORT_KEY =
  /(^|[^@])@odata\.(context|nextLink|count|etag|id|editLink|readLink|associationLink|navigationLink|mediaReadLink|mediaEditLink|mediaContentType|deltaLink)$|^[#@]microsoft\.graph\./;
/** `settings@odata.type`: the declared type of a property. The bare `@odata.type` tells what the object is, and stays. */
const PROPERTY_TYPE_KEY = /[^@]@odata\.type$/;
/** Moved by a save that changes nothing, at any depth: an expanded category or message has its own. */
const TIMESTAMP_KEYS: ReadonlySet<string> = new Set(["lastModifiedDateTime", "modifiedDateTime"]);
/** Counted up by the service with every save, on the policy itself. Deeper, a `version` is content. */
const SAVE_COUNTER_KEY = "version";

/**
 * The document in one spelling: keys in code unit order, no white space, numbers and strings as RFC 8785 writes them (which
 * is how ECMAScript does), transport annotations left out, assignments in an order of their own. Idempotent.
 */
export function canonicalText(document: JsonObject): string {
  const parts: string[] = [];
  write(withoutTransport(document), parts);
  return parts.join("");
}

/**
 * The text whose equality means "the same policy": the canonical one without save counters and timestamps, with null, `[]`,
 * `{}` and absence taken for one, the ids of assignments left out, and lists of identified things ordered by id. Never stored.
 */
export function comparableText(document: JsonObject): string {
  return comparableObject(document, (name) => name === SAVE_COUNTER_KEY);
}

/** Whether a member describes the answer rather than the policy. The bare `@odata.type` does not: it tells what the object is. */
export function isTransportKey(name: string): boolean {
  // Most names have neither sign: looking for them costs less than the expressions, which only match names that do.
  if (!name.includes("@") && !name.startsWith("#")) return false;
  return TRANSPORT_KEY.test(name) || PROPERTY_TYPE_KEY.test(name);
}

function withoutTransport(value: JsonValue, key = ""): JsonValue {
  if (Array.isArray(value)) {
    const items = value.map((item) => withoutTransport(item));
    return key === "assignments" ? sortedBy(items, assignmentOrder) : items;
  }
  if (!isJsonObject(value)) return value;
  const kept: [string, JsonValue][] = [];
  for (const [name, member] of Object.entries(value)) {
    if (isTransportKey(name)) continue;
    kept.push([name, withoutTransport(member, name)]);
  }
  return Object.fromEntries(kept);
}

/** The comparable text of a value that stands under `key`; written in one pass, since every sync writes it of every policy. */
function comparable(value: JsonValue, key = ""): string {
  if (Array.isArray(value)) return comparableList(value, key);
  return isJsonObject(value) ? comparableObject(value) : JSON.stringify(value);
}

function comparableObject(object: JsonObject, isLeftOut: (name: string) => boolean = () => false): string {
  let text = "";
  for (const name of Object.keys(object).sort(compareCodeUnits)) {
    if (TIMESTAMP_KEYS.has(name) || isTransportKey(name) || isLeftOut(name)) continue;
    const member = comparable(object[name] ?? null, name);
    if (!EMPTY_TEXTS.has(member)) text += `${text === "" ? "" : ","}${JSON.stringify(name)}:${member}`;
  }
  return `{${text}}`;
}

function comparableList(list: JsonValue[], key: string): string {
  if (key === "assignments")
    return `[${list
      .map((item) => comparable(withoutId(item)))
      .sort(compareCodeUnits)
      .join(",")}]`;
  const texts = list.map((item) => comparable(item));
  // Sub-resources have ids and no promised order; settings carry their position as id. Sorting either loses nothing.
  return `[${(list.length > 1 && list.every(hasId) ? byId(list, texts) : texts).join(",")}]`;
}

function byId(list: readonly JsonValue[], texts: readonly string[]): string[] {
  return list
    .map((item, index) => ({ id: idOf(item), text: texts[index] ?? "" }))
    .sort((a, b) => compareCodeUnits(`${a.id}\n${a.text}`, `${b.id}\n${b.text}`))
    .map(({ text }) => text);
}

/** By target first and id last, so that an assignment made anew under another id keeps its place. */
function assignmentOrder(assignment: JsonValue): string {
  return `${rfc8785Text(withoutId(assignment))}\n${rfc8785Text(assignment)}`;
}

function withoutId(item: JsonValue): JsonValue {
  if (!isJsonObject(item)) return item;
  const { id: _id, ...rest } = item;
  return rest;
}

function hasId(item: JsonValue): boolean {
  return isJsonObject(item) && typeof item["id"] === "string";
}

function idOf(item: JsonValue): string {
  const id = isJsonObject(item) ? item["id"] : null;
  return typeof id === "string" ? id : "";
}

/** The texts of what `isEmpty`. */
const EMPTY_TEXTS: ReadonlySet<string> = new Set(["null", "[]", "{}"]);

/** What says as little as an absent member: null, `[]` and `{}`. */
export function isEmpty(value: JsonValue): boolean {
  if (value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.keys(value).length === 0;
}

/** Any JSON in the spelling of RFC 8785, nothing left out: equal values give equal texts. */
export function rfc8785Text(value: JsonValue): string {
  const parts: string[] = [];
  write(value, parts);
  return parts.join("");
}
export { rfc8785Text as spelled };

function sortedBy(items: JsonValue[], order: (item: JsonValue) => string): JsonValue[] {
  return items
    .map((item) => ({ item, rank: order(item) }))
    .toSorted((a, b) => compareCodeUnits(a.rank, b.rank))
    .map(({ item }) => item);
}

/** The order that does not depend on a locale. */
export function compareCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function write(value: JsonValue, parts: string[]): void {
  if (Array.isArray(value)) {
    parts.push("[");
    value.forEach((item, index) => {
      if (index > 0) parts.push(",");
      write(item, parts);
    });
    parts.push("]");
  } else if (isJsonObject(value)) {
    parts.push("{");
    Object.keys(value)
      .toSorted(compareCodeUnits)
      .forEach((name, index) => {
        parts.push(index > 0 ? "," : "", JSON.stringify(name), ":");
        write(value[name] ?? null, parts);
      });
    parts.push("}");
  } else {
    parts.push(JSON.stringify(value));
  }
}
