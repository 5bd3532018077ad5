import { describe, expect, it } from "vitest";
import { hunt, MUTANTS } from "./mutants.ts";
import { reproduction } from "./report.ts";

/** The rules that may catch each planted bug: by its own symptom, not by any accident. */
const RULES: Record<string, string[]> = {
  "double settle": ["4"],
  "clamp at total": ["1"],
  "completion before sealed": ["2"],
  "projection without version guard": ["3"],
  "settle before effect": ["7"],
  "acknowledge before settle": ["settle-before-ack"],
  "chore left out of the arming": ["due-is-armed"],
  "projection without an alarm for the next": ["due-is-armed"],
  "repeated claim counted again": ["proof"],
};

/** Any would do; with this one each is caught early, so that little is run. */
const SEED = 3;

describe("the simulation's oracle", () => {
  for (const mutant of MUTANTS) {
    it(`catches a planted ${mutant.name} within ${mutant.within} schedules, and tells how to see it again`, async () => {
      const failure = await hunt(mutant, SEED);
      expect(failure).not.toBeNull();
      if (failure === null) return;
      expect(RULES[mutant.name]).toContain(failure.violation.rule);
      expect(reproduction(failure)).toContain("npm run simulate -- --replay");
      // Shrinking leaves little to look at.
      expect(failure.schedule.faults.length).toBeLessThanOrEqual(6);
    }, 240_000);
  }
});
