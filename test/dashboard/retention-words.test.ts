import { describe, expect, it } from "vitest";
import { RETENTION_KEYS, STANDARD_RULES } from "../../src/contract/retention.ts";
import {
  choicesOf,
  faultOf,
  isChanged,
  keptText,
  removesText,
  rulesOf,
} from "../../src/dashboard/retention/rule-words.ts";

describe("the form of retention", () => {
  it("begins with the rules, and gives them back as they are", () => {
    for (const rules of [STANDARD_RULES, { ...STANDARD_RULES, snapshots: null, runs: 31 }]) {
      expect(rulesOf(choicesOf(rules))).toEqual(rules);
      expect(isChanged(rules, rules)).toBe(false);
    }
    expect(isChanged(STANDARD_RULES, { ...STANDARD_RULES, audit: null })).toBe(true);
  });

  it.each(["", "30", "3651", "31.5", "-40", "1e3", "many"])(
    "takes no %j for operations, and says what it takes",
    (days) => {
      const choice = { days, forever: false };
      expect(faultOf("runs", choice)).toBe("Enter a whole number from 31 to 3650.");
      expect(rulesOf({ ...choicesOf(STANDARD_RULES), runs: choice })).toBeNull();
    },
  );

  it("takes for ever whatever the days say, and has days again when it is taken back", () => {
    const { runs } = choicesOf({ ...STANDARD_RULES, runs: null });
    expect(runs).toEqual({ days: "400", forever: true });
    expect(faultOf("runs", { days: "", forever: true })).toBeNull();
    for (const kind of RETENTION_KEYS) expect(choicesOf(STANDARD_RULES)[kind]?.days).toMatch(/^\d+$/);
  });

  it("says how long, and exactly how many go", () => {
    expect([keptText(1), keptText(400), keptText(null)]).toEqual(["1 day", "400 days", "For ever"]);
    expect(removesText({ kind: "runs", before: null, removes: 0 })).toBe("None");
    expect(removesText({ kind: "runs", before: null, removes: 12 })).toBe("12");
    expect(removesText({ kind: "reviewPacks", before: null, removes: 0 })).toMatch(/^None: holds for packs/);
  });
});
