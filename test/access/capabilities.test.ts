import { describe, expect, it } from "vitest";
import { capabilitiesOf } from "../../src/access/capabilities.ts";
import { CAPABILITIES } from "../../src/contract/api.ts";

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

  it("give readers reading, and nothing that changes anything", () => {
    expect(capabilitiesOf("readonly")).not.toEqual([]);
    for (const capability of capabilitiesOf("readonly")) expect(capability).toMatch(/\.read$/);
  });
});
