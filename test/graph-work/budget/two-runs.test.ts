/** Work of one tenant whose Graph admits 50 requests a second: what shares a budget, beside what does not know of it (as it was before). */
import { describe, expect, it } from "vitest";
import { limitedTenant, runOf, type Tenant } from "./limited-tenant.ts";

const SIZE = { units: 30, batches: 3 };
const REQUESTS = 30 * 3 * 20;

function twoRuns(tenant: Tenant) {
  return tenant.clock.run(Promise.all([runOf(SIZE, tenant), runOf(SIZE, tenant)]));
}

describe("Two runs of one tenant", () => {
  it.each([
    { retryAfter: true, words: "says how long to wait" },
    { retryAfter: false, words: "does not say how long to wait" },
  ])("are refused a tenth as often as without a budget, and end as soon, when Graph $words", async ({ retryAfter }) => {
    const alone = limitedTenant({ retryAfter });
    const before = await twoRuns({ ...alone, budget: null });
    const tenant = limitedTenant({ retryAfter });
    const after = await twoRuns(tenant);
    expect(alone.graph.refused).toBeGreaterThan(2_000);
    expect(tenant.graph.refused).toBeLessThan(alone.graph.refused / 10);
    // No unit lost what it had read, and no deferral counts against one.
    expect(tenant.graph.admitted).toBe(2 * REQUESTS);
    expect(after.map(({ counted }) => counted)).toEqual([0, 0]);
    const end = (runs: typeof before) => Math.max(...runs.map(({ endedAfterMs }) => endedAfterMs));
    expect(end(after)).toBeLessThan(end(before) * 1.15);
  });

  it.each([
    { burst: 200, pauseMs: 4_000, words: "at once, where Graph admits some more for a moment", times: 10 },
    { burst: 50, pauseMs: 0, words: "before them, though it never rests and Graph admits nothing more", times: 1 },
  ])("let a person's work pass $words, and get on beside it", async ({ burst, pauseMs, times }) => {
    const besideRuns = async (interactive: boolean) => {
      const tenant = limitedTenant({ burst });
      const person = async (): Promise<number> => {
        await tenant.clock.sleep(20_000);
        let sum = 0;
        // Something like a check of permissions each time.
        for (let turn = 0; turn < 6; turn += 1) {
          sum += (await runOf({ units: 1, batches: 4 }, { ...tenant, interactive })).endedAfterMs;
          await tenant.clock.sleep(pauseMs);
        }
        return sum;
      };
      const runs = Promise.all([runOf(SIZE, tenant), runOf(SIZE, tenant)]);
      const [ended, checksMs] = await tenant.clock.run(Promise.all([runs, person()]));
      expect(ended.map(({ counted }) => counted)).toEqual([0, 0]);
      return { checksMs, runsMs: Math.max(...ended.map(({ endedAfterMs }) => endedAfterMs)) };
    };
    const asPerson = await besideRuns(true);
    const asRun = await besideRuns(false);
    expect(asPerson.checksMs * times).toBeLessThan(asRun.checksMs);
    expect(asPerson.runsMs).toBeLessThan(asRun.runsMs * 1.5);
  });

  it("end though the object loses its memory again and again", async () => {
    const tenant = limitedTenant();
    const work = { ended: false };
    const restarts = async () => {
      while (!work.ended) {
        await tenant.clock.sleep(3_000);
        tenant.budget.restart();
      }
    };
    void restarts();
    const runs = await tenant.clock.run(twoRunsThen(tenant, () => (work.ended = true)));
    expect(runs.map(({ counted }) => counted)).toEqual([0, 0]);
    expect(tenant.graph.admitted).toBe(2 * REQUESTS);
    expect(tenant.graph.refused).toBeLessThan(1_000);
  });

  it("end when no report of a refusal arrives, each of them keeping to what Graph told it", async () => {
    const tenant = limitedTenant();
    tenant.budget.reportsLost = true;
    await twoRuns(tenant);
    expect(tenant.graph.admitted).toBe(2 * REQUESTS);
    expect(tenant.budget.learned("intune-read")).toBeNull();
  });

  it("go on slowly, and never unlimited, while the object cannot be reached", async () => {
    const tenant = limitedTenant();
    tenant.budget.reachable = false;
    const small = { units: 3, batches: 2 };
    const [run] = await tenant.clock.run(Promise.all([runOf(small, tenant), runOf(small, tenant)]));
    expect(tenant.graph.admitted).toBe(2 * 3 * 2 * 20);
    expect(tenant.graph.refused).toBe(0);
    // Five requests a second, after what was sent on credit.
    expect(run.endedAfterMs).toBeGreaterThan(8_000);
    expect(run.counted).toBe(0);
  });
});

async function twoRunsThen(tenant: Tenant, then: () => void) {
  const runs = await Promise.all([runOf(SIZE, tenant), runOf(SIZE, tenant)]);
  then();
  return runs;
}

describe("A small sync of a tenant that Graph never refuses", () => {
  it("waits for no permit, and asks the object a few times", async () => {
    const free = limitedTenant({ burst: 100_000 });
    const bare = await free.clock.run(runOf({ units: 8, batches: 1 }, { ...free, budget: null }));
    const tenant = limitedTenant({ burst: 100_000 });
    const run = await tenant.clock.run(runOf({ units: 8, batches: 1 }, tenant));
    expect(run.endedAfterMs - bare.endedAfterMs).toBeLessThanOrEqual(10);
    expect(tenant.budget.calls).toBeLessThanOrEqual(4);
  });

  it("of many policies asks for ever larger portions", async () => {
    const tenant = limitedTenant({ burst: 100_000 });
    await tenant.clock.run(runOf({ units: 20, batches: 25 }, tenant));
    expect(tenant.graph.admitted).toBe(10_000);
    expect(tenant.budget.calls).toBeLessThan(25);
  });
});
