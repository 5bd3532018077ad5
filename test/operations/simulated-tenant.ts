/** A tenant in D1 that is connected to one of the Graph simulator's, and syncs of it. For the Workers runtime. */
import { inject } from "vitest";
import { z } from "zod";
import { connectionSecretContext, sealSecret } from "../../src/secrets/secret-box.ts";
import { callGraphBudget } from "../../src/graph-work/budget/graph-budget.ts";
import { sharedPermits } from "../../src/graph-work/budget/permit-shares.ts";
import type { Policy } from "../../src/contract/inventory.ts";
import { listFamilyStates } from "../../src/database/inventory/inventory-families.ts";
import { listPolicies } from "../../src/database/inventory/policies.ts";
import { inventorySync } from "../../src/operations/inventory-sync/inventory-sync.ts";
import type { FinalizeResult, RunUnitTask, UnitContext, UnitResult } from "../../src/runs/operation.ts";
import { seedTenant } from "../support/tenants.ts";
import { runReference } from "../support/run-reference.ts";
import { env } from "../support/environment.ts";

const SECRET = "simulator-secret";
let tenants = 0;
let runs = 0;

/** A connected tenant of its own; `policies` of them are generated. */
export async function simulatedTenant(
  policies = 0,
  options: { secret?: string; seed?: string; throttling?: "real" | "off"; graphUrl?: string } = {},
): Promise<SimulatedTenant> {
  // Files run side by side against one simulator.
  const name = `sync-${crypto.randomUUID().slice(0, 8)}-${(tenants += 1)}`;
  const { tenantId } = await seedTenant(name);
  const sealed = await sealSecret(
    { current: env.TENANTATLAS_SECRETS_KEY, previous: [] },
    options.secret ?? SECRET,
    connectionSecretContext(tenantId),
  );
  await env.DATABASE.prepare(
    "insert into tenant_connections (tenant_id, cloud, directory_id, client_id, sealed_client_secret) values (?, 'local', ?, 'client', ?)",
  )
    .bind(tenantId, name, sealed)
    .run();
  const tenant = new SimulatedTenant(name, tenantId, options.graphUrl);
  // The same policies in every run: what a test meets is no accident.
  const { seed = "simulated", throttling = "off" } = options;
  await tenant.control("POST", "", { name, policies, seed, throttling });
  return tenant;
}

export class SimulatedTenant {
  readonly name: string;
  readonly tenantId: string;
  readonly #graphUrl: string;
  readonly #controller = new AbortController();

  /** @param graphUrl where the product reaches the tenant */
  constructor(name: string, tenantId: string, graphUrl = inject("simulatorUrl")) {
    this.name = name;
    this.tenantId = tenantId;
    this.#graphUrl = graphUrl;
  }

