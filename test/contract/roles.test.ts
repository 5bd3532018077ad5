import { describe, expect, it } from "vitest";
import {
  BUILT_IN_ROLES,
  CAPABILITY_WORDS,
  capabilitiesOf,
  GRANTABLE,
  newRoleSchema,
  OWNER_ONLY,
} from "../../src/contract/roles.ts";
import { CAPABILITIES } from "../../src/contract/access.ts";

describe("roles", () => {
  it("give owners everything, and managers everything but who belongs to the tenant and how it is connected", () => {
    expect(capabilitiesOf("owner")).toEqual([...CAPABILITIES]);
    expect(capabilitiesOf("owner").filter((capability) => !capabilitiesOf("manager").includes(capability))).toEqual([
      "members.manage",
      "legal-hold.manage",
      "connection.manage",
      "tenant.export",
      "tenant.close",
    ]);
  });

  it("can be made of everything but what owners alone have, with what each role has", () => {
    expect([...GRANTABLE, ...OWNER_ONLY].sort()).toEqual([...CAPABILITIES].sort());
    expect(newRoleSchema.safeParse({ name: "Auditor", capabilities: [...OWNER_ONLY] }).success).toBe(false);
    expect(newRoleSchema.parse({ name: " Auditor ", capabilities: ["evidence.read", "audit.read"] })).toEqual({
      name: "Auditor",
      capabilities: ["tenant.read", "audit.read", "evidence.read"],
    });
  });

  it("keep their names to themselves", () => {
    for (const name of ["owner", "READ ONLY", "readonly", "Manager", "", " ", "x".repeat(61)]) {
      expect([name, newRoleSchema.safeParse({ name, capabilities: ["audit.read"] }).success]).toEqual([name, false]);
    }
    expect(new Set(Object.values(BUILT_IN_ROLES).map(({ name }) => name)).size).toBe(4);
  });

  it("are told in words that no two capabilities share", () => {
    expect(new Set(Object.values(CAPABILITY_WORDS)).size).toBe(CAPABILITIES.length);
  });

  it("give operators what readers have, and exactly what running operations takes", () => {
    expect(capabilitiesOf("operator").filter((capability) => !capabilitiesOf("readonly").includes(capability))).toEqual(
      [
        "operations.cancel",
        "operations.retry",
        "inventory.sync",
        "schedules.manage",
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
