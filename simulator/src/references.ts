/**
 * What Graph refuses because it names what the tenant does not have. Only what somebody has met is refused, in the words that were told:
 * groups and filters of assignments (Azure/securedworkstation #25 and Kvikku/IntuneAssignments #16; Micke-K/IntuneManagement #373), scope tags
 * (powershell-intune-samples #219), apps of a status page (Microsoft365DSC #5913), applications and groups of conditional access (1034, as
 * Terraform's tests quote it; KelvinTegelaar/CIPP #3614). For users, contexts, messages, scripts and apps of configurations it is known that
 * Graph refuses, not in which words. Not refused: directory roles (conditional access takes Microsoft's alone, which every directory has),
 * the apps of app protection (bundle ids, not objects), reusable settings, and whom the directory's own policies name.
 */
import { familyOf } from "./families.ts";
import type { Family } from "./family.ts";
import { badRequest, refusedByIntune } from "./graph-reply.ts";
import { GUID } from "./guid.ts";
import { type Doc, docList, isDoc, text } from "./json.ts";
import type { ResourceKind, Store } from "./store.ts";

const NOBODY = "00000000-0000-0000-0000-000000000000";
const SCOPE_TAGS = ["roleScopeTagIds", "roleScopeTags", "scopeIds"];

/** @throws GraphError 400 for the first thing that the body names and the tenant does not have */
export function refuseUnknownNames(store: Store, family: Family, body: Doc): void {
  const hasPolicy = (key: string) => (id: string) => store.hasPolicy(familyOf(key), id);
  // Tag 0 is in every tenant, also in one that holds nothing.
  for (const tag of SCOPE_TAGS.flatMap((name) => strings(body[name])))
    if (tag !== "0" && !hasPolicy("scopeTags")(tag)) throw refusedByIntune(`Invalid Role Scope Tag defined ${tag}`);
  switch (family.key) {
    case "conditionalAccess":
      refuseUnknownInConditions(store, body["conditions"]);
      return;
    case "enrollment":
    case "appConfigDevices":
      for (const app of [...strings(body["selectedMobileAppIds"]), ...strings(body["targetedMobileApps"])])
        if (!hasPolicy("apps")(app)) throw refusedByIntune(`App with id '${app}' not found.`);
      return;
    case "compliance":
    case "complianceLinux": {
      const script = body["deviceCompliancePolicyScript"];
      const id = isDoc(script) ? text(script["deviceComplianceScriptId"]) : undefined;
      if (id !== undefined && !hasPolicy("complianceScripts")(id))
        throw refusedByIntune(`Device compliance script with id '${id}' not found.`);
      refuseUnknownMessages(store, docList(body["scheduledActionsForRule"]) ?? []);
    }
  }
}

/** @throws GraphError 400 for a message that the tenant does not have */
export function refuseUnknownMessages(store: Store, rules: readonly Doc[]): void {
  for (const action of rules.flatMap((rule) => docList(rule["scheduledActionConfigurations"]) ?? [])) {
    const id = text(action["notificationTemplateId"]) ?? "";
    if (id !== "" && id !== NOBODY && !store.hasPolicy(familyOf("notifications"), id))
      throw refusedByIntune(`Notification message template with id '${id}' not found.`);
  }
}

/** @throws GraphError 400 for a group or a filter that the tenant does not have */
export function refuseUnknownTargets(store: Store, assignments: readonly Doc[]): void {
  for (const { target } of assignments) {
    if (!isDoc(target)) continue;
    const group = text(target["groupId"]);
    if (group !== undefined && !store.hasPolicy(familyOf("groups"), group))
      throw refusedByIntune(`Invalid GroupId : ${group} provided, a valid AADGroupId is expected.`);
    const filter = text(target["deviceAndAppManagementAssignmentFilterId"]) ?? NOBODY;
    if (filter !== NOBODY && !store.hasPolicy(familyOf("filters"), filter))
      throw refusedByIntune(`Scope Tags validation failed : Filters ${filter} , Validated filters `);
  }
}

const FOR_ALL_DEVICES = "#microsoft.graph.allDevicesAssignmentTarget";

/** @throws GraphError 400 for a second profile for all devices (CIPP #2803); one may have them, and have them anew */
export function refuseSecondForAllDevices(store: Store, family: Family, id: string, assignment: Doc): void {
  if (family.key !== "autopilot" || !isForAllDevices(assignment)) return;
  for (const other of store.listPolicies(family, 0))
    if (other.id !== id && store.readPart(family, other.id, "assignments").some(isForAllDevices))
      throw refusedByIntune(`Another Profile ${other.id} is already assigned to All Devices.`);
}

function isForAllDevices({ target }: Doc): boolean {
  return isDoc(target) && target["@odata.type"] === FOR_ALL_DEVICES;
}

function refuseUnknownInConditions(store: Store, conditions: unknown): void {
  if (!isDoc(conditions)) return;
  const idsIn = (part: string, ...names: string[]) => {
    const within = conditions[part];
    return isDoc(within) ? names.flatMap((name) => strings(within[name])).filter((id) => GUID.test(id)) : [];
  };
  const unknownOf = (kind: ResourceKind, ids: readonly string[]) => ids.find((id) => !hasResource(store, kind, id));
  const group = idsIn("users", "includeGroups", "excludeGroups").find((id) => !store.hasPolicy(familyOf("groups"), id));
  if (group !== undefined) throw badRequest(`1054: Invalid group value: ${group}.`);
  const user = unknownOf("users", idsIn("users", "includeUsers", "excludeUsers"));
  if (user !== undefined) throw badRequest(`Invalid user value: ${user}.`);
  const applications = idsIn("applications", "includeApplications", "excludeApplications");
  const known = new Set([...store.listResources("servicePrincipals", 0)].map(({ doc }) => doc["appId"]));
  const unknown = applications.filter((id) => !known.has(id));
  if (unknown.length > 0) throw notFoundPrincipals(unknown);
  const principal = unknownOf(
    "servicePrincipals",
    idsIn("clientApplications", "includeServicePrincipals", "excludeServicePrincipals"),
  );
  if (principal !== undefined) throw notFoundPrincipals([principal]);
  const { applications: named } = conditions;
  const contexts = isDoc(named) ? strings(named["includeAuthenticationContextClassReferences"]) : [];
  const context = contexts.find((id) => !store.hasPolicy(familyOf("authContexts"), id));
  if (context !== undefined) throw badRequest(`Invalid authentication context value: ${context}.`);
}

function notFoundPrincipals(ids: readonly string[]): Error {
  const reasons = Object.fromEntries(ids.map((id) => [id, "ServicePrincipalNotFound"]));
  return badRequest(`1034: Policy contains invalid applications: ${JSON.stringify(reasons)}`);
}

function hasResource(store: Store, kind: ResourceKind, id: string): boolean {
  return store.readResource(kind, id) !== null;
}

function strings(value: unknown): string[] {
  const items: unknown[] = Array.isArray(value) ? value : [];
  return items.flatMap((item) => text(item) ?? []);
}
