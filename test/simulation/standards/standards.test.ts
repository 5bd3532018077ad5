/** Standards, deployments and undos in stories whose processes die: the long form is `npm run simulate`. */
import { describe, expect, inject, it } from "vitest";
import { IN_WHOLE, sized } from "../../support/thoroughness.ts";
import { tellStory } from "./story.ts";

/** Always the same stories, so that a failure here is somebody's change. */
const SEEDS = IN_WHOLE ? Array.from({ length: sized(8, 60) }, (_, at) => at + 1) : [6];

describe("Gold standards in a simulated world", () => {
  it("are compared, deployed and undone as the tenant’s own facts say, whenever processes die and whatever is chosen meanwhile", async () => {
    const simulatorUrl = inject("simulatorUrl");
    let deaths = 0;
    for (const seed of SEEDS) {
      const report = await tellStory({ simulatorUrl, seed, late: sized(false, true) });
      expect(report.violation, JSON.stringify(report, null, 1)).toBeNull();
      deaths += report.deaths;
    }
    expect(deaths).toBeGreaterThan(SEEDS.length);
  }, 600_000);

  it.runIf(IN_WHOLE)(
    "are found to be wrong where a fault is planted",
    async () => {
      for (const planted of ["reads-choices-anew", "forgets-the-journal"] as const) {
        let found: string | null = null;
        for (let seed = 1; seed <= 20 && found === null; seed += 1)
          found = (await tellStory({ simulatorUrl: inject("simulatorUrl"), seed, planted, late: false })).violation;
        expect(found, planted).toMatch(/: found .*, expected /);
      }
    },
    600_000,
  );
});
