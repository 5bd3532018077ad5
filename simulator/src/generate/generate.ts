/** The seeded generator: how many policies of each family, and how each is put together and stored. */
import { FAMILIES, familyOf } from "../families.ts";
import { bareType, type Family } from "../family.ts";
import { intake, modifiedProperty, odataType, scopeTagProperty } from "../intake.ts";
import { type Doc, isDoc } from "../json.ts";
import { keepTemplate } from "../named-things.ts";
import { shownIn } from "../schema/model-view.ts";
import { hasProperty, propertyOf } from "../schema/schema.ts";
import type { Store } from "../store.ts";
import * as device from "./device-policies.ts";
import * as directory from "./directory-policies.ts";
import type { Maker } from "./maker.ts";
import { makeDescription, makeName } from "./names.ts";
import * as service from "./service-policies.ts";
import * as other from "./other-policies.ts";
import * as tenant from "./tenant-policies.ts";
import { Random, stableGuid } from "./random.ts";
import {
  APPLICATIONS,
  DIRECTORY_ROLES,
  idOf,
  makeAssignments,
  makeGroups,
  scopeTagIds,
  servicePrincipalOf,
  type World,
} from "./world.ts";

/** Where what is made goes. */
export type Destination = Pick<Store, "putPolicy" | "putResource">;

/** How many policies of a family a tenant has: a share of those that are ordered, or some besides. */
type Share = number | "one" | "few";

/**
 * Each family's maker, and its share in a large tenant. What is there once, and what tenants have few of, comes beside the policies that
 * are ordered.
 */
const MAKERS: Record<string, readonly [Maker, Share]> = {
  deviceConfiguration: [device.deviceConfiguration, 13],
  settingsCatalog: [device.settingsCatalog, 24],
  compliance: [device.compliance, 7],
  complianceLinux: [device.complianceLinux, 1],
  adminTemplates: [device.adminTemplates, 5],
  powershellScripts: [other.powershellScripts, 4],
  shellScripts: [other.shellScripts, 2],
  customAttributes: [other.customAttributes, 1],
  remediations: [other.remediations, 5],
  complianceScripts: [other.complianceScripts, 1],
  autopilot: [service.autopilot, 1.5],
  enrollment: [service.enrollment, 1.5],
  apps: [other.apps, 15],
  appProtection: [other.appProtection, 2],
  appConfigApps: [other.appConfigApps, 1],
  appConfigDevices: [other.appConfigDevices, 1.5],
  conditionalAccess: [other.conditionalAccess, 6],
  namedLocations: [other.namedLocations, 1.5],
  authStrengths: [other.authStrengths, 1.2],
  termsOfUse: [other.termsOfUse, 0.5],
  scopeTags: [service.scopeTags, 1],
  filters: [service.filters, 2.5],
  roles: [service.roles, 2],
  notifications: [service.notifications, 1],
  reusableSettings: [service.reusableSettings, 0.7],
  featureUpdates: [service.featureUpdates, 0.8],
  qualityUpdates: [service.qualityUpdates, 0.6],
  driverUpdates: [service.driverUpdates, 0.6],
  intents: [tenant.intents, "few"],
  qualityUpdatePolicies: [tenant.qualityUpdatePolicies, "few"],
  deviceCategories: [tenant.deviceCategories, "few"],
  appCategories: [tenant.appCategories, "few"],
  terms: [tenant.terms, "few"],
  appleUserEnrollment: [tenant.appleUserEnrollment, "few"],
  bios: [tenant.bios, "few"],
  branding: [tenant.branding, "few"],
  w365Provisioning: [tenant.w365Provisioning, "few"],
  w365UserSettings: [tenant.w365UserSettings, "few"],
  complianceSettings: [directory.complianceSettings, "one"],
  authMethods: [directory.authMethods, "one"],
  authContexts: [directory.authContexts, "few"],
  authorizationPolicy: [directory.authorizationPolicy, "one"],
  securityDefaults: [directory.securityDefaults, "one"],
  deviceRegistration: [directory.deviceRegistration, "one"],
  adminConsent: [directory.adminConsent, "one"],
  crossTenantDefault: [directory.crossTenantDefault, "one"],
  crossTenantPartners: [directory.crossTenantPartners, "few"],
  // The first of the groups that policies are assigned to have a rule.
  groups: [directory.groups, "few"],
};

