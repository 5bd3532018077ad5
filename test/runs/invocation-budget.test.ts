/** What an invocation may use: who begins, who waits, what is refused. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import {
  InvocationBudget,
  InvocationSpentError,
  type Needs,
  PLATFORM_LIMITS,
  type Room,
  SHARED_LIMITS,
  STEP_NEEDS,
  UNIT_NEEDS,
} from "../../src/runs/invocation-budget.ts";

const NEEDS: Needs = { queries: 10, subrequests: 10, memoryMiB: 10 };

function budgetOf(limits: Partial<typeof SHARED_LIMITS>) {
  return new InvocationBudget({ ...SHARED_LIMITS, ...limits });
}

function begun(begin: ReturnType<InvocationBudget["begin"]>): Room {
  if (begin === null || begin instanceof Promise) throw new Error("no room at once");
  return begin;
}

const query = (budget: InvocationBudget, statements = 1): Promise<string> =>
  budget.gate({ to: "database", statements }, () => Promise.resolve("answered"));

describe("the budget of an invocation", () => {
  it("is what wrangler.toml asks the platform for, less what bookkeeping takes", () => {
    const toml = readFileSync(path.resolve(import.meta.dirname, "../../wrangler.toml"), "utf8");
    expect(toml).toContain(`subrequests = ${PLATFORM_LIMITS.subrequests.toLocaleString("en").replace(",", "_")}\n`);
    for (const limit of ["connections", "subrequests", "queries", "memoryMiB"] as const) {
      expect(SHARED_LIMITS[limit], limit).toBeLessThan(PLATFORM_LIMITS[limit]);
    }
    for (const needs of [UNIT_NEEDS, STEP_NEEDS]) expect(new InvocationBudget().affords(needs)).toBe(true);
  });

  it.each([
    ["memory", { memoryMiB: 25 }],
    ["queries", { queries: 25 }],
    ["requests", { subrequests: 25 }],
  ])("lets so many begin as its %s suffice for, and the next in line when one is through", async (_what, limits) => {
    const budget = budgetOf(limits);
    const [a, b] = [begun(budget.begin(NEEDS)), begun(budget.begin(NEEDS))];
    expect([a.first, b.first]).toEqual([true, false]);
    const order: string[] = [];
    const [third, fourth] = ["third", "fourth"].map(async (name) => {
      const room = await budget.begin(NEEDS);
      order.push(name);
      return room;
    });
    expect(a.end()).toBe(false);
    const next = await third;
    expect(order).toEqual(["third"]);
    b.end();
    next?.end();
    expect(await fourth).not.toBeNull();
  });

  it("lets nobody begin that does not fit into what is left, also not those who wait", async () => {
    const budget = budgetOf({ queries: 25 });
    const a = begun(budget.begin(NEEDS));
    begun(budget.begin(NEEDS));
    const waiting = budget.begin(NEEDS);
    await query(budget, 16);
    expect(budget.begin(NEEDS)).toBeNull();
    a.end();
    expect(await waiting).toBeNull();
    expect(budget.affords(NEEDS)).toBe(false);
  });

  it("lets the first begin that is larger than all it has: an invocation that does nothing helps nobody", () => {
    const room = begun(budgetOf({ queries: 5, memoryMiB: 1 }).begin(NEEDS));
    expect(room.first).toBe(true);
  });

  it("refuses what is over its limits unsent, by statements and by requests, and begins nothing afterwards", async () => {
    const budget = budgetOf({ queries: 5, subrequests: 4 });
    const room = begun(budget.begin({ queries: 1, subrequests: 1, memoryMiB: 1 }));
    await query(budget, 3);
    let sent = false;
    const batch = budget.gate({ to: "database", statements: 3 }, async () => (sent = true));
    await expect(batch).rejects.toBeInstanceOf(InvocationSpentError);
    expect(sent).toBe(false);
    expect(budget.begin({ queries: 0, subrequests: 0, memoryMiB: 0 })).toBeNull();
    expect(room.end()).toBe(true);

    const requests = budgetOf({ subrequests: 2 });
    budgetOf({ subrequests: 2 });
    await query(requests);
    expect(requests.affordsRequest()).toBe(true);
    await requests.gate({ to: "network" }, () => Promise.resolve());
    expect(requests.affordsRequest()).toBe(false);
    await expect(requests.gate({ to: "bucket" }, () => Promise.resolve())).rejects.toThrow("subrequests");
  });

  it("has so many requests wait for an answer, and sends the others in their order, also after one that failed", async () => {
    const budget = budgetOf({ connections: 2 });
    const sent: number[] = [];
    const answers = Array.from({ length: 5 }, () => Promise.withResolvers<number>());
    const all = answers.map(({ promise }, index) =>
      budget.gate({ to: "bucket" }, () => {
        sent.push(index);
        return promise;
      }),
    );
    const outcome = Promise.allSettled(all);
    expect(sent).toEqual([0, 1]);
    answers[1]?.reject(new Error("lost"));
    await expect(all[1]).rejects.toThrow("lost");
    await Promise.resolve();
    expect(sent).toEqual([0, 1, 2]);
    answers.forEach(({ resolve }, index) => resolve(index));
    await outcome;
    expect(sent).toEqual([0, 1, 2, 3, 4]);
  });

  it("has room for a part of an execution when others have given theirs back, in the order of asking", async () => {
    const budget = budgetOf({ memoryMiB: 25 });
    const order: string[] = [];
    const first = await budget.hold(NEEDS);
    await budget.hold(NEEDS);
    const waiting = ["c", "d"].map(async (name) => {
      const giveBack = await budget.hold(NEEDS);
      order.push(name);
      return giveBack;
    });
    await Promise.resolve();
    expect(order).toEqual([]);
    first();
    const giveBack = await waiting[0];
    expect(order).toEqual(["c"]);
    giveBack?.();
    await waiting[1];
    expect(order).toEqual(["c", "d"]);
  });

  it("gives room to the first that asks for a part, however much it is, and refuses those who can get none any more", async () => {
    const budget = budgetOf({ queries: 5, memoryMiB: 1 });
    const room = begun(budget.begin({ queries: 1, subrequests: 1, memoryMiB: 1 }));
    const giveBack = await budget.hold(NEEDS);
    const waiting = budget.hold({ ...NEEDS, queries: 4 });
    const ended = Promise.allSettled([waiting]);
    await query(budget, 2);
    giveBack();
    expect(await ended).toMatchObject([{ status: "rejected", reason: { code: "invocation_spent" } }]);
    await expect(budget.hold(NEEDS)).rejects.toThrow("queries");
    // What it had begun is handed back, not failed.
    expect(room.end()).toBe(true);
  });
});
