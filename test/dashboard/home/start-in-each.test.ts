import { expect, it } from "vitest";
import { startInEach } from "../../../src/dashboard/home/start-in-each.ts";

it("asks each tenant once, at most six at a time, and tells every result though some are refused", async () => {
  const tenants = Array.from({ length: 20 }, (_, at) => at);
  let now = 0;
  let most = 0;
  const asked: number[] = [];
  const told = new Map<number, unknown>();
  await startInEach(
    tenants,
    async (tenant) => {
      asked.push(tenant);
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 20 - tenant));
      now--;
      if (tenant % 5 === 0) throw new Error(`no ${tenant}`);
      return `run ${tenant}`;
    },
    (tenant, result) => {
      expect(told.has(tenant)).toBe(false);
      told.set(tenant, result);
    },
  );
  expect(asked.toSorted((a, b) => a - b)).toEqual(tenants);
  expect(most).toBe(6);
  expect(told.size).toBe(20);
  expect(told.get(3)).toEqual({ state: "started", started: "run 3" });
  expect(told.get(5)).toEqual({ state: "refused", error: new Error("no 5") });
});
