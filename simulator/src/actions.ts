/** Actions on a policy and writes to its sub-resources: assign, setPriority, targetApps, definition values, messages. */
import { type Answer, type Context, NO_CONTENT, ok } from "./context.ts";
import { writeMethod, writeSynchronization } from "./directory-writes.ts";
import { bareType, type Family } from "./family.ts";
import { badRequest, methodNotAllowed, notFound, unknownSegment } from "./graph-reply.ts";
import { boundId, definitionValue, numbered } from "./intake.ts";
import { type Doc, docList, isDoc, text } from "./json.ts";
import { presentPart } from "./presenting.ts";
import { refuseSecondForAllDevices, refuseUnknownMessages, refuseUnknownTargets } from "./references.ts";
import { checkBody, checkParameters } from "./schema/check-body.ts";
import { propertyOf } from "./schema/schema.ts";
import { contextUrl } from "./reads.ts";
import type { Policy } from "./store.ts";
import { checkScheduledActions } from "./validation.ts";
import { bodyOf, type FamilyTarget, keepChanged, refuseBuiltIn } from "./write-rules.ts";

const ASSIGNED_ONE_BY_ONE: ReadonlySet<string> = new Set(["autopilot", "terms", "appleUserEnrollment"]);

/** Families' actions that replace what is done about a policy that a device does not comply with, and where the body has it. */
const SCHEDULED_BY: Partial<Record<string, Record<string, string>>> = {
  compliance: { scheduleActionsForRules: "deviceComplianceScheduledActionForRules" },
  complianceLinux: { setScheduledActions: "scheduledActions" },
};

export function runAction(context: Context, target: FamilyTarget, id: string, policy: Policy): Answer {
  const { family, segments } = target;
  const action = segments[1] ?? "";
  if (action === "definitionValues" && family.key === "adminTemplates")
    return writeItem(context, target, id, policy, action, checkDefinitionValue);
  if (action === "localizedNotificationMessages" && family.key === "notifications")
    return writeItem(context, target, id, policy, action, checkMessage);
  if (action === "assignments" && ASSIGNED_ONE_BY_ONE.has(family.key))
    return writeItem(context, target, id, policy, action, (assignment) => {
      checkAssignment(assignment);
      refuseUnknownTargets(context.store, [assignment]);
      refuseSecondForAllDevices(context.store, family, id, assignment);
    });
  if (action === "authenticationMethodConfigurations" && family.key === "authMethods")
    return writeMethod(context, target, id, policy);
  if (action === "identitySynchronization" && family.key === "crossTenantPartners")
    return writeSynchronization(context, target, id, policy);
  if (context.request.method !== "POST") throw methodNotAllowed(context.request.method, context.request.path);
  if (segments.length > 2) throw unknownSegment(segments[2] ?? "");
  const name = action.replace(/^microsoft\.graph\./, "");
  const parameters = parametersOf(context, family, policy)[name];
  if (parameters === undefined) throw unknownSegment(action);
  checkParameters(context.request.version, name, parameters, bodyOf(context));
  if (name === "assign" && family.assignKey !== null) return assign(context, family, family.assignKey, id, policy);
  if (name === "updateSettings" && family.key === "intents") return updateSettings(context, family, id, policy);
  if (name === "setPriority" && "priority" in policy.doc) return setPriority(context, family, id, policy);
  if (name === "targetApps" && (family.key === "appProtection" || family.key === "appConfigApps"))
    return targetApps(context, family, id, policy);
  const rulesKey = SCHEDULED_BY[family.key]?.[name];
  if (rulesKey !== undefined) {
    const rules = checkScheduledActions(bodyOf(context)[rulesKey], rulesKey);
    refuseUnknownMessages(context.store, rules);
    return replacePart(context, family, id, policy, name, "scheduledActionsForRule", rules);
  }
  if (name === "updateDefinitionValues" && family.key === "adminTemplates")
    return updateDefinitionValues(context, family, id, policy);
  if (name === "updateAllowedCombinations" && family.key === "authStrengths")
    return updateCombinations(context, family, id, policy);
  throw unknownSegment(action);
}

function entityType(family: Family, policy: Policy): string {
  return bareType(text(policy.doc["@odata.type"]) ?? family.types[0] ?? "");
}

/** The type of the entries of a policy's sub-resource. */
function partType(context: Context, family: Family, policy: Policy, part: string): string {
  const property = propertyOf(context.request.version, entityType(family, policy), part);
  if (property === null) throw unknownSegment(part);
  return property.type;
}

