/** Assignment filters. Graph: deviceAndAppManagementAssignmentFilter. Their `payloads` say where they are used. */
import { lacking, NOT_ASSIGNED } from "../restore/rule.ts";
import { family } from "./family.ts";

export const filters = family({
  key: "filters",
  label: "Assignment filters",
  path: "/deviceManagement/assignmentFilters",

  reading: { permission: "DeviceManagementConfiguration.Read.All" },

  meaning: { platform: { kind: "property", property: "platform" }, serviceOwned: ["payloads"] },

  inFiles: {
    type: "deviceAndAppManagementAssignmentFilter",
    folders: ["assignmentfilters", "filters"],
    looksLike: (document) => "rule" in document && "platform" in document,
  },

  referenceKind: "filter",

  restore: {
    permission: "DeviceManagementConfiguration.ReadWrite.All",
    stage: 20,
    assign: NOT_ASSIGNED,
    readOnly: ["payloads"],
    immutable: ["platform", "assignmentFilterManagementType"],
    blocked: (subject) => lacking(subject, ["platform", "rule"]),
  },
});
