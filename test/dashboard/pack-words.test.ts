import { describe, expect, it } from "vitest";
import type { ReviewPackOptions } from "../../src/contract/review-packs.ts";
import {
  bytesText,
  EVERYTHING,
  fileCountText,
  includeText,
  leavesNothing,
} from "../../src/dashboard/review-packs/pack-words.ts";

const options: ReviewPackOptions = {
  snapshot: null,
  always: 4,
  parts: { rawPolicies: 600, evidence: 633, operations: 2, findings: 2 },
  retentionDays: 90,
};
const NOTHING = { rawPolicies: false, evidence: false, operations: false, findings: false };

describe("what is said of a pack", () => {
  it("counts the files that the choice comes to", () => {
    expect(fileCountText(options, EVERYTHING).replace(/\D/g, "")).toBe("1241");
    expect(fileCountText(options, { ...NOTHING, operations: true })).toBe("6 files");
  });

  it("knows a choice that leaves nothing", () => {
    expect(leavesNothing(NOTHING)).toBe(true);
    expect(leavesNothing({ ...NOTHING, findings: true })).toBe(false);
  });

  it("names the parts", () => {
    expect(includeText(EVERYTHING)).toBe("Everything");
    expect(includeText({ ...EVERYTHING, evidence: false, findings: false })).toBe("Policies, Operations");
  });

  it.each([
    [0, "0 bytes"],
    [999, "999 bytes"],
    [1_000, "1 kB"],
    [1_494_249, "1.49 MB"],
    [26_400_000, "26.4 MB"],
    [999_999_999_999, "1,000 GB"],
  ])("tells %i bytes as %s", (bytes, text) => {
    expect(bytesText(bytes)).toBe(text);
  });
});