/** What the actions of a policy take, by Microsoft's reference: Microsoft's types do not name them. */
function parametersOf(context: Context, family: Family, policy: Policy): Record<string, Record<string, string>> {
  const parameters: Record<string, Record<string, string>> = {
    setPriority: { priority: "i" },
    updateSettings: { settings: "deviceManagementSettingInstance[]" },
    targetApps: { apps: "managedMobileApp[]", appGroupType: "targetedManagedAppGroupType" },
    scheduleActionsForRules: { deviceComplianceScheduledActionForRules: "deviceComplianceScheduledActionForRule[]" },
    setScheduledActions: { scheduledActions: "deviceManagementComplianceScheduledActionForRule[]" },
    updateDefinitionValues: {
      added: "groupPolicyDefinitionValue[]",
      updated: "groupPolicyDefinitionValue[]",
      deletedIds: "s[]",
    },
    updateAllowedCombinations: { allowedCombinations: "authenticationMethodModes[]" },
  };
  if (family.assignKey !== null)
    parameters["assign"] = {
      [family.assignKey]: `${partType(context, family, policy, "assignments")}[]`,
    };
  return parameters;
}

function replacePart(
  context: Context,
  family: Family,
  id: string,
  policy: Policy,
  verb: string,
  part: string,
  items: readonly Doc[],
): Answer {
  context.store.putPart(family, id, part, numbered(part, items, id));
  keepChanged(context, family, id, policy, verb);
  return NO_CONTENT;
}

const TARGETS = new Set([
  "groupAssignmentTarget",
  "exclusionGroupAssignmentTarget",
  "allDevicesAssignmentTarget",
  "allLicensedUsersAssignmentTarget",
  "configurationManagerCollectionAssignmentTarget",
  "scopeTagGroupAssignmentTarget",
  "cloudPcManagementGroupAssignmentTarget",
]);

function checkAssignment(assignment: Doc): void {
  const target = assignment["target"];
  if (!isDoc(target)) throw badRequest("The property 'target' is required on an assignment.");
  const type = bareType(text(target["@odata.type"]) ?? "");
  if (!TARGETS.has(type))
    throw badRequest(
      `The type '${String(target["@odata.type"])}' is not a valid assignment target. Property: 'target'.`,
    );
  const toGroup = type === "groupAssignmentTarget" || type === "exclusionGroupAssignmentTarget";
  if (toGroup && text(target["groupId"]) === undefined)
    throw badRequest("The property 'groupId' is required on a group assignment target.");
}

/** Families that answer an assign with the assignments rather than with nothing. */
const ANSWERS_ASSIGNMENTS = new Set([
  "deviceConfiguration",
  "settingsCatalog",
  "compliance",
  "complianceLinux",
  "adminTemplates",
]);

function assign(context: Context, family: Family, key: string, id: string, policy: Policy): Answer {
  refuseBuiltIn(family, id, policy, "assigned");
  const body = bodyOf(context);
  const assignments = docList(body[key]);
  if (!(key in body) || assignments === undefined) throw badRequest(`The property '${key}' is required.`);
  assignments.forEach(checkAssignment);
  if (policy.doc["publishingState"] === "processing")
    throw badRequest(`The app '${id}' is not published yet: assign it when its 'publishingState' is 'published'.`);
  if (family.key === "apps") checkAppAssignments(entityType(family, policy), assignments);
  refuseUnknownTargets(context.store, assignments);
  const items = numbered(
    "assignments",
    assignments.map(({ id: _given, ...rest }) => rest),
    id,
  );
  context.store.putPart(family, id, "assignments", items);
  if ("isAssigned" in policy.doc) policy.doc["isAssigned"] = items.length > 0;
  keepChanged(context, family, id, policy, "assign");
  return ANSWERS_ASSIGNMENTS.has(family.key)
    ? ok({ "@odata.context": contextUrl(context, "assignments"), value: items })
    : NO_CONTENT;
}

const EDGE_APPS = new Set(["windowsMicrosoftEdgeApp", "macOSMicrosoftEdgeApp"]);

function checkAppAssignments(type: string, assignments: readonly Doc[]): void {
  for (const { intent, target } of assignments) {
    if (text(intent) === undefined) throw badRequest("The property 'intent' is required on an app's assignment.");
    const filters =
      isDoc(target) && Object.keys(target).find((name) => name.startsWith("deviceAndAppManagementAssignmentFilter"));
    if (EDGE_APPS.has(type) && filters)
      throw badRequest(`Assignment filters are not supported for 'microsoft.graph.${type}'. Property: '${filters}'.`);
  }
}

