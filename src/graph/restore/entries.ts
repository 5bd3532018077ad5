/** The entries of collections inside a policy, as they go along in a body. */
import { isJsonObject, type JsonObject, type JsonValue } from "../../policies/json-value.ts";
import { objectsOf, textOf, without } from "./document-members.ts";

const OWN = ["id", "createdDateTime", "lastModifiedDateTime"];
const NO_FILTER: ReadonlySet<JsonValue | undefined> = new Set([
  undefined,
  null,
  "",
  "00000000-0000-0000-0000-000000000000",
]);

/** Their ids and dates are the service's, all else is sent as it was read. */
export function withoutEntryIds(entries: JsonValue | undefined): JsonValue[] {
  return (Array.isArray(entries) ? entries : []).map((entry) => {
    if (!isJsonObject(entry)) return entry;
    const rest = without(entry, OWN);
    const actions = rest["scheduledActionConfigurations"];
    return actions === undefined ? rest : { ...rest, scheduledActionConfigurations: withoutEntryIds(actions) };
  });
}

/** Assignments without what the service adds, and without a filter where they have none. */
export function assignmentBodies(assignments: JsonValue | undefined): JsonObject[] {
  return objectsOf(assignments).map((assignment) => {
    const body = without(assignment, ["id", "source", "sourceId"]);
    const target = body["target"];
    if (target === undefined || !isJsonObject(target)) return body;
    const filtered = !NO_FILTER.has(target["deviceAndAppManagementAssignmentFilterId"]);
    return {
      ...body,
      target: filtered ? target : without(target, [/^deviceAndAppManagementAssignmentFilter(Id|Type)$/]),
    };
  });
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

/** The entry's id as it stands in a path. */
export function idSegment(entry: JsonObject): string {
  return encodeURIComponent(textOf(entry["id"]) ?? "");
}
