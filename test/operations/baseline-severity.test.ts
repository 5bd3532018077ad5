import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { meaningRules } from "../../src/graph/policy-meaning.ts";
import type { JsonObject } from "../../src/policies/json-value.ts";
import { diffPolicies } from "../../src/policies/policy-diff.ts";
import { FINDING_KINDS, type FindingKind, type Severity } from "../../src/contract/baselines.ts";
import { judge, SEVERITY_RULES } from "../../src/operations/baseline-compare/severity-rules.ts";

const ACCESS: JsonObject = {
  displayName: "Require MFA",
  state: "enabled",
  conditions: {
    clientAppTypes: ["all"],
    users: { includeUsers: ["All"], excludeGroups: ["break-glass"] },
    applications: { includeApplications: ["All"] },
  },
  grantControls: { operator: "AND", builtInControls: ["mfa", "compliantDevice"] },
};
const REPORTING: JsonObject = { ...ACCESS, state: "enabledForReportingButNotEnforced" };
const GROUP_A = { target: { "@odata.type": "#microsoft.graph.groupAssignmentTarget", groupId: "a" } };
const GROUP_B = { target: { "@odata.type": "#microsoft.graph.groupAssignmentTarget", groupId: "b" } };
const NOT_B = { target: { "@odata.type": "#microsoft.graph.exclusionGroupAssignmentTarget", groupId: "b" } };
const PLAIN: JsonObject = { name: "Edge", description: "", platforms: "windows10", assignments: [GROUP_A] };
const FIREWALL: JsonObject = { ...PLAIN, templateReference: { templateFamily: "endpointSecurityFirewall" } };
const SCRIPT: JsonObject = { displayName: "Clean up", runAsAccount: "system", scriptContent: "ZWNobyAxCg==" };

function withConditions(more: JsonObject, access: JsonObject = ACCESS): JsonObject {
  const conditions = access["conditions"];
  return { ...access, conditions: { ...(conditions as JsonObject), ...more } };
}

interface Row {
  what: string;
  kind: FindingKind;
  family: string;
  before?: JsonObject;
  after?: JsonObject;
  recreated?: boolean;
  fits?: readonly string[];
  severity: Severity;
  rule: string;
}

