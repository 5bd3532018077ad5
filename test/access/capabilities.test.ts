import { describe, expect, it } from "vitest";
import { capabilitiesOf } from "../../src/access/capabilities.ts";
import { CAPABILITIES } from "../../src/contract/access.ts";

describe("roles", () => {
  it("give owners everything, and managers everything but who belongs to the tenant and how it is connected", () => {
    expect(capabilitiesOf("owner")).toEqual([...CAPABILITIES]);
    expect(capabilitiesOf("owner").filter((capability) => !capabilitiesOf("manager").includes(capability))).toEqual([
      "members.manage",
      "connection.manage",
    ]);
  });

  it("give operators what readers have, and exactly what running operations takes", () => {
    expect(capabilitiesOf("operator").filter((capability) => !capabilitiesOf("readonly").includes(capability))).toEqual(
      [
        "operations.cancel",
        "operations.retry",
        "inventory.sync",
        "evidence.create",
        "review-pack.generate",
        "backup.write",
        "backup.delete",
        "restore.preview",
        "baseline.capture",
        "baseline.compare",
      ],
    );
  });

  it("keep from operators what changes the tenant or destroys its records", () => {
    const kept = ["backup.force-delete", "restore.execute", "finding.accept", "settings.manage"];
    expect(capabilitiesOf("operator").filter((capability) => kept.includes(capability))).toEqual([]);
  });

  it("give readers reading, and nothing that changes anything", () => {
    expect(capabilitiesOf("readonly")).not.toEqual([]);
    expect(capabilitiesOf("operator")).toEqual(expect.arrayContaining(capabilitiesOf("readonly")));
    // A pack holds nothing that a reader may not read page by page.
    for (const capability of capabilitiesOf("readonly")) expect(capability).toMatch(/\.read$|^review-pack\.download$/);
  });
});
