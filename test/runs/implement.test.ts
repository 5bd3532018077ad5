import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { BulkDeclaration } from "../../src/contract/operation-types.ts";
import { registeredOperations, registerOperation } from "../../src/operations/registry.ts";
import { implement } from "../../src/runs/implement.ts";
import type { Operation } from "../../src/runs/operation.ts";
import { NO_ENVIRONMENT, plainOperation } from "../support/plain-operation.ts";
import { runReference } from "../support/run-reference.ts";

const context = { env: NO_ENVIRONMENT, now: () => 0, signal: new AbortController().signal };
const run = { ...runReference("tenant", "run"), cursor: null };
const finalizing = { ...run, total: 1, counts: { succeeded: 1, failed: 0, skipped: 0 } };

/** What takes stored input, each called with the input. */
function takers(operation: Operation): Record<string, (input: unknown) => unknown> {
  const { prepare, abandon } = operation;
  const common = {
    ...(prepare && { prepare: (input: unknown) => prepare("tenant", input, NO_ENVIRONMENT) }),
    ...(abandon && { abandon: (input: unknown) => abandon(run, input, context) }),
  };
  if (operation.progressMode === "phased") {
    return { ...common, advance: (input) => operation.advance(run, input, context) };
  }
  const { unitAt, finalize } = operation;
  return {
    ...common,
    plan: (input) => operation.plan(run, input, null, context),
    ...(unitAt && { unitAt: (input: unknown) => unitAt(0, input) }),
    ...(finalize && { finalize: (input: unknown) => finalize(finalizing, input, context) }),
  };
}

describe("input that comes from storage", () => {
  it.each(registeredOperations().map((operation) => [operation.type, operation] as const))(
    "is parsed again for %s, whatever it is given to",
    async (_type, operation) => {
      const found = Object.entries(takers(operation));
      expect(found.length).toBeGreaterThan(0);
      for (const [name, take] of found) {
        // Stored by a version that knew the input in another form.
        const taken = (async () => take("an older form"))();
        await expect(taken, name).rejects.toBeInstanceOf(z.ZodError);
      }
    },
  );

  it("reaches behavior as the current schema makes it", async () => {
    const seen: unknown[] = [];
    const see = async (input: { families: string[] }) => void seen.push(input);
    const operation = implement(DECLARATION, {
      inputSchema: z.object({ families: z.array(z.string()).default(["all"]) }),
      unitsPerMessage: 1,
      callsGraph: false,
      concurrency: 1,
      maxDeferrals: 0,
      prepare: async (_tenantId, input) => {
        await see(input);
        return { kind: "ready", input, subject: null };
      },
      plan: async (_run, input) => {
        await see(input);
        return { kind: "implied", total: 1 };
      },
      unitAt: (ordinal, input) => {
        void see(input);
        return { key: String(ordinal), label: "Unit", input: null };
      },
      execute: async () => ({ kind: "succeeded" }),
      finalize: async (_run, input) => {
        await see(input);
        return { kind: "finalized", result: { id: "r" } };
      },
      abandon: async (_run, input) => see(input),
    });
    const answers = new Map<string, unknown>();
    for (const [name, take] of Object.entries(takers(operation))) answers.set(name, await take({}));
    expect(seen).toEqual(Array.from({ length: 5 }, () => ({ families: ["all"] })));
    // The kind of a result is the declaration's.
    expect(answers.get("finalize")).toEqual({ kind: "finalized", result: { kind: "report", id: "r" } });
  });

  it("cannot be left unparsed: the registry takes nothing but what `implement` makes", () => {
    const unparsed = { ...plainOperation(1), type: "test.unparsed" };
    // @ts-expect-error -- an operation that is written down by hand does not parse
    const register = () => registerOperation(unparsed);
    expect(register).toBeTypeOf("function");
    const made = implement(DECLARATION, plainOperation(1));
    const plan = async (_run: unknown, input: { total: number }) => ({ kind: "implied" as const, ...input });
    // @ts-expect-error -- nor may a part be exchanged for one that expects parsed input
    const exchanged: typeof made = { ...made, plan };
    expect(exchanged.type).toBe(made.type);
  });
});

const DECLARATION: BulkDeclaration = {
  type: "test.implemented",
  label: "Implemented",
  progressMode: "counted",
  unit: { one: "unit", other: "units" },
  capability: "inventory.sync",
  retry: "failed_units",
  makes: "report",
  extent: null,
};