const USERS = { includeUsers: ["All"], excludeGroups: ["break-glass"] };
const ROWS: Row[] = [
  {
    what: "an enforced access policy is gone",
    kind: "removed",
    family: "conditionalAccess",
    before: ACCESS,
    severity: "critical",
    rule: "access-removed",
  },
  {
    what: "an access policy that only reported is gone",
    kind: "removed",
    family: "conditionalAccess",
    before: REPORTING,
    severity: "medium",
    rule: "access-removed-unenforced",
  },
  {
    what: "an access policy is switched off",
    kind: "changed",
    family: "conditionalAccess",
    before: ACCESS,
    after: { ...ACCESS, state: "disabled" },
    severity: "critical",
    rule: "access-not-enforced",
  },
  {
    what: "an access policy only reports from now on",
    kind: "changed",
    family: "conditionalAccess",
    before: ACCESS,
    after: REPORTING,
    severity: "critical",
    rule: "access-not-enforced",
  },
  {
    what: "an access policy is enforced from now on",
    kind: "changed",
    family: "conditionalAccess",
    before: REPORTING,
    after: ACCESS,
    severity: "high",
    rule: "security-changed",
  },
  {
    what: "somebody is left out of an access policy",
    kind: "changed",
    family: "conditionalAccess",
    before: ACCESS,
    after: withConditions({ users: { ...USERS, excludeUsers: ["mallory"] } }),
    severity: "critical",
    rule: "access-exclusion",
  },
  {
    what: "another group is left out",
    kind: "changed",
    family: "conditionalAccess",
    before: ACCESS,
    after: withConditions({ users: { ...USERS, excludeGroups: ["break-glass", "friends"] } }),
    severity: "critical",
    rule: "access-exclusion",
  },
  {
    what: "a place is left out by a new condition",
    kind: "changed",
    family: "conditionalAccess",
    before: ACCESS,
    after: withConditions({ locations: { includeLocations: ["All"], excludeLocations: ["office"] } }),
    severity: "critical",
    rule: "access-exclusion",
  },
  {
    what: "somebody is left out of a policy that only reports",
    kind: "changed",
    family: "conditionalAccess",
    before: REPORTING,
    after: withConditions({ users: { ...USERS, excludeUsers: ["mallory"] } }, REPORTING),
    severity: "high",
    rule: "security-changed",
  },
  {
    what: "nobody is left out any more",
    kind: "changed",
    family: "conditionalAccess",
    before: ACCESS,
    after: withConditions({ users: { includeUsers: ["All"] } }),
    severity: "high",
    rule: "security-changed",
  },
  {
    what: "a control is not asked for any more",
    kind: "changed",
    family: "conditionalAccess",
    before: ACCESS,
    after: { ...ACCESS, grantControls: { operator: "AND", builtInControls: ["mfa"] } },
    severity: "critical",
    rule: "access-grant-weakened",
  },
  {
    what: "one of the controls is enough",
    kind: "changed",
    family: "conditionalAccess",
    before: ACCESS,
    after: { ...ACCESS, grantControls: { operator: "OR", builtInControls: ["mfa", "compliantDevice"] } },
    severity: "critical",
    rule: "access-grant-weakened",
  },
  {
    what: "nothing is asked for any more",
    kind: "changed",
    family: "conditionalAccess",
    before: ACCESS,
    after: { ...ACCESS, grantControls: null },
    severity: "critical",
    rule: "access-grant-weakened",
  },
  {
    what: "another control is asked for as well",
    kind: "changed",
    family: "conditionalAccess",
    before: ACCESS,
    after: {
      ...ACCESS,
      grantControls: { operator: "AND", builtInControls: ["mfa", "compliantDevice", "domainJoinedDevice"] },
    },
    severity: "high",
    rule: "security-changed",
  },
  {
    what: "an access policy holds for a group instead of all",
    kind: "changed",
    family: "conditionalAccess",
    before: ACCESS,
    after: withConditions({ users: { includeGroups: ["pilots"], excludeGroups: ["break-glass"] } }),
    severity: "critical",
    rule: "access-narrowed",
  },
  {
    what: "an access policy holds for some platforms",
    kind: "changed",
    family: "conditionalAccess",
    before: ACCESS,
    after: withConditions({ platforms: { includePlatforms: ["iOS"] } }),
    severity: "critical",
    rule: "access-narrowed",
  },
  {
    what: "an access policy is only described otherwise",
    kind: "changed",
    family: "conditionalAccess",
    before: ACCESS,
    after: { ...ACCESS, description: "Ask Ann" },
    severity: "low",
    rule: "notes-only",
  },
  {
    what: "an access policy is new",
    kind: "added",
    family: "conditionalAccess",
    after: ACCESS,
    severity: "medium",
    rule: "security-added",
  },
  {
    what: "a policy is made anew",
    kind: "removed",
    family: "conditionalAccess",
    before: ACCESS,
    recreated: true,
    severity: "low",
    rule: "recreated",
  },
  {
    what: "several policies fit one of a gold standard",
    kind: "removed",
    family: "conditionalAccess",
    before: ACCESS,
    fits: ["One", "Other"],
    severity: "medium",
    rule: "several-fit",
  },
  {
    what: "a policy is there anew",
    kind: "added",
    family: "powershellScripts",
    after: SCRIPT,
    recreated: true,
    severity: "low",
    rule: "recreated",
  },
  {
    what: "a script is new",
    kind: "added",
    family: "powershellScripts",
    after: SCRIPT,
    severity: "high",
    rule: "code-added",
  },
  {
    what: "a script does something else",
    kind: "changed",
    family: "shellScripts",
    before: SCRIPT,
    after: { ...SCRIPT, scriptContent: "ZWNobyAyCg==" },
    severity: "high",
    rule: "code-changed",
  },
  {
    what: "a script runs as somebody else",
    kind: "changed",
    family: "shellScripts",
    before: SCRIPT,
    after: { ...SCRIPT, runAsAccount: "user" },
    severity: "medium",
    rule: "changed",
  },
  {
    what: "a role is new",
    kind: "added",
    family: "roles",
    after: { displayName: "Helpers" },
    severity: "high",
    rule: "privileges",
  },
  {
    what: "a role is given to others",
    kind: "assignments",
    family: "roles",
    before: { roleAssignments: [{ members: ["a"] }] },
    after: { roleAssignments: [{ members: ["b"] }] },
    severity: "high",
    rule: "privileges",
  },
  {
    what: "a role is only described otherwise",
    kind: "changed",
    family: "roles",
    before: { displayName: "H", description: "a" },
    after: { displayName: "H", description: "b" },
    severity: "low",
    rule: "notes-only",
  },
  {
    what: "a compliance policy differs",
    kind: "changed",
    family: "compliance",
    before: { displayName: "C", bitLockerEnabled: true },
    after: { displayName: "C", bitLockerEnabled: false },
    severity: "high",
    rule: "security-changed",
  },
  {
    what: "a Linux compliance policy is gone",
    kind: "removed",
    family: "complianceLinux",
    before: PLAIN,
    severity: "high",
    rule: "security-removed",
  },
  {
    what: "an app protection policy differs",
    kind: "changed",
    family: "appProtection",
    before: { displayName: "P", pinRequired: true },
    after: { displayName: "P", pinRequired: false },
    severity: "high",
    rule: "security-changed",
  },
  {
    what: "a named location differs",
    kind: "changed",
    family: "namedLocations",
    before: { displayName: "L", isTrusted: false },
    after: { displayName: "L", isTrusted: true },
    severity: "high",
    rule: "security-changed",
  },
  {
    what: "an authentication strength differs",
    kind: "changed",
    family: "authStrengths",
    before: { displayName: "S", allowedCombinations: ["fido2"] },
    after: { displayName: "S", allowedCombinations: ["fido2", "sms"] },
    severity: "high",
    rule: "security-changed",
  },
  {
    what: "an endpoint security policy differs",
    kind: "changed",
    family: "settingsCatalog",
    before: FIREWALL,
    after: { ...FIREWALL, platforms: "macOS" },
    severity: "high",
    rule: "security-changed",
  },
  {
    what: "an endpoint security policy is gone",
    kind: "removed",
    family: "settingsCatalog",
    before: FIREWALL,
    severity: "high",
    rule: "security-removed",
  },
  {
    what: "an endpoint protection configuration differs",
    kind: "changed",
    family: "deviceConfiguration",
    before: { "@odata.type": "#microsoft.graph.windows10EndpointProtectionConfiguration", firewallEnabled: true },
    after: { "@odata.type": "#microsoft.graph.windows10EndpointProtectionConfiguration", firewallEnabled: false },
    severity: "high",
    rule: "security-changed",
  },
  {
    what: "a policy of the settings catalog differs",
    kind: "changed",
    family: "settingsCatalog",
    before: PLAIN,
    after: { ...PLAIN, platforms: "macOS" },
    severity: "medium",
    rule: "changed",
  },
  {
    what: "a policy is only described otherwise",
    kind: "changed",
    family: "settingsCatalog",
    before: PLAIN,
    after: { ...PLAIN, description: "b" },
    severity: "low",
    rule: "notes-only",
  },
  {
    what: "a policy is described otherwise and differs",
    kind: "changed",
    family: "settingsCatalog",
    before: PLAIN,
    after: { ...PLAIN, description: "b", platforms: "macOS" },
    severity: "medium",
    rule: "changed",
  },
  {
    what: "a policy is gone",
    kind: "removed",
    family: "settingsCatalog",
    before: PLAIN,
    severity: "medium",
    rule: "removed",
  },
  { what: "a policy is new", kind: "added", family: "settingsCatalog", after: PLAIN, severity: "low", rule: "added" },
  {
    what: "a policy has another name",
    kind: "renamed",
    family: "settingsCatalog",
    before: PLAIN,
    after: { ...PLAIN, name: "Edge 2" },
    severity: "low",
    rule: "renamed",
  },
  {
    what: "a policy is assigned to nobody",
    kind: "assignments",
    family: "settingsCatalog",
    before: PLAIN,
    after: { ...PLAIN, assignments: [] },
    severity: "high",
    rule: "assigned-to-nobody",
  },
  {
    what: "a policy is given to one more group",
    kind: "assignments",
    family: "settingsCatalog",
    before: PLAIN,
    after: { ...PLAIN, assignments: [GROUP_A, GROUP_B] },
    severity: "medium",
    rule: "assignments",
  },
  {
    what: "an endpoint security policy leaves a group out",
    kind: "assignments",
    family: "settingsCatalog",
    before: FIREWALL,
    after: { ...FIREWALL, assignments: [GROUP_A, NOT_B] },
    severity: "high",
    rule: "security-unassigned",
  },
  {
    what: "an endpoint security policy is given to another group",
    kind: "assignments",
    family: "settingsCatalog",
    before: FIREWALL,
    after: { ...FIREWALL, assignments: [GROUP_B] },
    severity: "high",
    rule: "security-unassigned",
  },
  {
    what: "an endpoint security policy is given to one more group",
    kind: "assignments",
    family: "settingsCatalog",
    before: FIREWALL,
    after: { ...FIREWALL, assignments: [GROUP_A, GROUP_B] },
    severity: "medium",
    rule: "assignments",
  },
  {
    what: "nothing can be said of conditional access",
    kind: "unknown",
    family: "conditionalAccess",
    severity: "high",
    rule: "security-unknown",
  },
  {
    what: "nothing can be said of a family",
    kind: "unknown",
    family: "featureUpdates",
    severity: "medium",
    rule: "unknown",
  },
];