/** Settings of an intent are set by their definition, and unset by a value of null. */
function updateSettings(context: Context, family: Family, id: string, policy: Policy): Answer {
  const given = docList(bodyOf(context)["settings"]);
  if (given === undefined) throw badRequest("The property 'settings' must be a collection.");
  let settings = policy.parts["settings"] ?? [];
  for (const setting of given) {
    const definitionId = text(setting["definitionId"]);
    const valueJson = text(setting["valueJson"]);
    if (definitionId === undefined || valueJson === undefined)
      throw badRequest("The properties 'settings/definitionId' and 'settings/valueJson' are required.");
    if ("id" in setting || "value" in setting)
      throw badRequest("The properties 'settings/id' and 'settings/value' are read-only.");
    settings = settings.filter((present) => present["definitionId"] !== definitionId);
    const value: unknown = JSON.parse(valueJson);
    if (value !== null) settings = [...settings, { ...setting, id: crypto.randomUUID(), value }];
  }
  return replacePart(context, family, id, policy, "updateSettings", "settings", settings);
}

function setPriority(context: Context, family: Family, id: string, policy: Policy): Answer {
  const { priority } = bodyOf(context);
  if (policy.doc["priority"] === 0)
    throw badRequest("The default enrollment configuration has priority 0 for good. Property: 'priority'.");
  if (typeof priority !== "number" || !Number.isInteger(priority) || priority < 1)
    throw badRequest("The property 'priority' must be an integer of 1 or more.");
  policy.doc["priority"] = priority;
  keepChanged(context, family, id, policy, "setPriority");
  return NO_CONTENT;
}

function targetApps(context: Context, family: Family, id: string, policy: Policy): Answer {
  const body = bodyOf(context);
  const apps = docList(body["apps"]);
  if (!("apps" in body) || apps === undefined) throw badRequest("The property 'apps' is required.");
  for (const app of apps) {
    if ("id" in app || "version" in app)
      throw badRequest(`The property 'apps/${"id" in app ? "id" : "version"}' is read-only.`);
    if (!isDoc(app["mobileAppIdentifier"])) throw badRequest("The property 'apps/mobileAppIdentifier' is required.");
  }
  if (body["appGroupType"] !== undefined) policy.doc["appGroupType"] = body["appGroupType"];
  policy.doc["deployedAppCount"] = apps.length;
  return replacePart(context, family, id, policy, "targetApps", "apps", apps);
}

function checkDefinitionValue(value: Doc, isNew: boolean): void {
  if (typeof value["enabled"] !== "boolean")
    throw badRequest("The property 'enabled' is required on a definition value.");
  if ("definition" in value)
    throw badRequest("The property 'definition' cannot be sent inline: use 'definition@odata.bind'.");
  if (isNew && boundId(value["definition@odata.bind"]) === "")
    throw badRequest("The property 'definition@odata.bind' is required: …/groupPolicyDefinitions('id').");
  for (const presentation of docList(value["presentationValues"]) ?? []) {
    if ("presentation" in presentation)
      throw badRequest("The property 'presentation' cannot be sent inline: use 'presentation@odata.bind'.");
    if (boundId(presentation["presentation@odata.bind"]) === "")
      throw badRequest("The property 'presentation@odata.bind' is required on a presentation value.");
  }
}

function checkMessage(message: Doc, isNew: boolean): void {
  for (const name of isNew ? ["locale", "subject", "messageTemplate"] : []) {
    if (text(message[name]) === undefined)
      throw badRequest(`The property '${name}' is required on a localized message.`);
  }
  const fixed = isNew ? undefined : ["locale", "isDefault"].find((name) => name in message);
  if (fixed !== undefined) throw badRequest(`The property '${fixed}' of a localized message cannot be updated.`);
}

