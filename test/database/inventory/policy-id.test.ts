import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodePolicyId, encodePolicyId } from "../../../src/database/inventory/policy-id.ts";
import { FAMILY_KEYS } from "../../../src/graph/families.ts";

describe("A policy's id", () => {
  it("leads back to the policy and can stand in an address, whatever Graph's id is", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...FAMILY_KEYS),
        fc.string({ minLength: 1, maxLength: 200, unit: "grapheme" }),
        (family, graphId) => {
          const id = encodePolicyId({ family, graphId });
          expect(id).toMatch(/^[A-Za-z0-9_-]+$/);
          expect(decodePolicyId(id)).toEqual({ family, graphId });
        },
      ),
    );
  });

  it("is one for one policy: no other spelling leads to it", () => {
    const id = encodePolicyId({ family: "roles", graphId: "ab" });
    expect(decodePolicyId(`${id}=`)).toBeNull();
    const last = id.slice(-1);
    const others = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".replace(last, "");
    for (const other of others) {
      const decoded = decodePolicyId(id.slice(0, -1) + other);
      expect(decoded === null || decoded.graphId !== "ab").toBe(true);
    }
  });

  it.each([
    "",
    "x",
    "!!",
    "a".repeat(2_000),
    encodePolicyId({ family: "unknown", graphId: "1" }),
    encodePolicyId({ family: "roles", graphId: "" }),
  ])("is refused when it is none: %s", (id) => {
    expect(decodePolicyId(id)).toBeNull();
  });
});
