import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { BaselineTenant, baselineTenant, told } from "./baseline-tenant.ts";
import { assignedTo, setting, settingsCatalogPolicy, simulatedTenant } from "./simulated-tenant.ts";

const FAMILIES = ["settingsCatalog", "deviceConfiguration", "compliance", "conditionalAccess", "filters"];

function accessPolicy(name: string, more: object = {}): object {
  return {
    displayName: name,
    state: "enabled",
    conditions: { users: { includeUsers: ["All"], excludeUsers: [] }, applications: { includeApplications: ["All"] } },
    grantControls: { operator: "OR", builtInControls: ["mfa"] },
    ...more,
  };
}

describe("a comparison", () => {
  it("finds exactly what was changed, added, removed, renamed and given to others", async () => {
    const tenant = new BaselineTenant(await simulatedTenant());
    const { simulated } = tenant;
    const settings = [setting("vendor_a", "1"), setting("vendor_b", "2")];
    const [a, b] = [assignedTo("group-a"), assignedTo("group-b")];
    const catalog = async (name: string) =>
      simulated.add("settingsCatalog", settingsCatalogPolicy(name), { settings, assignments: [a, b] });
    const ids = {
      changed: await catalog("Changed"),
      renamed: await catalog("Old name"),
      moved: await catalog("Moved"),
      both: await catalog("Both"),
      reordered: await catalog("Reordered"),
      same: await catalog("Same"),
      removed: await catalog("Removed"),
      noise: await simulated.add("deviceConfiguration", {
        "@odata.type": "#microsoft.graph.windows10GeneralConfiguration",
        displayName: "Noise",
        bluetoothAllowedServices: null,
      }),
      access: await simulated.add("conditionalAccess", accessPolicy("Require MFA")),
    };
    await simulated.sync(FAMILIES);
    const { end, baseline } = await tenant.capture("Gold", FAMILIES);
    expect(end).toMatchObject({ kind: "done", outcome: "succeeded", result: { kind: "baseline", id: baseline.id } });
    expect(baseline).toMatchObject({ name: "Gold", status: "sealed", policyCount: 9 });

    await simulated.edit(
      "settingsCatalog",
      ids.changed,
      {},
      { settings: [setting("vendor_a", "7"), setting("vendor_c", "3")] },
    );
    await simulated.edit("settingsCatalog", ids.renamed, { name: "New name" });
    await simulated.edit("settingsCatalog", ids.moved, {}, { assignments: [] });
    await simulated.edit(
      "settingsCatalog",
      ids.both,
      { name: "Both!", description: "Noted" },
      { assignments: [a, b, assignedTo("group-c")] },
    );
    await simulated.edit(
      "settingsCatalog",
      ids.reordered,
      {},
      { settings: settings.toReversed(), assignments: [b, a] },
    );
    await simulated.control("DELETE", `/policies/settingsCatalog/${ids.removed}`);
    await simulated.edit("deviceConfiguration", ids.noise, {
      bluetoothAllowedServices: [],
      addedByTheService: null,
      version: 9,
    });
    await simulated.edit("conditionalAccess", ids.access, { state: "disabled" });
    await simulated.add("filters", { displayName: "New filter", platform: "windows10AndLater", rule: "(true)" });
    await simulated.sync(FAMILIES);

    const { end: compared, comparison } = await tenant.compare(baseline.id);
    expect(compared).toMatchObject({ kind: "done", outcome: "succeeded", result: { id: comparison.id } });
    const findings = await tenant.findings(baseline.id);
    expect(told(findings)).toEqual(
      [
        "critical changed conditionalAccess/Require MFA",
        "high assignments settingsCatalog/Moved",
        "low added filters/New filter",
        "low changed settingsCatalog/Both!",
        "low renamed settingsCatalog/Both!",
        "low renamed settingsCatalog/New name",
        "medium assignments settingsCatalog/Both!",
        "medium changed settingsCatalog/Changed",
        "medium removed settingsCatalog/Removed",
      ].toSorted(),
    );
    expect(told(await tenant.foundBy(comparison.id))).toEqual(told(findings));
    const changed = findings.find(({ kind, name }) => kind === "changed" && name === "Changed");
    const changes = await tenant.changesOf(changed ?? { id: "" });
    expect(changes.map(({ kind, pathText }) => `${kind} ${pathText}`)).toMatchInlineSnapshot();
    expect(comparison.counts).toMatchObject({
      total: { open: 9, accepted: 0, resolved: 0 },
      notChecked: 0,
      policies: { matching: 3, different: 7, unknown: 0 },
    });
    expect(await env.DATABASE.prepare("select count(*) as n from comparison_candidates").first("n")).toBe(0);
  });
});
