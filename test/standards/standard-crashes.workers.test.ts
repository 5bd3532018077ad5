/** A comparison with a standard that is cut off at each call to the database, before and after it took effect, with every step done twice. */
import { expect, it } from "vitest";
import { comparisonIdOf } from "../../src/database/baselines/comparison-work.ts";
import { baselineCompare } from "../../src/operations/baseline-compare/baseline-compare.ts";
import { IN_WHOLE } from "../support/thoroughness.ts";
import { driveThroughCrashes } from "../operations/baseline-tenant.ts";
import { findings, followed, home, matches, otherTenant } from "./standards.ts";

it.runIf(IN_WHOLE)(
  "finds the same wherever a comparison with a standard is cut off",
  async () => {
    const from = await home();
    const tenant = await otherTenant();
    const following = await followed(tenant, from);
    const crashes = await driveThroughCrashes(
      baselineCompare,
      tenant.context(),
      () => Promise.resolve({ run: tenant.run("compare"), input: { baselineId: following.id } }),
      async (runId, moment) => {
        expect([moment, await findings(tenant, comparisonIdOf(runId))]).toEqual([
          moment,
          ["changed Our browser", "removed Corporate", "removed Disks"],
        ]);
        const found = await matches(tenant, following.id);
        // What was alike at first is known by its id from then on.
        expect(Object.entries(found).map(([name, match]) => [name, match?.[1]])).toEqual([
          ["Browser", "Our browser"],
          ["Corporate", null],
          ["Disks", null],
        ]);
      },
    );
    expect(crashes).toBeGreaterThan(60);
  },
  240_000,
);
