import { type Run, runSchema } from "../../src/contract/runs.ts";

/** A run as the API would tell it, with what a test cares about. Parsed, so that no test holds an impossible run. */
export function buildRun(facts: Partial<Run> & { id: string }): Run {
  const completed = facts.status === "completed";
  return runSchema.parse({
    tenantId: "tenant-1",
    type: "inventory.sync",
    label: "Inventory sync",
    status: "running",
    outcome: completed ? "succeeded" : "pending",
    progress: completed ? { kind: "finished", text: "Completed" } : { kind: "indeterminate", text: "Running" },
    summaryCounts: {},
    failure: null,
    initiator: null,
    retryOf: null,
    workerVersion: null,
    result: null,
    version: 1,
    href: `/t/contoso/operations/${facts.id}`,
    createdAt: "2026-11-01T08:00:00.000Z",
    startedAt: "2026-11-01T08:00:01.000Z",
    completedAt: completed ? "2026-11-01T08:01:00.000Z" : null,
    ...facts,
  });
}
