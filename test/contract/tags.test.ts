import { describe, expect, it } from "vitest";
import { hasTag, MAX_TAG_LENGTH, MAX_TAGS, tagsOfAll, tagsSchema } from "../../src/contract/tags.ts";

describe("tags of a tenant", () => {
  it("are kept as they are written, without spaces that nobody sees", () => {
    expect(tagsSchema.parse(["  Schools ", "North\u00a0 \tWest"])).toEqual(["Schools", "North West"]);
    // "é" in one code point, and as a letter with its accent, are one tag.
    expect(tagsSchema.parse(["Cafe\u0301"])).toEqual(["Caf\u00e9"]);
  });

  it("are not told apart by case, and none is there twice", () => {
    expect(tagsSchema.safeParse(["Schools", "schools"]).success).toBe(false);
    expect(tagsSchema.safeParse(["CAF\u00c9", "cafe\u0301"]).success).toBe(false);
    expect(hasTag(["Schools"], " SCHOOLS")).toBe(true);
    expect(hasTag(["Schools"], "School")).toBe(false);
  });

  it("are short and few, and hold no control characters", () => {
    expect(tagsSchema.safeParse(["x".repeat(MAX_TAG_LENGTH)]).success).toBe(true);
    const refused = [["x".repeat(MAX_TAG_LENGTH + 1)], [""], ["  "], ["a\u0000b"], ["\ud800"]];
    for (const tags of refused) expect(tagsSchema.safeParse(tags).success, JSON.stringify(tags)).toBe(false);
    const many = Array.from({ length: MAX_TAGS + 1 }, (_, index) => `tag ${index}`);
    expect(tagsSchema.safeParse(many.slice(1)).success).toBe(true);
    expect(tagsSchema.safeParse(many).success).toBe(false);
  });

  it("are counted over tenants, each once however it is written", () => {
    expect(tagsOfAll([{ tags: ["Schools", "North"] }, { tags: [] }, { tags: ["schools"] }])).toEqual([
      { tag: "Schools", tenants: 2 },
      { tag: "North", tenants: 1 },
    ]);
  });
});