/** POST to a sub-resource collection, PATCH and DELETE of an item in it. */
function writeItem(
  context: Context,
  target: FamilyTarget,
  id: string,
  policy: Policy,
  part: string,
  check: (item: Doc, isNew: boolean) => void,
): Answer {
  const { family, segments } = target;
  const itemId = segments[2];
  const items = policy.parts[part] ?? [];
  const { method } = context.request;
  const now = new Date(context.now).toISOString();
  if (itemId === undefined) {
    if (method !== "POST") throw methodNotAllowed(method, context.request.path);
    const body = bodyOf(context);
    refuseItemReadOnly(body);
    checkBody(context.request.version, partType(context, family, policy, part), body);
    check(body, true);
    const [item] = numbered(part, [part === "assignments" ? body : { ...body, lastModifiedDateTime: now }], id);
    if (item === undefined) throw new Error("one in, one out");
    if (part === "localizedNotificationMessages" && items.some((other) => other["locale"] === item["locale"]))
      throw badRequest(`A message for the locale '${String(item["locale"])}' exists already. Property: 'locale'.`);
    const others = items.filter((other) => other["id"] !== item["id"]);
    const isDefault = part === "localizedNotificationMessages" && item["isDefault"] === true;
    if (isDefault) policy.doc["defaultLocale"] = item["locale"];
    // One message is the default: the mark moves to the new one.
    const kept = isDefault ? others.map((other) => ({ ...other, isDefault: false })) : others;
    context.store.putPart(family, id, part, [...kept, item]);
    keepChanged(context, family, id, policy, `Create ${part}`);
    return {
      status: 201,
      body: { "@odata.context": contextUrl(context, `${part}/$entity`), ...presentPart(part, item, []) },
    };
  }
  const existing = items.find((item) => item["id"] === itemId);
  if (existing === undefined) throw notFound(itemId);
  if (method === "DELETE") {
    context.store.putPart(
      family,
      id,
      part,
      items.filter((item) => item !== existing),
    );
    keepChanged(context, family, id, policy, `Delete ${part}`);
    return NO_CONTENT;
  }
  if (method !== "PATCH" || part === "assignments") throw methodNotAllowed(method, context.request.path);
  const body = bodyOf(context);
  refuseItemReadOnly(body);
  checkBody(context.request.version, partType(context, family, policy, part), body);
  const [next] = numbered(part, [{ ...existing, ...body, lastModifiedDateTime: now }], id);
  if (next === undefined) throw new Error("one in, one out");
  check(part === "definitionValues" ? { enabled: next["enabled"], ...body } : body, false);
  context.store.putPart(
    family,
    id,
    part,
    items.map((item) => (item === existing ? next : item)),
  );
  keepChanged(context, family, id, policy, `Patch ${part}`);
  return ok({ "@odata.context": contextUrl(context, `${part}/$entity`), ...presentPart(part, next, []) });
}

function refuseItemReadOnly(body: Doc): void {
  for (const name of ["id", "createdDateTime", "lastModifiedDateTime"])
    if (name in body) throw badRequest(`The property '${name}' is read-only.`);
}

function updateDefinitionValues(context: Context, family: Family, id: string, policy: Policy): Answer {
  const body = bodyOf(context);
  const [added, updated, deletedIds] = [docList(body["added"]), docList(body["updated"]), body["deletedIds"] ?? []];
  if (added === undefined || updated === undefined || !Array.isArray(deletedIds))
    throw badRequest("The properties 'added', 'updated' and 'deletedIds' must be collections.");
  const gone = new Set<unknown>(deletedIds);
  let items = (policy.parts["definitionValues"] ?? []).filter((item) => !gone.has(item["id"]));
  for (const value of updated) {
    if (!items.some((item) => item["id"] === value["id"]))
      throw badRequest(`The definition value '${String(value["id"])}' does not exist. Property: 'updated'.`);
    checkDefinitionValue(value, false);
    items = items.map((item) => (item["id"] === value["id"] ? definitionValue({ ...item, ...value }) : item));
  }
  for (const value of added) checkDefinitionValue(value, true);
  return replacePart(context, family, id, policy, "updateDefinitionValues", "definitionValues", [...items, ...added]);
}

function updateCombinations(context: Context, family: Family, id: string, policy: Policy): Answer {
  refuseBuiltIn(family, id, policy, "updated");
  const { allowedCombinations } = bodyOf(context);
  if (!Array.isArray(allowedCombinations) || allowedCombinations.length === 0)
    throw badRequest("The property 'allowedCombinations' is required.");
  const previousCombinations = policy.doc["allowedCombinations"];
  policy.doc["allowedCombinations"] = allowedCombinations;
  keepChanged(context, family, id, policy, "updateAllowedCombinations");
  return ok({ previousCombinations, currentCombinations: allowedCombinations, conditionalAccessReferences: [] });
}
