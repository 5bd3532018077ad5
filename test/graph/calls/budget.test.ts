import { describe, expect, it } from "vitest";
import { RequestBudget, type BudgetLimits } from "../../../src/graph/calls/budget.ts";

const LIMITS: BudgetLimits = {
  maxRequests: 3,
  maxRetries: 2,
  maxFruitlessRetries: 5,
  maxWaitMs: 1_000,
  maxTotalWaitMs: 1_500,
  maxDurationMs: 10_000,
};

describe("A unit's budget", () => {
  it("gives as many requests as it has, and no more", () => {
    const budget = new RequestBudget(LIMITS, () => 0);
    expect([1, 2, 3, 4].map(() => budget.takeRequest())).toEqual([true, true, true, false]);
  });

  it("gives no request once its time is over", () => {
    let now = 5_000;
    const budget = new RequestBudget(LIMITS, () => now);
    now += 9_999;
    expect(budget.takeRequest()).toBe(true);
    now += 1;
    expect(budget.takeRequest()).toBe(false);
  });

  it("refuses a single wait that is too long, and takes nothing for it", () => {
    const budget = new RequestBudget(LIMITS, () => 0);
    expect(budget.takeRetry(1_001, 0)).toBe(false);
    expect(budget.spent).toEqual({ requests: 0, retries: 0, waitedMs: 0 });
  });

  it("refuses waits that add up to too much", () => {
    const budget = new RequestBudget(LIMITS, () => 0);
    expect([1_000, 501, 500].map((ms) => budget.takeRetry(ms, 0))).toEqual([true, false, true]);
  });

  it("refuses retries beyond their number, however short", () => {
    const budget = new RequestBudget(LIMITS, () => 0);
    expect([1, 1, 1].map((ms) => budget.takeRetry(ms, 0))).toEqual([true, true, false]);
  });

  it("refuses to go on after as many tries that changed nothing", () => {
    const budget = new RequestBudget(LIMITS, () => 0);
    expect(budget.takeRetry(1, 5)).toBe(false);
    expect(budget.takeRetry(1, 4)).toBe(true);
  });

  it("refuses a wait that would end after its time", () => {
    let now = 0;
    const budget = new RequestBudget(LIMITS, () => now);
    now = 9_500;
    expect(budget.takeRetry(500, 0)).toBe(false);
    expect(budget.takeRetry(499, 0)).toBe(true);
  });
});
