/** The product's HTTP API, for tests that stand outside of it. Every answer is parsed by the contract. */
import { familyStateListSchema, policyListSchema } from "../../src/contract/inventory.ts";
import {
  activitySchema,
  proofSchema,
  type Proof,
  type Run,
  type RunUnit,
  runSchema,
  runUnitListSchema,
  startedOperationSchema,
  type StartedOperation,
} from "../../src/contract/runs.ts";
import { waitFor } from "./wait.ts";

/** @param headers by which the caller is known; none where the product has local identities. */
export function apiClient(url: string, tenant: string, headers: Readonly<Record<string, string>> = {}) {
  const base = `${url}/api/tenants/${tenant}`;
  const get = async (path: string): Promise<unknown> => {
    const response = await fetch(base + path, { headers });
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  const run = async (runId: string): Promise<Run> => runSchema.parse(await get(`/operations/${runId}`));
  const proof = async (runId: string): Promise<Proof> => proofSchema.parse(await get(`/operations/${runId}/proof`));
  return {
    run,
    async start(type: string, input: Record<string, unknown>): Promise<StartedOperation> {
      const response = await fetch(`${base}/operations`, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify({ type, input }),
      });
      if (!response.ok) throw new Error(`start: ${response.status} ${await response.text()}`);
      return startedOperationSchema.parse(await response.json());
    },
    completed: (runId: string, limitMs = 120_000): Promise<Run> =>
      waitFor(
        `run ${runId} to complete`,
        async () => {
          const now = await run(runId);
          return now.status === "completed" ? now : null;
        },
        limitMs,
        200,
      ),
    activity: async (): Promise<Run[]> => activitySchema.parse(await get("/activity")).items,
    units: async (runId: string): Promise<RunUnit[]> =>
      runUnitListSchema.parse(await get(`/operations/${runId}/units`)).items,
    proof,
    /** Waits until some units are settled in the ledger, which is ahead of what readers see: a kill then falls into the middle. */
    underWay: (runId: string, atLeast: number, everyMs = 5): Promise<number> =>
      waitFor(
        `${atLeast} units of run ${runId}`,
        async () => {
          const { ledger } = await proof(runId);
          return ledger.processed >= atLeast ? ledger.processed : null;
        },
        120_000,
        everyMs,
      ),
    policies: async (query = "") => policyListSchema.parse(await get(`/inventory/policies?limit=1000${query}`)).items,
    families: async () => familyStateListSchema.parse(await get("/inventory/families")).items,
  };
}