  /** The simulator's control endpoints (docs/simulator.md); `path` is below the tenant's, empty for creating it. */
  async control(method: string, path: string, body?: unknown): Promise<unknown> {
    const address = `${inject("simulatorUrl")}/_control/tenants${path === "" ? "" : `/${this.name}${path}`}`;
    const response = await fetch(address, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === "" ? null : JSON.parse(text);
  }

  async add(family: string, doc: object, parts: object = {}): Promise<string> {
    return z.object({ id: z.string() }).parse(await this.control("POST", "/policies", { family, doc, parts })).id;
  }

  async edit(family: string, id: string, doc: object, parts: object = {}): Promise<void> {
    await this.control("PUT", `/policies/${family}/${id}`, { doc, parts });
  }

  async fault(fault: object): Promise<void> {
    await this.control("POST", "/faults", fault);
  }

  /** As if the time were over for which Graph has told the tenant's work to wait. */
  async waitsAreOver(): Promise<void> {
    await callGraphBudget(env, this.tenantId, (budget) => budget.forget());
    sharedPermits.forget(this.tenantId);
  }

  context(): UnitContext {
    const bound = { ...env, TENANTATLAS_GRAPH_URL: this.#graphUrl };
    return { env: bound, now: () => Date.now(), signal: this.#controller.signal };
  }

  /** Stops whatever is under way, as the end of a consumer would. */
  abort(): void {
    this.#controller.abort();
  }

  /** The units of a run over some families, or all. */
  async plan(families?: string[], runId = `run-${(runs += 1)}`): Promise<RunUnitTask[]> {
    const input = inventorySync.inputSchema.parse(families === undefined ? {} : { families });
    const page = await inventorySync.plan(runReference(this.tenantId, runId), input, null, this.context());
    if (page.kind !== "listed") throw new Error("the plan is not a list");
    return page.units.map((unit, ordinal) => ({ ...unit, runId, tenantId: this.tenantId, ordinal, deferrals: 0 }));
  }

  /** Executes the units as a consumer that claimed them together. Results by family. */
  async execute(tasks: RunUnitTask[]): Promise<Map<string, UnitResult>> {
    const results = new Map<string, UnitResult>();
    const queue = tasks.values();
    const context = { ...this.context(), companions: tasks };
    const worker = async () => {
      for (const task of queue) results.set(familyOf(task), await inventorySync.execute(task, context));
    };
    await Promise.all(Array.from({ length: inventorySync.concurrency }, worker));
    return results;
  }

  async sync(families?: string[]): Promise<Map<string, UnitResult>> {
    return this.execute(await this.plan(families));
  }

  /** The one family's result. */
  async syncOne(family: string): Promise<UnitResult> {
    const result = (await this.sync([family])).get(family);
    if (!result) throw new Error("no result");
    return result;
  }

  /** What a sync does after its units, step by step; `now` is the time of the sync. */
  async readLogs(now?: number): Promise<FinalizeResult> {
    const context = { ...this.context(), ...(now === undefined ? {} : { now: () => now }) };
    const reference = runReference(this.tenantId, `logs-${(runs += 1)}`, { createdAt: now ?? Date.now() });
    const run = { ...reference, total: 1, counts: { succeeded: 1, failed: 0, skipped: 0 } };
    let cursor: string | null = null;
    for (let step = 0; step < 60; step += 1) {
      const answer: FinalizeResult | undefined = await inventorySync.finalize?.(
        { ...run, cursor },
        { families: [] },
        context,
      );
      if (answer?.kind !== "continue") return answer ?? { kind: "finalized", result: null };
      cursor = answer.cursor;
    }
    throw new Error("the reading does not end");
  }

  /** All policies that are there, by family and name. */
  async inventory(removed: "hide" | "only" = "hide"): Promise<Policy[]> {
    const policies: Policy[] = [];
    let cursor: string | null = null;
    do {
      const page = await listPolicies(env.DATABASE, {
        tenantId: this.tenantId,
        query: null,
        family: null,
        platform: null,
        removed,
        sort: "family",
        cursor,
        limit: 500,
      });
      policies.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return policies;
  }

  async familyState(family: string) {
    return (await listFamilyStates(env.DATABASE, this.tenantId)).find(({ key }) => key === family);
  }
}

function familyOf(task: RunUnitTask): string {
  return z.object({ family: z.string() }).parse(task.input).family;
}

/** What a settings catalog policy needs to be one. */
export function settingsCatalogPolicy(name: string, more: object = {}): object {
  return { name, platforms: "windows10", technologies: "mdm", description: "", ...more };
}

export function setting(id: string, value: string): object {
  return {
    settingInstance: {
      "@odata.type": "#microsoft.graph.deviceManagementConfigurationSimpleSettingInstance",
      settingDefinitionId: id,
      simpleSettingValue: { "@odata.type": "#microsoft.graph.deviceManagementConfigurationStringSettingValue", value },
    },
  };
}

export function assignedTo(groupId: string): object {
  return { target: { "@odata.type": "#microsoft.graph.groupAssignmentTarget", groupId } };
}