const AREAS: Partial<Record<FindingKind, string>> = { changed: "content", renamed: "name", assignments: "assignments" };

function judged({ kind, family, before, after, recreated = false, fits = [] }: Row) {
  const changes = diffPolicies(meaningRules(family), before ?? {}, after ?? {}).filter(
    ({ area }) => area === AREAS[kind],
  );
  return judge({ kind, family, before: before ?? null, after: after ?? null, changes, recreated, fits });
}

describe("severity", () => {
  it.each(ROWS)("is $severity when $what", (row) => {
    const { severity, rule, message } = judged(row);
    expect({ severity, rule }).toEqual({ severity: row.severity, rule: row.rule });
    expect(message).toMatch(/^\S.*\.$/);
  });

  it("has a row of the test for each row of the table, and one of the table for each kind", () => {
    expect(new Set(ROWS.map(({ rule }) => rule))).toEqual(new Set(SEVERITY_RULES.map(({ id }) => id)));
    for (const kind of FINDING_KINDS)
      expect(
        judge({ kind, family: "", before: null, after: null, changes: [], recreated: false }).severity,
      ).toBeDefined();
  });

  it("is told in docs/baselines.md row by row, in the order in which it is decided", () => {
    const text = readFileSync(join(import.meta.dirname, "../../docs/baselines.md"), "utf8");
    const documented = [...text.matchAll(/^\| `([\w-]+)` \| (critical|high|medium|low) \|/gm)].map(
      ([, id, severity]) => ({ id, severity }),
    );
    expect(documented).toEqual(SEVERITY_RULES.map(({ id, severity }) => ({ id, severity })));
  });

  it("names what differs, a few by name and the rest by number", () => {
    const before: JsonObject = { displayName: "x", a: 1, b: 1, c: 1, d: 1, e: 1 };
    const after: JsonObject = { displayName: "x", a: 2, b: 2, c: 2, d: 2, e: 2 };
    const row = { what: "", kind: "changed", family: "deviceConfiguration", severity: "medium", rule: "" } as const;
    expect(judged({ ...row, before, after }).message).toBe("5 properties differ: a, b, c and 2 more.");
    expect(judged({ ...row, before, after: { ...before, a: 2 } }).message).toBe("1 property differs: a.");
  });
});
