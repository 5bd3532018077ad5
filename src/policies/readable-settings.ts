/**
 * A policy's document as rows of label and value (decisions/165-settings-as-people-read-them.md). Pure. Nothing is left out but what
 * the service keeps for itself, the policy's name and description, and its assignments, which have rows of their own.
 */
import { MAX_VALUE_CHARACTERS } from "../contract/policy-diff.ts";
import type { ReadableRow } from "../contract/readable-policy.ts";
import { catalogRows, definitionsIn } from "./catalog-settings.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "./json-value.ts";
import type { MeaningRules } from "./meaning-rules.ts";
import { wordsOf } from "./plain-words.ts";
import { group, type Head, type NameOfId, type Place, shownList, shownValue } from "./readable-row.ts";

/** The rows, each below the one that it is a part of. A row holds the first `most` characters of its value. */
export function readableSettings(
  document: JsonObject,
  rules: MeaningRules,
  nameOfId: NameOfId,
  most = MAX_VALUE_CHARACTERS,
): ReadableRow[] {
  const rows: ReadableRow[] = [];
  members(document, { depth: 0, path: "", inList: false, rules, nameOfId, most, rows });
  return rows;
}

function members(owner: JsonObject, place: Place): void {
  const { rules } = place;
  if (isJsonObject(owner["settingInstance"])) {
    catalogRows(owner["settingInstance"], definitionsIn(owner["settingDefinitions"]), place);
  }
  const atRoot = place.path === "";
  for (const [name, value] of Object.entries(owner)) {
    const path = atRoot ? name : `${place.path}.${name}`;
    if (name.includes("@odata.") || rules.isServiceOwned(path) || OF_A_CATALOG_SETTING.has(name)) continue;
    if (atRoot && (name === rules.nameProperty || name === "description" || rules.assignmentProperties.has(name)))
      continue;
    if (name === "id" && place.inList && !rules.isIdentified(place.path)) continue;
    member(name, value, isSecret(name, owner), { ...place, path, inList: false });
  }
}

const OF_A_CATALOG_SETTING: ReadonlySet<string> = new Set(["settingInstance", "settingDefinitions"]);

function member(name: string, value: JsonValue, secret: boolean, place: Place): void {
  const label = wordsOf(name);
  const row = { depth: place.depth, label, labelIsName: label === name, name };
  if (isUnset(value)) place.rows.push({ ...row, state: "unset", value: null, stored: null, omitted: 0 });
  else if (secret) place.rows.push({ ...row, state: "hidden", value: null, stored: null, omitted: 0 });
  else if (Array.isArray(value)) list(row, value, place);
  else if (isJsonObject(value)) {
    place.rows.push(group(row));
    members(value, { ...place, depth: place.depth + 1 });
  } else place.rows.push({ ...row, ...shownValue(value, name, place) });
}

function list(row: Head, values: readonly JsonValue[], place: Place): void {
  if (values.every((value) => !isJsonObject(value) && !Array.isArray(value))) {
    place.rows.push({ ...row, ...shownList(values, row.name, place) });
    return;
  }
  // Settings of the catalog say by themselves what they are: no heading, and no numbers.
  if (values.every((value) => isJsonObject(value) && isJsonObject(value["settingInstance"]))) {
    for (const value of values) if (isJsonObject(value)) members(value, { ...place, inList: true });
    return;
  }
  place.rows.push(group(row));
  for (const [at, value] of values.entries()) {
    const called = isJsonObject(value) ? nameIn(value) : null;
    const label = called ?? String(at + 1);
    const head = { depth: place.depth + 1, label, labelIsName: false, name: "" };
    if (isJsonObject(value)) {
      place.rows.push(group(head));
      members(value, { ...place, depth: place.depth + 2, inList: true });
    } else if (Array.isArray(value)) list(head, value, { ...place, depth: place.depth + 1 });
    else place.rows.push({ ...head, ...shownValue(value, "", place) });
  }
}

/** What people call the element of a list, where it tells. */
function nameIn(element: JsonObject): string | null {
  const definition = element["definition"] ?? null;
  const told = [element["displayName"], element["name"], isJsonObject(definition) ? definition["displayName"] : null];
  return told.filter((name) => typeof name === "string").find((name) => name.trim() !== "") ?? null;
}

function isUnset(value: JsonValue): boolean {
  return value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

/** Documents hold no secrets that Graph knows to be some; a name that says so hides what stands there all the same. */
const SECRET_NAME = /(password|passphrase|secret|presharedkey|privatekey|clientkey|credential|token)$/i;

function isSecret(name: string, owner: JsonObject): boolean {
  if (name === "value" && (owner["isEncrypted"] === true || typeof owner["valueState"] === "string")) return true;
  return typeof owner[name] === "string" && SECRET_NAME.test(name);
}
