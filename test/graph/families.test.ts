import { describe, expect, it } from "vitest";
import { permissionToGrant } from "../../src/graph/calls/classify.ts";
import { FAMILIES, familyByKey } from "../../src/graph/families.ts";
import { policyFacts } from "../../src/graph/policy-facts.ts";

function family(key: string) {
  const found = familyByKey(key);
  if (!found) throw new Error(`no family ${key}`);
  return found;
}

describe("The family catalogue", () => {
  it("reads each from a place of its own, under a label of its own", () => {
    expect(new Set(FAMILIES.map(({ path }) => path)).size).toBe(FAMILIES.length);
    expect(new Set(FAMILIES.map(({ label }) => label)).size).toBe(FAMILIES.length);
    for (const { path, reading } of FAMILIES) {
      expect(path).toMatch(/^\/[A-Za-z/]+$/);
      expect(reading.listQuery).toMatch(/^$|^\?\$/);
    }
  });

  // v1.0 hides types and properties, and leaves policies out of its lists: docs/design/graph.md, section 4.
  it("reads all of them in beta", () => {
    expect(FAMILIES.filter(({ version }) => version !== "beta").map(({ key }) => key)).toEqual([]);
  });

  it("knows no family by the name of an object's property", () => {
    for (const key of ["", "constructor", "__proto__", "SettingsCatalog"]) expect(familyByKey(key)).toBeNull();
  });
});

describe("A missing permission", () => {
  const own = "DeviceManagementScripts.Read.All";
  it("is the family's own when Graph names it or none", () => {
    expect(permissionToGrant([], own)).toBe(own);
    expect(permissionToGrant(["DeviceManagementScripts.ReadWrite.All", own], own)).toBe(own);
  });
  it("is the least one that Graph names otherwise", () => {
    expect(permissionToGrant(["Policy.ReadWrite.ConditionalAccess", "Policy.Read.All"], own)).toBe("Policy.Read.All");
    expect(permissionToGrant(["Policy.ReadWrite.ConditionalAccess"], own)).toBe("Policy.ReadWrite.ConditionalAccess");
  });
});

describe("What lists tell of a policy", () => {
  it("is its name by the family's property, and its id for want of one", () => {
    expect(policyFacts(family("settingsCatalog"), "1", { name: "Wi-Fi", displayName: "no" }).name).toBe("Wi-Fi");
    expect(policyFacts(family("apps"), "1", { displayName: "Ünïcode 会社" }).name).toBe("Ünïcode 会社");
    expect(policyFacts(family("apps"), "id-1", { displayName: null }).name).toBe("id-1");
  });

  it.each([
    ["deviceConfiguration", { "@odata.type": "#microsoft.graph.windows10CustomConfiguration" }, "windows"],
    ["compliance", { "@odata.type": "#microsoft.graph.iosCompliancePolicy" }, "iOS"],
    ["compliance", { "@odata.type": "#microsoft.graph.macOSCompliancePolicy" }, "macOS"],
    ["compliance", { "@odata.type": "#microsoft.graph.aospDeviceOwnerCompliancePolicy" }, "android"],
    ["apps", { "@odata.type": "#microsoft.graph.win32LobApp" }, "windows"],
    ["apps", { "@odata.type": "#microsoft.graph.managedIOSStoreApp" }, "iOS"],
    ["apps", { "@odata.type": "#microsoft.graph.webApp" }, null],
    ["settingsCatalog", { platforms: "windows10" }, "windows"],
    ["settingsCatalog", { platforms: "macOS,iOS" }, "macOS, iOS"],
    ["settingsCatalog", { platforms: "none" }, null],
    ["complianceLinux", { platforms: "linux" }, "linux"],
    ["filters", { platform: "androidForWork" }, "android"],
    ["filters", { platform: "windows10AndLater" }, "windows"],
    ["shellScripts", {}, "macOS"],
    ["conditionalAccess", { "@odata.type": "#microsoft.graph.windowsSomething" }, null],
  ])("is the platform: %s %j", (key, document, platform) => {
    expect(policyFacts(family(key), "1", document).platform).toBe(platform);
  });

  it("is the number of assignments, and null where the family has none", () => {
    expect(policyFacts(family("apps"), "1", { assignments: [{}, {}] }).assignmentCount).toBe(2);
    expect(policyFacts(family("apps"), "1", { assignments: [] }).assignmentCount).toBe(0);
    expect(policyFacts(family("filters"), "1", { assignments: [{}] }).assignmentCount).toBeNull();
  });

  it("is the time of the last change in one spelling, and null for Graph's year 1", () => {
    const at = (document: Record<string, string>) =>
      policyFacts(family("conditionalAccess"), "1", document).lastModifiedAt;
    expect(at({ modifiedDateTime: "2026-10-01T08:00:00.1234567Z" })).toBe("2026-10-01T08:00:00.123Z");
    expect(at({ lastModifiedDateTime: "0001-01-01T00:00:00Z" })).toBeNull();
    expect(at({ lastModifiedDateTime: "yesterday" })).toBeNull();
  });

  it("never ends in half a character", () => {
    const { name } = policyFacts(family("apps"), "1", { displayName: `${"a".repeat(499)}😀${"b".repeat(100)}` });
    expect(name.isWellFormed()).toBe(true);
    expect(name.length).toBeLessThanOrEqual(501);
  });
});
