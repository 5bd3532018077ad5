import { beforeAll, describe, expect, it } from "vitest";
import type { Failure } from "./batch.ts";
import { IN_WHOLE } from "../support/thoroughness.ts";
import { hunted, MUTANTS } from "./mutants.ts";
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
  "claim counted with each of its settles": ["proof"],
  "refused claim counted again when it is repeated": ["proof"],
  "numbers of claims forgotten at an eviction": ["proof"],
  "numbers of claims that start anew": ["proof"],
  "lease horizon that is not extended": ["lease"],
  "deferral that does not tell of its claim": ["proof"],
  "refused claim that is not told of": ["proof"],
  "report that is lost when D1 fails": ["report"],
  "report that is told more often than it may": ["report"],
  "older report over a newer": ["report"],
  "dispatch that does not wait for its turn": ["order"],
  "turn that comes when as many units have ended, whichever": ["order"],
  "turn that comes when what is before has been sent": ["order"],
  "order that counts the places of ordinals as sent": ["order"],
};

/** Any would do; with these each is caught within a dozen schedules that are quickly made smaller, so that little is run. */
const SEEDS: Record<string, number> = {
  "double settle": 14,
  "clamp at total": 20,
  "projection without version guard": 8,
  "numbers of claims forgotten at an eviction": 7,
  "numbers of claims that start anew": 13,
  "lease horizon that is not extended": 22,
  "refused claim that is not told of": 1,
  "report that is told more often than it may": 23,
  "older report over a newer": 5,
  "dispatch that does not wait for its turn": 4,
  "turn that comes when as many units have ended, whichever": 4,
  "turn that comes when what is before has been sent": 4,
  "order that counts the places of ordinals as sent": 4,
};
const OTHER_SEED = 3;

/** Of each rule the planted bug that is caught soonest: the short form hunts these. */
const ONE_OF_EACH_RULE: ReadonlySet<string> = new Set([
  "double settle",
  "clamp at total",
  "completion before sealed",
  "projection without version guard",
  "settle before effect",
  "acknowledge before settle",
  "projection without an alarm for the next",
  "claim counted with each of its settles",
  "lease horizon that is not extended",
  "report that is lost when D1 fails",
  "turn that comes when what is before has been sent",
]);
const HUNTED = MUTANTS.filter(({ name }) => IN_WHOLE || ONE_OF_EACH_RULE.has(name));

describe("the simulation's oracle", () => {
  it("is tried with a bug of each rule", () => {
    const rules = (names: Iterable<string>) => new Set([...names].flatMap((name) => RULES[name] ?? []));
    expect(rules(HUNTED.map(({ name }) => name))).toEqual(rules(Object.keys(RULES)));
  });

  let failures: ReadonlyMap<string, Failure | null>;
  beforeAll(async () => {
    const found = await hunted(HUNTED.map((mutant) => ({ mutant, seed: SEEDS[mutant.name] ?? OTHER_SEED })));
    failures = new Map(HUNTED.map(({ name }, at) => [name, found[at] ?? null]));
  }, 480_000);

  for (const { name, within } of MUTANTS) {
    it.runIf(HUNTED.some((mutant) => mutant.name === name))(
      `catches a planted ${name} within ${within} schedules, and tells how to see it again`,
      () => {
        const failure = failures.get(name) ?? null;
        expect(failure).not.toBeNull();
        if (failure === null) return;
        expect(RULES[name]).toContain(failure.violation.rule);
        expect(reproduction(failure)).toContain("npm run simulate -- --replay");
        // Shrinking leaves little to look at.
        expect(failure.schedule.faults.length).toBeLessThanOrEqual(6);
      },
    );
  }
});
