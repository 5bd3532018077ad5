/** Restores against the real simulator. Waits are counted and skipped, unless a test is about them. */
import { inject } from "vitest";
import { isJsonObject, type JsonObject } from "../../../src/policies/json-value.ts";
import { RequestBudget, UNIT_BUDGET, type BudgetLimits } from "../../../src/graph/calls/budget.ts";
import { GraphClient } from "../../../src/graph/calls/client.ts";
import { FAMILIES, familyOf, type FamilyKey } from "../../../src/graph/families.ts";
import { readFamily, readPolicy, type PolicyDocument } from "../../../src/graph/calls/family-reader.ts";
import { omaSecretReferences } from "../../../src/graph/oma-secrets.ts";
import { readOmaSecrets } from "../../../src/graph/calls/read-oma-secrets.ts";
import type { Filling } from "../../../src/graph/calls/restore/fill-gaps.ts";
import { planRestore, type RestoreOptions, type WritePlan } from "../../../src/graph/restore/plan.ts";
import { performRestore, type RestoreTask } from "../../../src/graph/calls/restore/perform.ts";
import { comparableHash } from "../../../src/graph/calls/restore/check-target.ts";
import { TokenCache } from "../../../src/graph/calls/token.ts";
import { copiedTruth } from "../../support/policy-truth.ts";
import { controlOf } from "../../support/simulator-server.ts";
import { MemoryJournal, type Claims } from "./memory-journal.ts";

export class RestoreBench {
  readonly control = controlOf(inject("simulatorUrl"));
  readonly claims: Claims = new Map();
  readonly slept: number[] = [];
  readonly #tokens = new TokenCache();
  /** Waits in earnest: for the simulator's own clock. */
  sleepsReally = false;
  readonly tenant: string;
  readonly #graphUrl: string;

  /** @param graphUrl where the product reaches the tenant */
  constructor(tenant: string, graphUrl = inject("simulatorUrl")) {
    this.tenant = tenant;
    this.#graphUrl = graphUrl;
  }

  now = (): number => Date.now();

  client(limits: Partial<BudgetLimits> = {}): GraphClient {
    const url = this.#graphUrl;
    return new GraphClient({
      connection: {
        cacheKey: this.tenant,
        endpoints: { loginUrl: url, graphUrl: url },
        directoryId: this.tenant,
        clientId: "client",
        credential: { kind: "secret", secret: "simulator-secret" },
      },
      runtime: {
        fetch: (address, init) => fetch(address, init),
        now: this.now,
        sleep: async (ms) => {
          this.slept.push(ms);
          if (this.sleepsReally) await new Promise((resolve) => setTimeout(resolve, ms));
        },
        random: () => 0.5,
      },
      budget: new RequestBudget({ ...UNIT_BUDGET, ...limits }, this.now),
      tokens: this.#tokens,
      signal: new AbortController().signal,
    });
  }

  async readAll(): Promise<{ key: FamilyKey; policies: PolicyDocument[] }[]> {
    const families = [];
    for (const { key } of FAMILIES) families.push({ key, policies: await this.readFamily(key) });
    return families;
  }

  async readFamily(key: FamilyKey): Promise<PolicyDocument[]> {
    const policies: PolicyDocument[] = [];
    for await (const portion of readFamily(this.client(), this.now, familyOf(key))) {
      if (portion.kind !== "ok") throw new Error(`${key}: ${portion.kind}`);
      policies.push(...portion.value.policies);
    }
    return policies;
  }

  async read(key: FamilyKey, graphId: string): Promise<JsonObject> {
    const policy = await readPolicy(this.client(), this.now, familyOf(key), graphId);
    if (policy.kind !== "ok") throw new Error(`${key}: ${policy.kind}`);
    return policy.value.document;
  }

  async ids(key: FamilyKey): Promise<string[]> {
    return (await this.control.policies(this.tenant, key)).map(({ id }) => id);
  }

  async nameOf(key: FamilyKey, id: string): Promise<unknown> {
    const { doc } = await this.control.policy(this.tenant, key, id);
    return doc[familyOf(key).meaning.nameProperty];
  }

  /** What the tenant itself says of a policy, compared without any of the code that restored it. */
  async truthOf(key: FamilyKey, id: string): Promise<unknown> {
    return copiedTruth(key, await this.control.policy(this.tenant, key, id));
  }

  /** The plain values of a policy, as a set of references and as what fills the gaps. */
  async secretsOf(key: FamilyKey, policy: PolicyDocument): Promise<{ omaValues: Set<string>; filling: Filling }> {
    const values = await readOmaSecrets(this.client(), familyOf(key), policy);
    if (values.kind !== "ok") throw new Error(values.kind);
    return {
      omaValues: new Set(omaSecretReferences(policy.document)),
      filling: { omaValue: async (reference) => values.value[reference] ?? null, restoredId: async () => null },
    };
  }

  options(options: Partial<RestoreOptions> = {}): RestoreOptions {
    return {
      mode: { kind: "create", namePrefix: "" },
      assignments: true,
      conditionalAccess: "as-is",
      mapping: {},
      omaValues: new Set(),
      graphUrl: this.#graphUrl,
      plannedAt: Date.UTC(2026, 10, 28),
      ...options,
    };
  }

  plan(key: FamilyKey, document: JsonObject, options: Partial<RestoreOptions> = {}): WritePlan {
    const plan = planRestore(key, document, this.options(options));
    if (plan.kind !== "writes") throw new Error(JSON.stringify(plan));
    return plan;
  }

  async updateTask(key: FamilyKey, graphId: string, stored: JsonObject, options: Partial<RestoreOptions> = {}) {
    const target = await this.read(key, graphId);
    const plan = this.plan(key, stored, { mode: { kind: "update", target }, ...options });
    return { plan, target: { graphId, comparableHash: await comparableHash(key, target) } };
  }

  perform(
    task: Partial<RestoreTask> & Pick<RestoreTask, "plan">,
    client: GraphClient = this.client(),
  ): ReturnType<typeof performRestore> {
    return performRestore(client, this.now, {
      target: null,
      journal: new MemoryJournal(this.claims),
      filling: { omaValue: async () => null, restoredId: async () => null },
      keeper: { before: () => Promise.resolve(null), after: () => Promise.resolve() },
      justification: "Restore",
      ...task,
    });
  }
}

let tenants = 0;
/** A tenant of its own with `policies` generated ones: the same in every run, so that what a test meets is no accident. */
export async function restoreBench(
  policies: number,
  name = `restore-${crypto.randomUUID().slice(0, 8)}`,
  graphUrl?: string,
): Promise<RestoreBench> {
  const bench = new RestoreBench(`${name}-${(tenants += 1)}`, graphUrl);
  await bench.control.createTenant(bench.tenant, { policies, seed: "restore" });
  return bench;
}

export function objectOf(value: unknown): JsonObject {
  if (!isJsonObject(value)) throw new Error("not an object");
  return value;
}
