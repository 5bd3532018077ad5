import { describe, expect, it } from "vitest";
import { OPERATION_TYPES, operationTypes } from "../../src/contract/operation-types.ts";
import { TYPE_OPTIONS } from "../../src/dashboard/runs/operation-types.ts";
import { registeredOperations } from "../../src/operations/registry.ts";
import { declarationOf } from "../../src/runs/facts/declarations.ts";

describe("the table of operation types", () => {
  it("gives a type one label, for the server, for the console's filters and for the run", () => {
    // A run over tenants is no run of a tenant: none of its filters chooses it.
    const inTenants = registeredOperations().filter(({ overTenants }) => overTenants !== true);
    const labels = inTenants.map(({ type, label }) => ({ value: type, label }));
    expect(TYPE_OPTIONS).toEqual(labels);
    for (const { value, label } of TYPE_OPTIONS) expect(declarationOf(value)?.label).toBe(label);
  });

  it("has no two types that a person could not tell apart", () => {
    const labels = operationTypes().map((type) => OPERATION_TYPES[type].label);
    expect(new Set(labels).size).toBe(labels.length);
  });

  it("knows no type by the name of an object's member", () => {
    expect(declarationOf("constructor")).toBeNull();
    expect(declarationOf("inventory.gone")).toBeNull();
  });
});
