import { describe, expect, it } from "vitest";
import { unusablePlans } from "../../../src/database/restore/restore-plan-removal.ts";
import { queryPlans } from "../../support/query-plans.ts";
import { env } from "../../support/environment.ts";

describe("plans that the sweep looks for", () => {
  it("are found by indexes that hold such plans alone, however many plans there are", async () => {
    const plans = await queryPlans(env.DATABASE, (database) => unusablePlans(database, 20));
    const indexes = plans.map(
      ({ plan }) => /(?:SEARCH|SCAN) restore_plans USING (?:COVERING )?INDEX (\w+)/.exec(plan)?.[1],
    );
    expect(indexes).toEqual(["restore_plans_of_removed_sets", "restore_plans_preparing"]);
    for (const { plan } of plans) expect(plan).not.toMatch(/SCAN (?!restore_plans USING INDEX)/);
  });
});
