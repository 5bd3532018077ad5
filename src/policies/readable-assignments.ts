/** To whom a policy is given, as rows. Pure. */
import type { ReadableAssignment } from "../contract/readable-policy.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "./json-value.ts";
import type { MeaningRules } from "./meaning-rules.ts";

const TARGETS: Readonly<Record<string, ReadableAssignment["target"]>> = {
  groupAssignmentTarget: "group",
  exclusionGroupAssignmentTarget: "excludedGroup",
  allDevicesAssignmentTarget: "allDevices",
  allLicensedUsersAssignmentTarget: "allUsers",
};

/** Null when the document holds no list of assignments: its family has none, or they were not read. */
export function readableAssignments(
  document: JsonObject,
  rules: MeaningRules,
  nameOf: (kind: "group" | "filter", id: string) => string | null,
): ReadableAssignment[] | null {
  const lists = [...rules.assignmentProperties].map((name) => document[name]).filter((list) => Array.isArray(list));
  if (lists.length === 0) return null;
  return lists.flat().map((assignment): ReadableAssignment => {
    const owner = isJsonObject(assignment) ? assignment : {};
    const target = isJsonObject(owner["target"]) ? owner["target"] : owner;
    const targetType = text(target["@odata.type"])?.replace(/^#microsoft\.graph\./, "") ?? "";
    const groupId = text(target["groupId"]);
    const kind = Object.hasOwn(TARGETS, targetType)
      ? (TARGETS[targetType] ?? "other")
      : groupId === null
        ? "other"
        : "group";
    const filterId = text(target["deviceAndAppManagementAssignmentFilterId"]);
    return {
      target: kind,
      targetType,
      group: groupId === null ? null : { id: groupId, name: nameOf("group", groupId) },
      filter:
        filterId === null || filterId === NO_FILTER
          ? null
          : {
              id: filterId,
              name: nameOf("filter", filterId),
              mode: text(target["deviceAndAppManagementAssignmentFilterType"]),
            },
      intent: text(owner["intent"]),
    };
  });
}

const NO_FILTER = "00000000-0000-0000-0000-000000000000";

function text(value: JsonValue | undefined): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