function makerOf(family: Family): readonly [Maker, Share] {
  const entry = MAKERS[family.key];
  if (entry === undefined) throw new Error(`no generator for ${family.key}`);
  return entry;
}

/** What a tenant has of a family beside the ordered policies; null for a family with a share in those. */
function besides(family: Family, policies: number): number | null {
  const [, share] = makerOf(family);
  switch (share) {
    case "one":
      return 1;
    case "few":
      return policies < ORDERED.length ? 0 : 2;
    default:
      return null;
  }
}

/** The families that share the ordered policies, with their weights. */
const ORDERED = FAMILIES.flatMap((family) => {
  const [, share] = makerOf(family);
  return typeof share === "number" ? [{ key: family.key, weight: share }] : [];
});

/**
 * Policies per family, in the families' order. Those of families with a share add up to `policies`; from as many as there are such
 * families on, each of them has one.
 */
export function shareOut(policies: number): Map<string, number> {
  const byWeight = ORDERED.toSorted((a, b) => b.weight - a.weight);
  const counts = new Map<string, number>(FAMILIES.map((family) => [family.key, besides(family, policies) ?? 0]));
  for (const { key } of byWeight.slice(0, policies)) counts.set(key, 1);
  const rest = Math.max(0, policies - ORDERED.length);
  const totalWeight = ORDERED.reduce((sum, { weight }) => sum + weight, 0);
  let given = 0;
  const remainders: { key: string; remainder: number }[] = [];
  for (const { key, weight } of ORDERED) {
    const exact = (rest * weight) / totalWeight;
    counts.set(key, (counts.get(key) ?? 0) + Math.floor(exact));
    given += Math.floor(exact);
    remainders.push({ key, remainder: exact - Math.floor(exact) });
  }
  remainders.sort((a, b) => b.remainder - a.remainder);
  for (const { key } of remainders.slice(0, rest - given)) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

export interface Order {
  tenant: string;
  seed: string;
  policies: number;
  /** The positions among the ordered policies to make, `from` included, `upTo` not. What comes besides is made with the first. */
  from: number;
  upTo: number;
}

export function generate(store: Destination, order: Order): void {
  const { tenant, seed } = order;
  const counts = shareOut(order.policies);
  const groups = makeGroups(seed, Math.min(200, 24 + Math.floor(order.policies / 20)));
  const world: World = { seed, tenant, groups, counts };
  if (order.from === 0) {
    // The first have a rule: the maker of the family makes them.
    for (const group of groups.slice(counts.get("groups") ?? 0)) {
      const id = String(group["id"]);
      store.putPolicy(familyOf("groups"), id, { doc: { "@odata.type": odataType("group"), ...group }, parts: {} });
    }
    for (const [appId, displayName] of APPLICATIONS) {
      const id = servicePrincipalOf(appId);
      store.putResource("servicePrincipals", id, { id, appId, displayName });
    }
    for (const [id, displayName] of DIRECTORY_ROLES)
      store.putResource("directoryRoles", id, { id, displayName, isBuiltIn: true });
    store.putResource("organization", stableGuid(seed, "organization", 0), organization(seed, tenant));
  }
  let position = 0;
  for (const family of FAMILIES) {
    const count = counts.get(family.key) ?? 0;
    if (besides(family, order.policies) !== null) {
      if (order.from === 0) for (let n = 0; n < count; n += 1) makeOne(store, world, family, n);
      continue;
    }
    for (let n = Math.max(0, order.from - position); n < count && position + n < order.upTo; n += 1)
      makeOne(store, world, family, n);
    position += count;
  }
}

function organization(seed: string, tenant: string): Doc {
  const displayName = `${tenant.slice(0, 1).toUpperCase()}${tenant.slice(1)} AG`;
  return {
    id: stableGuid(seed, "organization", 0),
    displayName,
    countryLetterCode: "AT",
    createdDateTime: "2019-02-11T09:12:00Z",
    tenantType: "AAD",
    verifiedDomains: [{ name: `${tenant}.example`, isDefault: true, isInitial: false, type: "Managed" }],
  };
}

function makeOne(store: Destination, world: World, family: Family, n: number): void {
  const random = new Random(`${world.seed}/${family.key}/${n}`);
  const [maker] = makerOf(family);
  const made = makeName(random, family.key, n);
  // Intune takes no such characters there.
  const name = family.key === "autopilot" ? made.replace(/[-!#%^*)(+;'<>]/g, " ").trim() : made;
  const { type, doc, parts } = maker(random, world, n);
  const id = family.single ?? idOf(world.seed, family.key, n);
  const created = random.date("2022-06-01", "2026-03-31");
  const modified = random.date("2026-04-01", "2026-10-31");
  const assignments: Record<string, Doc[]> = family.parts.includes("assignments")
    ? { assignments: dress(family, type, random, whomFor(family, n, makeAssignments(world, random, id))) }
    : {};
  const [dated, tagged] = [modifiedProperty(type), scopeTagProperty(type)];
  const body: Doc = {
    "@odata.type": odataType(type),
    ...(hasProperty(type, family.idProperty) ? { [family.idProperty]: id } : {}),
    ...(family.area === "intune" && hasProperty(type, "description") ? { description: makeDescription(random) } : {}),
    ...(family.nameProperty !== family.idProperty && hasProperty(type, family.nameProperty)
      ? { [family.nameProperty]: name }
      : {}),
    ...(hasProperty(type, "createdDateTime") ? { createdDateTime: created } : {}),
    ...(dated === null ? {} : { [dated]: modified }),
    ...(tagged === null || family.key === "scopeTags" ? {} : { [tagged]: scopeTagIds(world, random) }),
    ...versionOf(type, random.between(1, 30)),
    ...doc,
    ...assignments,
    ...parts,
  };
  const policy = intake(family, id, type, body, created);
  store.putPolicy(family, id, policy);
  keepTemplate(store, family, policy);
}

function versionOf(type: string, version: number): Doc {
  const property = propertyOf("beta", type, "version");
  if (property === null) return {};
  return { version: property.type === "s" ? String(version) : version };
}

/** Windows 365 is assigned to groups alone, by a target of its own. */
function cloudPcAssignments(assignments: readonly Doc[]): Doc[] {
  return assignments.flatMap((assignment) => {
    const { target } = assignment;
    if (!isDoc(target) || bareType(String(target["@odata.type"])) !== "groupAssignmentTarget") return [];
    const own = {
      "@odata.type": "#microsoft.graph.cloudPcManagementGroupAssignmentTarget",
      groupId: target["groupId"],
    };
    return [{ ...assignment, target: own }];
  });
}

/** One Autopilot profile alone may be for all devices. */
function whomFor(family: Family, n: number, assignments: Doc[]): Doc[] {
  if (family.key !== "autopilot" || n === 0) return assignments;
  return assignments.filter(({ target }) => !isDoc(target) || !String(target["@odata.type"]).includes("allDevices"));
}

/** What a family's assignments carry besides the target. */
function dress(family: Family, type: string, random: Random, made: Doc[]): Doc[] {
  // Only some types of assignment tell where they come from.
  const entry = propertyOf("beta", type, "assignments")?.type ?? "";
  const assignments = made.map((assignment) => shownIn("beta", entry, assignment));
  if (family.key.startsWith("w365")) return cloudPcAssignments(assignments);
  if (family.key === "apps")
    return assignments.map((assignment) => ({
      "@odata.type": "#microsoft.graph.mobileAppAssignment",
      ...(type.endsWith("MicrosoftEdgeApp") ? unfiltered(assignment) : assignment),
      intent: random.pick(["required", "available", "uninstall"]),
      settings: null,
    }));
  if (family.key === "remediations")
    return assignments.map((assignment) => ({
      ...assignment,
      runRemediationScript: true,
      runSchedule: {
        "@odata.type": "#microsoft.graph.deviceHealthScriptDailySchedule",
        interval: 1,
        useUtc: false,
        time: "09:00:00",
      },
    }));
  return assignments;
}

/** Edge takes no filters. */
function unfiltered(assignment: Doc): Doc {
  const target = isDoc(assignment["target"]) ? assignment["target"] : {};
  const kept = Object.entries(target).filter(([name]) => !name.startsWith("deviceAndAppManagementAssignmentFilter"));
  return { ...assignment, target: Object.fromEntries(kept) };
}
