/** Administrative templates. Graph: groupPolicyConfiguration, with its groupPolicyDefinitionValue. */
import type { JsonObject, JsonValue } from "../../policies/json-value.ts";
import { objectsOf, only, without } from "../restore/document-members.ts";
import { boundTo } from "../restore/entries.ts";
import { adds, POLICY_ID, type RestoreStep } from "../restore/restore-step.ts";
import { block, type Subject, type UpdatedSubject } from "../restore/rule.ts";
import { ASSIGNMENTS, family, WINDOWS, type ChildCollection } from "./family.ts";

const VALUES = "definitionValues";

const DEFINITION_VALUES: ChildCollection = {
  property: VALUES,
  path: "/definitionValues",
  query: "?$expand=definition",
  children: [
    { property: "presentationValues", path: "/presentationValues", query: "?$expand=presentation", children: [] },
  ],
};

export const adminTemplates = family({
  key: "adminTemplates",
  label: "Administrative templates",
  path: "/deviceManagement/groupPolicyConfigurations",

  reading: {
    permission: "DeviceManagementConfiguration.Read.All",
    children: [DEFINITION_VALUES, ASSIGNMENTS],
  },

  meaning: {
    platform: WINDOWS,
    serviceOwned: ["policyConfigurationIngestionType"],
    ordered: ["presentationValues.values"],
  },

  inFiles: {
    type: "groupPolicyConfiguration",
    folders: ["administrativetemplates", "admintemplates", "grouppolicyconfigurations"],
    looksLike: (document) => "definitionValues" in document,
  },

  restore: {
    permission: "DeviceManagementConfiguration.ReadWrite.All",
    readOnly: ["policyConfigurationIngestionType"],
    apart: [VALUES],
    blocked: ({ wanted }) => {
      const unbound = objectsOf(wanted[VALUES]).some(
        (value) =>
          boundTo(value, "definition") === null ||
          objectsOf(value["presentationValues"]).some((presented) => boundTo(presented, "presentation") === null),
      );
      return unbound
        ? block("incomplete_document", "A setting of the stored policy does not tell which definition it belongs to.")
        : null;
    },
    afterCreate: addedValues,
    afterUpdate: changedValues,
  },
});

/** One POST for each definition value: the shell has none. */
function addedValues({ collection, wanted, graphUrl }: Subject): RestoreStep[] {
  return objectsOf(wanted[VALUES]).map((value, index) =>
    adds(
      `definition value ${index + 1}`,
      `${collection}/${POLICY_ID}/definitionValues`,
      VALUES,
      definitionValueBody(value, graphUrl),
    ),
  );
}

/** One request for all that differs, so that no device meets the policy half changed. */
function changedValues(subject: UpdatedSubject): RestoreStep[] {
  const { collection, graphUrl, wanted, target } = subject;
  if (!subject.differs(VALUES)) return [];
  const present = new Map(objectsOf(target[VALUES]).map((value) => [boundTo(value, "definition"), value]));
  const added: JsonValue[] = [];
  const updated: JsonValue[] = [];
  for (const value of objectsOf(wanted[VALUES])) {
    const definition = boundTo(value, "definition");
    const old = present.get(definition);
    present.delete(definition);
    if (!old) added.push(definitionValueBody(value, graphUrl));
    else if (!subject.isSameEntry(VALUES, value, old))
      updated.push({ ...definitionValueBody(value, graphUrl), id: old["id"] ?? null });
  }
  const deletedIds = [...present.values()].map((value) => value["id"] ?? null);
  return [
    {
      name: "definition values",
      method: "POST",
      path: `${collection}/${POLICY_ID}/updateDefinitionValues`,
      body: { added, updated, deletedIds },
      effect: { kind: "rearranges", property: VALUES },
    },
  ];
}

function definitionValueBody(value: JsonObject, graphUrl: string): JsonObject {
  const definition = `${graphUrl}/beta/deviceManagement/groupPolicyDefinitions('${boundTo(value, "definition") ?? ""}')`;
  return {
    enabled: value["enabled"] ?? false,
    ...only(value, ["configurationType"]),
    "definition@odata.bind": definition,
    presentationValues: objectsOf(value["presentationValues"]).map((presented) => ({
      ...without(presented, ["id", "createdDateTime", "lastModifiedDateTime", "presentation"]),
      "presentation@odata.bind": `${definition}/presentations('${boundTo(presented, "presentation") ?? ""}')`,
    })),
  };
}
