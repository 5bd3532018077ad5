/** What the policies of a tenant refer to: groups, scope tags, filters, locations, strengths. All by their stable ids. */
import type { Doc } from "../json.ts";
import { Random, stableGuid } from "./random.ts";

export interface World {
  seed: string;
  tenant: string;
  groups: readonly Doc[];
  /** How many policies each family has. */
  counts: ReadonlyMap<string, number>;
}

const TEAMS = [
  "Finance",
  "Vertrieb Süd",
  "人事部",
  "Ingeniørgruppen",
  "Marketing",
  "المبيعات",
  "Logistik Österreich",
  "Λογιστήριο",
  "Forschung & Entwicklung",
  "Kundendienst",
  "東京オフィス",
  "Équipe Québec",
  "Zarząd",
  "IT Administrators",
  "Kiosk Devices",
  "Autopilot – Pilot",
  "Frontline Workers",
  "VIP",
  "Contractors",
  "Break Glass",
  "Разработка",
  "Werk 3 – Schichtführer",
  "Store 0417",
  "Executive Assistants",
];

export function makeGroups(seed: string, count: number): Doc[] {
  return Array.from({ length: count }, (_, n) => {
    const random = new Random(`${seed}/groups/${n}`);
    const team = TEAMS[n % TEAMS.length] ?? "Team";
    return {
      id: stableGuid(seed, "groups", n),
      displayName: n < TEAMS.length ? team : `${team} ${Math.floor(n / TEAMS.length) + 1}`,
      description: random.chance(0.5) ? `Members of ${team}` : null,
      createdDateTime: random.date("2021-01-01", "2024-12-31"),
      groupTypes: [],
      membershipRule: null,
      membershipRuleProcessingState: null,
      mailEnabled: false,
      mailNickname: `group-${n}`,
      securityEnabled: true,
      visibility: null,
    };
  });
}

function idsOf(world: World, family: string): string[] {
  return Array.from({ length: world.counts.get(family) ?? 0 }, (_, n) => idOf(world.seed, family, n));
}

export const BUILT_IN_STRENGTHS = [
  "00000000-0000-0000-0000-000000000002",
  "00000000-0000-0000-0000-000000000003",
  "00000000-0000-0000-0000-000000000004",
];

/** Applications of Microsoft's that are in every directory, by their own ids. */
export const APPLICATIONS: readonly (readonly [string, string])[] = [
  ["00000002-0000-0ff1-ce00-000000000000", "Office 365 Exchange Online"],
  ["00000003-0000-0ff1-ce00-000000000000", "Office 365 SharePoint Online"],
  ["797f4846-ba00-4fd7-ba43-dac1f8f63013", "Windows Azure Service Management API"],
];

/** Roles of Microsoft's that are in every directory, by their ids. */
export const DIRECTORY_ROLES: readonly (readonly [string, string])[] = [
  ["62e90394-69f5-4237-9190-012177145e10", "Global Administrator"],
  ["194ae4cb-b126-40b2-bd5b-6091b380977d", "Security Administrator"],
  ["b1be1c3e-b65d-4f19-8427-f6fa0d97feb9", "Conditional Access Administrator"],
  ["729827e3-9c14-49f7-bb1b-9608f156bbb8", "Helpdesk Administrator"],
  ["3a2c62db-5318-420d-8d74-23affee5d9d5", "Intune Administrator"],
];

/** The id that an application's service principal has here. */
export function servicePrincipalOf(appId: string): string {
  return stableGuid("servicePrincipals", appId, 0);
}

/** The id of the n-th generated policy of a family. */
export function idOf(seed: string, family: string, n: number): string {
  if (family === "scopeTags") return String(n);
  if (family === "authStrengths") return BUILT_IN_STRENGTHS[n] ?? stableGuid(seed, family, n);
  if (family === "authContexts") return `c${n + 1}`;
  // The first is Microsoft's "Productivity".
  if (family === "appCategories" && n === 0) return "ed899483-3019-425e-a470-28e901b9790e";
  return stableGuid(seed, family, n);
}

export function scopeTagIds(world: World, random: Random): string[] {
  const custom = Math.max(0, (world.counts.get("scopeTags") ?? 0) - 1);
  if (custom === 0 || random.chance(0.7)) return ["0"];
  return random.chance(0.5) ? [String(random.between(1, custom))] : ["0", String(random.between(1, custom))];
}

/** References that may be empty when the tenant has none of them. */
export function someOf(world: World, random: Random, family: string, count: number): string[] {
  return random.sample(idsOf(world, family), count);
}

export function groupId(world: World, random: Random): string {
  return String(random.pick(world.groups)["id"]);
}

/** Assignments as admins make them: nobody, everybody, groups with exclusions, with and without filters. */
export function makeAssignments(world: World, random: Random, policyId: string): Doc[] {
  const kind = random.next();
  if (kind < 0.12) return [];
  const targets: Doc[] = [];
  if (kind < 0.3) targets.push({ "@odata.type": "#microsoft.graph.allDevicesAssignmentTarget" });
  else if (kind < 0.45) targets.push({ "@odata.type": "#microsoft.graph.allLicensedUsersAssignmentTarget" });
  else
    for (const group of random.sample(world.groups, random.between(1, 4)))
      targets.push({ "@odata.type": "#microsoft.graph.groupAssignmentTarget", groupId: group["id"] });
  const assigned = targets.map((target) => {
    const [filter] = random.chance(0.25) ? someOf(world, random, "filters", 1) : [];
    const type = filter === undefined ? "none" : random.chance(0.7) ? "include" : "exclude";
    return {
      ...target,
      deviceAndAppManagementAssignmentFilterId: filter ?? null,
      deviceAndAppManagementAssignmentFilterType: type,
    };
  });
  const used = new Set(targets.map((target) => target["groupId"]));
  const excluded = random.chance(0.35)
    ? random.sample(
        world.groups.filter((group) => !used.has(group["id"])),
        random.between(1, 2),
      )
    : [];
  const exclusions = excluded.map((group) => ({
    "@odata.type": "#microsoft.graph.exclusionGroupAssignmentTarget",
    groupId: group["id"],
    deviceAndAppManagementAssignmentFilterId: null,
    deviceAndAppManagementAssignmentFilterType: "none",
  }));
  return [...assigned, ...exclusions].map((target, index) => ({
    id: `${policyId}_${index}`,
    source: "direct",
    sourceId: policyId,
    target,
  }));
}
