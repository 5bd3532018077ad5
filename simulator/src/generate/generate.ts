/** The seeded generator: how many policies of each family, and how each is put together and stored. */
import { FAMILIES } from "../families.ts";
import { type Family } from "../family.ts";
import { intake, modifiedProperty, odataType, scopeTagProperty } from "../intake.ts";
import { type Doc, isDoc } from "../json.ts";
import { shownIn } from "../schema/model-view.ts";
import { hasProperty, propertyOf } from "../schema/schema.ts";
import type { Store } from "../store.ts";
import * as device from "./device-policies.ts";
import type { Maker } from "./maker.ts";
import { makeDescription, makeName } from "./names.ts";
import * as service from "./service-policies.ts";
import * as other from "./other-policies.ts";
import { Random, stableGuid } from "./random.ts";
import { idOf, makeAssignments, makeGroups, scopeTagIds, type World } from "./world.ts";

/** Where what is made goes. */
export type Destination = Pick<Store, "putPolicy" | "putResource">;

/** Each family's maker, and its share in a large tenant. */
const MAKERS: Record<string, readonly [Maker, number]> = {
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
};

function makerOf(family: Family): readonly [Maker, number] {
  const entry = MAKERS[family.key];
  if (entry === undefined) throw new Error(`no generator for ${family.key}`);
  return entry;
}

/** Policies per family, in the families' order. They add up to `policies`; from as many as there are families on, every family has one. */
export function shareOut(policies: number): Map<string, number> {
  const byWeight = [...FAMILIES].sort((a, b) => makerOf(b)[1] - makerOf(a)[1]);
  const counts = new Map<string, number>(FAMILIES.map((family) => [family.key, 0]));
  for (const family of byWeight.slice(0, policies)) counts.set(family.key, 1);
  const rest = Math.max(0, policies - FAMILIES.length);
  const totalWeight = FAMILIES.reduce((sum, family) => sum + makerOf(family)[1], 0);
  let given = 0;
  const remainders: { key: string; remainder: number }[] = [];
  for (const family of FAMILIES) {
    const exact = (rest * makerOf(family)[1]) / totalWeight;
    counts.set(family.key, (counts.get(family.key) ?? 0) + Math.floor(exact));
    given += Math.floor(exact);
    remainders.push({ key: family.key, remainder: exact - Math.floor(exact) });
  }
  remainders.sort((a, b) => b.remainder - a.remainder);
  for (const { key } of remainders.slice(0, rest - given)) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

export interface Order {
  tenant: string;
  seed: string;
  policies: number;
  /** The positions to make, `from` included, `upTo` not. */
  from: number;
  upTo: number;
}

export function generate(store: Destination, order: Order): void {
  const { tenant, seed } = order;
  const counts = shareOut(order.policies);
  const groups = makeGroups(seed, Math.min(200, 24 + Math.floor(order.policies / 20)));
  const world: World = { seed, tenant, groups, counts };
  if (order.from === 0) {
    for (const group of groups) store.putResource("groups", String(group["id"]), group);
    store.putResource("organization", stableGuid(seed, "organization", 0), organization(seed, tenant));
  }
  let position = 0;
  for (const family of FAMILIES) {
    const count = counts.get(family.key) ?? 0;
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
  const name = makeName(random, family.key, n);
  const { type, doc, parts } = maker(random, world, n);
  const id = idOf(world.seed, family.key, n);
  const created = random.date("2022-06-01", "2026-03-31");
  const modified = random.date("2026-04-01", "2026-10-31");
  const assignments: Record<string, Doc[]> = family.parts.includes("assignments")
    ? { assignments: dress(family, type, random, makeAssignments(world, random, id)) }
    : {};
  const [dated, tagged] = [modifiedProperty(type), scopeTagProperty(type)];
  const body: Doc = {
    "@odata.type": odataType(type),
    id,
    ...(family.area === "intune" ? { description: makeDescription(random) } : {}),
    [family.nameProperty]: name,
    ...(hasProperty(type, "createdDateTime") ? { createdDateTime: created } : {}),
    ...(dated === null ? {} : { [dated]: modified }),
    ...(tagged === null || family.key === "scopeTags" ? {} : { [tagged]: scopeTagIds(world, random) }),
    ...versionOf(type, random.between(1, 30)),
    ...doc,
    ...assignments,
    ...parts,
  };
  store.putPolicy(family, id, intake(family, id, type, body, created));
}

function versionOf(type: string, version: number): Doc {
  const property = propertyOf("beta", type, "version");
  if (property === null) return {};
  return { version: property.type === "s" ? String(version) : version };
}

/** What a family's assignments carry besides the target. */
function dress(family: Family, type: string, random: Random, made: Doc[]): Doc[] {
  // Only some types of assignment tell where they come from.
  const entry = propertyOf("beta", type, "assignments")?.type ?? "";
  const assignments = made.map((assignment) => shownIn("beta", entry, assignment));
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
