import { describe, expect, it } from "vitest";
import { MAX_ACCEPTED_AT_ONCE } from "../../src/contract/baselines.ts";
import {
  listedFindingsState,
  NO_FINDINGS,
  stillChosen,
  toggleFinding,
  toggleListedFindings,
} from "../../src/dashboard/findings/chosen-findings.ts";
import { acceptedText } from "../../src/dashboard/findings/finding-words.ts";

const finding = (id: string, status: "open" | "resolved" = "open", changesHash = `seen of ${id}`) => ({
  id,
  status,
  changesHash,
});

describe("findings that are ticked", () => {
  it("keep what was seen when they were ticked, and leave when they are resolved or not listed any more", () => {
    const chosen = toggleListedFindings(NO_FINDINGS, [
      finding("a"),
      finding("b"),
      finding("c"),
      finding("d", "resolved"),
    ]);
    expect([...chosen.keys()]).toEqual(["a", "b", "c"]);
    const later = [finding("a", "open", "other by now"), finding("b", "resolved")];
    expect([...stillChosen(chosen, later)]).toEqual([["a", "seen of a"]]);
  });

  it("are no more than one request takes", () => {
    const listed = Array.from({ length: MAX_ACCEPTED_AT_ONCE + 5 }, (_, at) => finding(String(at)));
    const full = toggleListedFindings(NO_FINDINGS, listed);
    expect(full.size).toBe(MAX_ACCEPTED_AT_ONCE);
    expect(listedFindingsState(full, listed)).toBe("all");
    expect(toggleFinding(full, finding("one more")).has("one more")).toBe(false);
    const without = toggleFinding(full, finding("0"));
    expect(without.size).toBe(MAX_ACCEPTED_AT_ONCE - 1);
    expect(listedFindingsState(without, listed)).toBe("some");
    expect(toggleListedFindings(full, listed).size).toBe(0);
  });

  it("are told by what became of them, none left out", () => {
    expect(acceptedText(["accepted", "accepted"])).toBe("2 findings were accepted.");
    expect(acceptedText(["accepted", "changed", "not_found"])).toBe("1 finding was accepted, 2 were not.");
  });
});
