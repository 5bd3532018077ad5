/** Steps that bring one collection of a policy to what is wanted. What is there already is left alone. */
import type { JsonObject, JsonValue } from "../../policies/json-value.ts";
import { isSame } from "./differences.ts";
import { ENTRY_RULES, boundTo, plainBodies, plainEntries } from "./entries.ts";
import type { Subject } from "./rule.ts";
import { adds, changes, POLICY_ID, removes, sets, type RestoreStep } from "./steps.ts";
import { objectsOf, only, textOf, without } from "./values.ts";

type Updated = Subject & { target: JsonObject };

/** Whether a collection of the target is as wanted already. */
export function isCollectionSame({ wanted, target }: Updated, property: string): boolean {
  const expected = plainEntries(property, wanted[property] ?? null);
  return isSame({ [property]: expected }, { [property]: plainEntries(property, target[property] ?? null) });
}

/** One POST for each definition value: the shell has none. */
export function definitionValueSteps({ collection, wanted, graphUrl }: Subject): RestoreStep[] {
  return objectsOf(wanted["definitionValues"]).map((value, index) =>
    adds(
      `definition value ${index + 1}`,
      `${collection}/${POLICY_ID}/definitionValues`,
      "definitionValues",
      definitionValueBody(value, graphUrl),
    ),
  );
}

/** One request for all that differs, so that no device meets the policy half changed. */
export function definitionValueChanges(subject: Updated): RestoreStep[] {
  const { collection, graphUrl, wanted, target } = subject;
  if (isCollectionSame(subject, "definitionValues")) return [];
  const present = new Map(objectsOf(target["definitionValues"]).map((value) => [boundTo(value, "definition"), value]));
  const added: JsonValue[] = [];
  const updated: JsonValue[] = [];
  for (const value of objectsOf(wanted["definitionValues"])) {
    const definition = boundTo(value, "definition");
    const old = present.get(definition);
    present.delete(definition);
    if (!old) added.push(definitionValueBody(value, graphUrl));
    else if (!isEntrySame("definitionValues", value, old))
      updated.push({ ...definitionValueBody(value, graphUrl), id: old["id"] ?? null });
  }
  const deletedIds = [...present.values()].map((value) => value["id"] ?? null);
  return [
    {
      name: "definition values",
      method: "POST",
      path: `${collection}/${POLICY_ID}/updateDefinitionValues`,
      body: { added, updated, deletedIds },
      effect: { kind: "rearranges", property: "definitionValues" },
    },
  ];
}

function definitionValueBody(value: JsonObject, graphUrl: string): JsonObject {
  const definition = `${graphUrl}/beta/deviceManagement/groupPolicyDefinitions('${boundTo(value, "definition") ?? ""}')`;
  return {
    enabled: value["enabled"] ?? false,
    "definition@odata.bind": definition,
    presentationValues: objectsOf(value["presentationValues"]).map((presented) => ({
      ...without(presented, ["id", "createdDateTime", "lastModifiedDateTime", "presentation"]),
      "presentation@odata.bind": `${definition}/presentations('${boundTo(presented, "presentation") ?? ""}')`,
    })),
  };
}

const MESSAGES = "localizedNotificationMessages";

export function messageSteps({ collection, wanted }: Subject): RestoreStep[] {
  return objectsOf(wanted[MESSAGES]).map((message) => addedMessage(collection, message));
}

export function messageChanges({ collection, wanted, target }: Updated): RestoreStep[] {
  const path = `${collection}/${POLICY_ID}/${MESSAGES}`;
  const present = new Map(objectsOf(target[MESSAGES]).map((message) => [localeOf(message), message]));
  const steps: RestoreStep[] = [];
  for (const message of objectsOf(wanted[MESSAGES])) {
    const locale = localeOf(message);
    const old = present.get(locale);
    present.delete(locale);
    if (!old) steps.push(addedMessage(collection, message));
    else if (!isEntrySame(MESSAGES, message, old)) {
      const body = only(message, ["subject", "messageTemplate", "isDefault"]);
      steps.push(changes(`message ${locale}`, `${path}/${idSegment(old)}`, MESSAGES, body));
    }
  }
  for (const [locale, old] of present)
    steps.push(removes(`no message ${locale}`, `${path}/${idSegment(old)}`, MESSAGES));
  return steps;
}

function addedMessage(collection: string, message: JsonObject): RestoreStep {
  const body = only(message, ["locale", "subject", "messageTemplate", "isDefault"]);
  return adds(`message ${localeOf(message)}`, `${collection}/${POLICY_ID}/${MESSAGES}`, MESSAGES, body);
}

function localeOf(message: JsonObject): string {
  return (textOf(message["locale"]) ?? "").toLowerCase();
}

/** Apps that are listed one by one; a named group ("allMicrosoftApps") is filled by the service. */
export function isListedOneByOne(document: JsonObject): boolean {
  const group = textOf(document["appGroupType"]);
  return group === null || group === "selectedPublicApps";
}

export function targetedAppSteps(subject: Subject): RestoreStep[] {
  const { collection, wanted, target } = subject;
  const listed = isListedOneByOne(wanted);
  const apps = listed ? plainBodies("apps", wanted["apps"]) : [];
  const wants = { ...only(wanted, ["appGroupType"]), ...(listed ? { apps: plainEntries("apps", apps) } : {}) };
  const has = target ? { ...target, apps: plainEntries("apps", target["apps"] ?? []) } : {};
  if (isSame(wants, has)) return [];
  const path = `${collection}/${POLICY_ID}/targetApps`;
  return [sets("target apps", path, "apps", { apps, ...only(wanted, ["appGroupType"]) })];
}

function isEntrySame(property: string, wanted: JsonObject, present: JsonObject): boolean {
  const rule = ENTRY_RULES[property];
  return rule !== undefined && isSame(rule.plain(wanted), rule.plain(present));
}

export function idSegment(entry: JsonObject): string {
  return encodeURIComponent(textOf(entry["id"]) ?? "");
}
