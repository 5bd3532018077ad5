import { describe, expect, it } from "vitest";
import { capabilitiesOf } from "../../src/access/capabilities.ts";
import { CAPABILITIES } from "../../src/contract/access.ts";

describe("roles", () => {
  it("give owners and managers everything", () => {
    expect(capabilitiesOf("owner")).toEqual([...CAPABILITIES]);
    expect(capabilitiesOf("manager")).toEqual([...CAPABILITIES]);
  });

  it("give operators what running operations takes", () => {
    expect(capabilitiesOf("operator")).toEqual(
      expect.arrayContaining(["inventory.sync", "operations.cancel", "operations.retry", "operations.read"]),
    );
  });

  it("keep from operators what changes the tenant or destroys its records", () => {
    const kept = ["backup.force-delete", "restore.execute", "finding.accept", "settings.manage"];
    expect(capabilitiesOf("operator").filter((capability) => kept.includes(capability))).toEqual([]);
  });

  it("give readers reading, and nothing that changes anything", () => {
    expect(capabilitiesOf("readonly")).not.toEqual([]);
    // A pack holds nothing that a reader may not read page by page.
    for (const capability of capabilitiesOf("readonly")) expect(capability).toMatch(/\.read$|^review-pack\.download$/);
  });
});
