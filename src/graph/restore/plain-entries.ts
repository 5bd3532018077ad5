/**
 * Gives the entries of collections inside a policy a plain form: without the ids and dates that the service adds, and in one
 * order, since Graph promises none. An entry as it is read and the body that makes it give the same form.
 */
import { rfc8785Text } from "../../policies/canonical-json.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../policies/json-value.ts";
import { omaReference } from "../oma-secrets.ts";
import { gapOf } from "./gaps.ts";
import { bareTypeOf, objectsOf, only, textOf, without } from "./document-members.ts";

export interface EntryRule {
  plain: (entry: JsonObject) => JsonObject;
  /** Of equal entries equal, whatever the order of their members. Equal orders keep the order that they came in. */
  order: (plain: JsonObject) => string;
}

const NOBODY = "00000000-0000-0000-0000-000000000000";
const OWN = ["id", "createdDateTime", "lastModifiedDateTime"];

/** A setting's position, which is its id, is the service's; most definitions are set once in a policy. */
const setting: EntryRule = {
  plain: (entry) => without(entry, ["id"]),
  order: ({ settingInstance }) =>
    settingInstance !== undefined && isJsonObject(settingInstance)
      ? rfc8785Text([settingInstance["settingDefinitionId"] ?? null, settingInstance])
      : "",
};

/** The name of a rule is taken on POST and read back as null. */
const scheduledRule: EntryRule = {
  plain: (entry) => ({
    scheduledActionConfigurations: inOrder(
      objectsOf(entry["scheduledActionConfigurations"]).map((action) => ({
        ...without(action, OWN),
        notificationTemplateId: idOrNull(action["notificationTemplateId"]),
      })),
      (action) => rfc8785Text([action["actionType"] ?? null, action["gracePeriodHours"] ?? null, action]),
    ),
  }),
  order: rfc8785Text,
};

/** A definition value is bound by an address when it is written, and shows what it is bound to when it is read. */
const definitionValue: EntryRule = {
  plain: (entry) => ({
    enabled: entry["enabled"] ?? null,
    definition: boundTo(entry, "definition"),
    presentationValues: inOrder(
      objectsOf(entry["presentationValues"]).map((value) => ({
        ...without(value, [...OWN, "presentation", "presentation@odata.bind"]),
        presentation: boundTo(value, "presentation"),
      })),
      (value) => textOf(value["presentation"]) ?? "",
    ),
  }),
  order: (entry) => textOf(entry["definition"]) ?? "",
};

const message: EntryRule = {
  plain: (entry) => ({
    locale: (textOf(entry["locale"]) ?? "").toLowerCase(),
    ...only(entry, ["subject", "messageTemplate", "isDefault"]),
  }),
  order: (entry) => textOf(entry["locale"]) ?? "",
};

const targetedApp: EntryRule = {
  plain: (entry) => only(entry, ["mobileAppIdentifier"]),
  order: rfc8785Text,
};

const assignment: EntryRule = {
  plain: (entry) => {
    const plain = without(entry, ["id", "source", "sourceId"]);
    const target = plain["target"];
    return target !== undefined && isJsonObject(target) ? { ...plain, target: plainTarget(target) } : plain;
  },
  order: ({ target, intent }) => {
    const whom = target !== undefined && isJsonObject(target) ? target : {};
    return JSON.stringify([whom["@odata.type"], whom["groupId"], whom["collectionId"], intent]);
  },
};

function plainTarget(target: JsonObject): JsonObject {
  const filter = idOrNull(target["deviceAndAppManagementAssignmentFilterId"]);
  return filter === null ? without(target, [/^deviceAndAppManagementAssignmentFilter(Id|Type)$/]) : target;
}

/** A value that Graph hides, or that a plan leaves out, is not compared here: see the reading back. */
const omaSetting: EntryRule = {
  plain: (entry) => without(entry, ["isEncrypted", "secretReferenceValueId", ...(isHidden(entry) ? ["value"] : [])]),
  order: (entry) => textOf(entry["omaUri"]) ?? "",
};

/** The bytes of a document cannot be read; what it is can. */
const file: EntryRule = {
  plain: (entry) => only(entry, ["fileName", "language", "isDefault"]),
  order: (entry) => textOf(entry["language"]) ?? "",
};

/** By the property that holds the collection: no two families use one name for different things. */
export const ENTRY_RULES: Readonly<Record<string, EntryRule>> = {
  settings: setting,
  scheduledActionsForRule: scheduledRule,
  definitionValues: definitionValue,
  localizedNotificationMessages: message,
  apps: targetedApp,
  assignments: assignment,
  omaSettings: omaSetting,
  files: file,
};

/** The collection's entries in their plain form, in the order given: for a body. */
export function plainBodies(property: string, value: JsonValue | undefined): JsonObject[] {
  const rule = ENTRY_RULES[property];
  return rule ? objectsOf(value).map(rule.plain) : objectsOf(value);
}

/** The collection's entries in their plain form, ordered: for a comparison. A list of anything else (`settings` of an app) stays as it is. */
export function plainEntries(property: string, value: JsonValue): JsonValue {
  const rule = Object.hasOwn(ENTRY_RULES, property) ? ENTRY_RULES[property] : undefined;
  if (!rule || !Array.isArray(value) || !value.every(isJsonObject)) return value;
  return inOrder(objectsOf(value).map(rule.plain), rule.order);
}

/** Entries as they go along in a body: their ids and dates are the service's, all else is sent as it was read. */
export function withoutEntryIds(entries: JsonValue | undefined): JsonValue[] {
  return (Array.isArray(entries) ? entries : []).map((entry) => {
    if (!isJsonObject(entry)) return entry;
    const rest = without(entry, OWN);
    const actions = rest["scheduledActionConfigurations"];
    return actions === undefined ? rest : { ...rest, scheduledActionConfigurations: withoutEntryIds(actions) };
  });
}

/** Whether an OMA setting's value is Graph's placeholder, or to be filled in later. */
export function isHidden(omaSetting: JsonObject): boolean {
  const value = omaSetting["value"] ?? null;
  return omaReference(omaSetting) !== null || gapOf(value) !== null || isPlaceholder(omaSetting);
}

/** Asterisks in place of a text: a value that was encrypted when it was read. */
export function isPlaceholder(omaSetting: JsonObject): boolean {
  const value = omaSetting["value"];
  return typeof value === "string" && /^\*{4,}$/.test(value) && bareTypeOf(omaSetting).startsWith("omaSetting");
}

/** For comparing what was sent with what Graph shows of it, which is asterisks. */
export function withoutOmaValues(document: JsonObject): JsonObject {
  if (!Array.isArray(document["omaSettings"])) return document;
  return { ...document, omaSettings: objectsOf(document["omaSettings"]).map((setting) => without(setting, ["value"])) };
}

/** The id of what an entry is bound to, as read (`definition.id`) or as written (`definition@odata.bind`). */
export function boundTo(entry: JsonObject, name: "definition" | "presentation"): string | null {
  const shown = entry[name];
  if (shown !== undefined && isJsonObject(shown)) return textOf(shown["id"]);
  return /\('([^']+)'\)$/.exec(textOf(entry[`${name}@odata.bind`]) ?? "")?.[1] ?? null;
}

function idOrNull(value: JsonValue | undefined): JsonValue {
  // A gap is an id that is yet to come.
  return value === undefined || value === "" || value === NOBODY ? null : value;
}

function inOrder(entries: JsonObject[], order: (entry: JsonObject) => string): JsonObject[] {
  return entries
    .map((entry) => ({ entry, rank: order(entry) }))
    .toSorted((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0))
    .map(({ entry }) => entry);
}
