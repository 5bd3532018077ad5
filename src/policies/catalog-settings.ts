/**
 * Settings of the settings catalog as rows. A document names settings and choices by the ids of their definitions; labels come from
 * definitions that it carries (`settingDefinitions`, as Graph tells them with `$expand`), and otherwise the ids stand for themselves.
 */
import type { ReadableRow } from "../contract/readable-policy.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "./json-value.ts";
import { group, type Head, type Place, shownList, shownValue } from "./readable-row.ts";

interface Definition {
  label: string;
  /** Labels of choices by their ids. */
  options: ReadonlyMap<string, string>;
}
export type Definitions = ReadonlyMap<string, Definition>;

/** What a document tells of definitions; empty for most. */
export function definitionsIn(value: JsonValue | undefined): Definitions {
  const found = new Map<string, Definition>();
  for (const definition of Array.isArray(value) ? value : []) {
    if (!isJsonObject(definition)) continue;
    const [id, label] = [textIn(definition, "id"), textIn(definition, "displayName")];
    if (id === null || label === null) continue;
    const options = definition["options"];
    const told = (Array.isArray(options) ? options : []).flatMap((option): [string, string][] => {
      if (!isJsonObject(option)) return [];
      const [itemId, name] = [textIn(option, "itemId"), textIn(option, "displayName")];
      return itemId === null || name === null ? [] : [[itemId, name]];
    });
    found.set(id, { label, options: new Map(told) });
  }
  return found;
}

/** The rows of one setting and of all that hangs on it. */
export function catalogRows(instance: JsonObject, definitions: Definitions, place: Place): void {
  const id = textIn(instance, "settingDefinitionId") ?? "";
  const definition = definitions.get(id);
  const label = definition?.label ?? id;
  const head = { depth: place.depth, label, labelIsName: label === id, name: id };
  const below = { ...place, depth: place.depth + 1 };
  for (const [kind, value] of Object.entries(instance)) {
    switch (kind) {
      case "choiceSettingValue":
        if (isJsonObject(value)) choice(head, value, definitions, place);
        break;
      case "choiceSettingCollectionValue":
        place.rows.push(group(head));
        for (const each of objectsIn(value)) {
          choice({ ...head, depth: below.depth, label: "Choice", labelIsName: false }, each, definitions, below);
        }
        break;
      case "simpleSettingValue":
        if (isJsonObject(value)) place.rows.push(simple(head, value, place));
        break;
      case "simpleSettingCollectionValue":
        place.rows.push(simpleList(head, objectsIn(value), place));
        break;
      case "groupSettingValue":
        place.rows.push(group(head));
        if (isJsonObject(value)) children(value, definitions, below);
        break;
      case "groupSettingCollectionValue":
        place.rows.push(group(head));
        groups(objectsIn(value), definitions, below);
        break;
      default:
    }
  }
}

/** The definition's label of the choice; without one, what its id has beyond the id of the setting. */
function choice(head: Head, value: JsonObject, definitions: Definitions, place: Place): void {
  const chosen = textIn(value, "value") ?? "";
  const label = definitions.get(head.name)?.options.get(chosen);
  const short = chosen.startsWith(`${head.name}_`) ? chosen.slice(head.name.length + 1) : chosen;
  const shown = label ?? short;
  const unset = chosen === "";
  place.rows.push({
    ...head,
    state: unset ? "unset" : "value",
    value: unset ? null : shown,
    stored: unset || shown === chosen ? null : chosen,
    omitted: 0,
  });
  children(value, definitions, { ...place, depth: head.depth + 1 });
}

function simple(head: Head, value: JsonObject, place: Place): ReadableRow {
  if (isSecret(value)) return { ...head, state: "hidden", value: null, stored: null, omitted: 0 };
  return { ...head, ...shownValue(value["value"] ?? null, "value", place) };
}

function simpleList(head: Head, values: readonly JsonObject[], place: Place): ReadableRow {
  if (values.some(isSecret)) return { ...head, state: "hidden", value: null, stored: null, omitted: 0 };
  if (values.length === 0) return { ...head, state: "unset", value: null, stored: null, omitted: 0 };
  return {
    ...head,
    ...shownList(
      values.map((each) => each["value"] ?? null),
      "value",
      place,
    ),
  };
}

/** Of a secret Intune tells a token, which is nobody's to read. */
function isSecret(value: JsonObject): boolean {
  return typeof value["valueState"] === "string" || (textIn(value, "@odata.type") ?? "").includes("SecretSettingValue");
}

/** One group stands for itself; several are numbered. */
function groups(values: readonly JsonObject[], definitions: Definitions, place: Place): void {
  for (const [at, value] of values.entries()) {
    if (values.length === 1) {
      children(value, definitions, place);
      continue;
    }
    place.rows.push(group({ depth: place.depth, label: String(at + 1), labelIsName: false, name: "" }));
    children(value, definitions, { ...place, depth: place.depth + 1 });
  }
}

function children(value: JsonObject, definitions: Definitions, place: Place): void {
  for (const child of objectsIn(value["children"])) catalogRows(child, definitions, place);
}

function objectsIn(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

function textIn(owner: JsonObject, name: string): string | null {
  const value = owner[name];
  return typeof value === "string" && value !== "" ? value : null;
}
