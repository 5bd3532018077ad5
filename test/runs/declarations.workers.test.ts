/** What an operation may declare beside its units, through the real service, objects, queue and D1. */
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { PhasedDeclaration } from "../../src/contract/operation-types.ts";
import { implement } from "../../src/runs/implement.ts";
import { registerOperation } from "../../src/operations/registry.ts";
import { cancelRun } from "../../src/runs/edge/change-run.ts";
import { retryRun } from "../../src/runs/edge/retry-run.ts";
import { startRun } from "../../src/runs/edge/start-run.ts";
import { sweep } from "../../src/runs/edge/sweep.ts";
import { tenantRuns } from "../support/tenant-runs.ts";
import { seedTenant } from "../support/tenants.ts";
import { registerTestOperation } from "../support/test-operations.ts";
import { waitFor } from "../support/wait.ts";
import { env } from "../support/environment.ts";

let tenant: Awaited<ReturnType<typeof seedTenant>>;
const { completed } = tenantRuns(() => tenant);
const newest = { snapshot: "first" };
const cleaned: string[] = [];

const chosen = z.object({ snapshot: z.string().optional() });

const PHASED: PhasedDeclaration = {
  type: "test.phased",
  label: "Phases",
  progressMode: "phased",
  capability: "inventory.sync",
  makes: "snapshot",
  extent: { one: "page", other: "pages" },
};
registerOperation(
  implement(PHASED, {
    inputSchema: chosen,
    firstPhase: "Reading inventory",
    maxWaits: 0,
    prepare: async (_tenantId, { snapshot }) =>
      snapshot === "gone"
        ? { kind: "refused", fields: [{ path: "snapshot", message: "is not there" }] }
        : {
            kind: "ready",
            input: { snapshot: snapshot ?? newest.snapshot },
            subject: `Reading ${snapshot ?? newest.snapshot}`,
          },
    advance: async ({ cursor }, { snapshot }) => {
      if (snapshot === "refused") return { kind: "failed", code: "unreadable", message: "It cannot be read." };
      if (snapshot === "endless") return { kind: "continue", phase: "Comparing", cursor: String(Number(cursor) + 1) };
      if (cursor === null) return { kind: "continue", phase: "Comparing", cursor: "1" };
      const result = { id: snapshot ?? "" };
      return { kind: "done", outcome: "succeeded", result, extent: 3 };
    },
    abandon: async ({ runId }) => void cleaned.push(runId),
  }),
);
const swept: string[] = [];
registerTestOperation("test.sweep-fails", {
  sweep: async () => {
    swept.push("test.sweep-fails");
    throw new Error("there was no answer");
  },
});
registerTestOperation("test.sweep-follows", {
  sweep: async (_env, now) => void swept.push(`test.sweep-follows ${now}`),
});
const whole = registerTestOperation("test.whole", { declared: { retry: "everything" } });

beforeAll(async () => {
  tenant = await seedTenant("declarations");
});

function start(input: Record<string, unknown>, idempotencyKey: string | null = null) {
  return startRun(env, { ...tenant, type: "test.phased", input, idempotencyKey });
}

async function started(input: Record<string, unknown>): Promise<string> {
  const outcome = await start(input);
  if (outcome.kind !== "started") throw new Error(outcome.kind);
  return outcome.body.run.id;
}

describe("preparing a run", () => {
  it("refuses before a run exists, and names the field", async () => {
    const before = await env.DATABASE.prepare("select count(*) as n from operation_runs").first("n");
    expect(await start({ snapshot: "gone" })).toEqual({
      kind: "invalid_input",
      fields: [{ path: "input.snapshot", message: "is not there" }],
    });
    expect(await env.DATABASE.prepare("select count(*) as n from operation_runs").first("n")).toBe(before);
  });

  it("takes what was left open and what was named for the same work", async () => {
    newest.snapshot = "endless";
    const runId = await started({});
    const again = await start({ snapshot: "endless" });
    expect(again).toMatchObject({ kind: "deduplicated", body: { run: { id: runId } } });
    await cancelRun(env, { ...tenant, runId });
    await completed(runId);
  });

  it("answers a repeated request with its first answer, whatever is newest by then", async () => {
    newest.snapshot = "one";
    const first = await start({}, "press-1");
    newest.snapshot = "two";
    const second = await start({}, "press-1");
    if (first.kind !== "started" || second.kind !== "replayed") throw new Error(`${first.kind}, ${second.kind}`);
    expect(second.body.run.id).toBe(first.body.run.id);
    expect((await completed(first.body.run.id)).result?.id).toBe("one");
  });
});

describe("a phased run in the real runtime", () => {
  it("ends with its result, without counts", async () => {
    const run = await completed(await started({ snapshot: "plain" }));
    expect(run).toMatchObject({ outcome: "succeeded", summaryCounts: {}, result: { id: "plain" } });
    expect(run.progress).toEqual({ kind: "finished", text: "Completed" });
  });

  it("is cleaned up after when it fails or is canceled", async () => {
    const failed = await completed(await started({ snapshot: "refused" }));
    expect(failed).toMatchObject({ outcome: "failed", failure: { code: "unreadable" } });
    await waitFor("the cleanup", async () => cleaned.includes(failed.id));
    expect(cleaned.filter((id) => id === failed.id)).toHaveLength(1);
  });
});

describe("a retry of what is only worth something whole", () => {
  it("does every unit anew, and is offered only when something failed", async () => {
    whole.behave = (ordinal) =>
      ordinal === 1 ? { kind: "failed", reasonCode: "refused", message: "No." } : { kind: "succeeded" };
    const outcome = await startRun(env, { ...tenant, type: "test.whole", input: { units: 3 }, idempotencyKey: null });
    if (outcome.kind !== "started") throw new Error(outcome.kind);
    const first = await completed(outcome.body.run.id);
    expect(first.summaryCounts).toMatchObject({ total: 3, failed: 1 });
    whole.behave = () => ({ kind: "succeeded" });
    const retried = await retryRun(env, { ...tenant, runId: first.id });
    if (retried.kind !== "started") throw new Error(retried.kind);
    const second = await completed(retried.body.run.id);
    expect(second).toMatchObject({ retryOf: first.id, summaryCounts: { total: 3, processed: 3, succeeded: 3 } });
    expect(await retryRun(env, { ...tenant, runId: second.id })).toEqual({ kind: "nothing_to_retry" });
  });
});

describe("the sweep", () => {
  it("runs what operations bring along, each even if another fails", async () => {
    await sweep(env, 1_000);
    expect(swept).toEqual(["test.sweep-fails", "test.sweep-follows 1000"]);
  });
});
