/** The tenant's object itself, and the product's units against the simulated Graph. */
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { CREDIT, PermitShares, sharedPermits, TenantPermits } from "../../../src/graph-work/budget/permit-shares.ts";
import type { PermitAnswer } from "../../../src/graph-work/budget/tenant-buckets.ts";
import { callGraphBudget } from "../../../src/graph-work/budget/graph-budget.ts";
import { simulatedTenant, type SimulatedTenant } from "../../operations/simulated-tenant.ts";

const learnedOf = (tenantId: string) => callGraphBudget(env, tenantId, (budget) => budget.learned());
const countersSchema = z.object({ totals: z.object({ requests: z.int() }) });

async function counters(tenant: SimulatedTenant) {
  return countersSchema.parse(await tenant.control("GET", "/counters")).totals;
}

describe("A tenant's Graph budget", () => {
  it("keeps what it has learned when its object is evicted, and forgets it with the tenant", async () => {
    const tenantId = crypto.randomUUID();
    const report = { group: "intune-write", epoch: 0, retryAfterMs: 600_000 } as const;
    await callGraphBudget(env, tenantId, (budget) => budget.refused(report));
    const learned = await learnedOf(tenantId);
    expect(learned).toMatchObject({ "intune-write": { perSecond: 5, epoch: 1 } });

    await evictDurableObject(env.GRAPH_BUDGETS.getByName(tenantId));
    expect(await learnedOf(tenantId)).toEqual(learned);
    const ask = { group: "intune-write", need: 1, want: 1, owed: 0, patienceMs: 5_000, interactive: true } as const;
    const answer = await callGraphBudget<PermitAnswer>(env, tenantId, (budget) => budget.take(ask));
    expect(answer).toMatchObject({ kind: "later", cause: "closed" });

    await callGraphBudget(env, tenantId, (budget) => budget.forget());
    await evictDurableObject(env.GRAPH_BUDGETS.getByName(tenantId));
    expect(await learnedOf(tenantId)).toEqual({});
  });

  it("tells another run of the tenant what one has met, and no other tenant", async () => {
    const [tenantId, other] = [crypto.randomUUID(), crypto.randomUUID()];
    const permitsOf = (tenant: string) =>
      new TenantPermits({
        tenantId: tenant,
        object: {
          take: (request) => callGraphBudget<PermitAnswer>(env, tenant, (budget) => budget.take(request)),
          refused: (report) => callGraphBudget(env, tenant, (budget) => budget.refused(report)),
        },
        now: Date.now,
        interactive: false,
        shares: new PermitShares(),
        onUnreachable: (error) => expect(error).toBeUndefined(),
      });
    const first = permitsOf(tenantId);
    expect(await first.take("intune-read", 1, 1_000)).toMatchObject({ kind: "granted" });
    first.refused("intune-read", 0, 60_000);
    await first.settled();
    // More than what goes on credit.
    const asked = await permitsOf(tenantId).take("intune-read", CREDIT + 1, 1_000);
    expect(asked).toMatchObject({ kind: "later", cause: "closed" });
    expect(await permitsOf(other).take("intune-read", CREDIT + 1, 1_000)).toMatchObject({ kind: "granted", waitMs: 0 });
  });

  it("puts a unit off whose turn is not near, says what it waits for, and counts no attempt", async () => {
    const tenant = await simulatedTenant(0);
    const refuse = { group: "intune-read", epoch: 0, retryAfterMs: 0 } as const;
    await callGraphBudget(env, tenant.tenantId, (budget) => budget.refused(refuse));
    // Other work takes what the next seconds bring.
    const much = { group: "intune-read", need: 1, want: 1, owed: 900, patienceMs: 0, interactive: false } as const;
    await callGraphBudget<PermitAnswer>(env, tenant.tenantId, (budget) => budget.take(much));
    sharedPermits.of(tenant.tenantId, "intune-read").epoch = 1;
    expect(await tenant.syncOne("filters")).toMatchObject({
      kind: "deferred",
      reasonCode: "waiting_for_graph",
      uncounted: true,
      message: "Other work of this tenant has its turn first: Microsoft Graph limits readings of Intune.",
    });
    expect(await counters(tenant)).toMatchObject({ requests: 0 });
  });

  it("learns from what a unit meets, and both runs of the tenant end", async () => {
    const tenant = await simulatedTenant(30);
    await tenant.fault({ family: "filters", status: 429, retryAfter: "0.3", count: 1 });
    const families = ["filters", "roles", "scopeTags", "compliance"];
    const plans = await Promise.all([tenant.plan(families), tenant.plan(families)]);
    const results = await Promise.all(plans.map((plan) => tenant.execute(plan)));
    expect(results.flatMap((result) => [...result.values()].map(({ kind }) => kind))).toEqual(
      Array.from({ length: 8 }, () => "succeeded"),
    );
    expect(await learnedOf(tenant.tenantId)).toMatchObject({ "intune-read": { perSecond: 50, epoch: 1 } });
  });
});
