import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { differsInReturns, diffTexts, diffWords, foldLines } from "../../src/dashboard/policy-diff/line-diff.ts";
import { shownPath, valueText } from "../../src/dashboard/policy-diff/shown-value.ts";

const texts = fc
  .array(fc.constantFrom("a\n", "b\n", "c\r\n", "\n", "d"), { maxLength: 30 })
  .map((parts) => parts.join(""));

function joined(lines: readonly { text: string; broken: boolean }[]): string {
  return lines.map(({ text, broken }) => (broken ? `${text}\n` : text)).join("");
}

describe("Lines compared", () => {
  it("hold both texts whole", () => {
    fc.assert(
      fc.property(texts, texts, (before, after) => {
        const lines = diffTexts(before, after);
        expect(joined(lines.filter(({ kind }) => kind !== "added"))).toBe(before);
        expect(joined(lines.filter(({ kind }) => kind !== "removed"))).toBe(after);
      }),
    );
  });

  it("are folded only where nothing changed, and none is lost", () => {
    fc.assert(
      fc.property(texts, texts, (before, after) => {
        const lines = diffTexts(before, after);
        const blocks = foldLines(lines);
        expect(blocks.flatMap((block) => block.lines)).toEqual(lines);
        for (const block of blocks) {
          if (block.folded) expect(block.lines.every(({ kind }) => kind === "same")).toBe(true);
        }
      }),
    );
  });

  it("keep three unchanged lines on both sides of a change", () => {
    const numbered = Array.from({ length: 40 }, (_, at) => `line ${at}\n`);
    const blocks = foldLines(diffTexts(numbered.join(""), numbered.with(20, "edited\n").join("")));
    expect(blocks.map(({ folded, lines }) => [folded, lines.length])).toEqual([
      [true, 17],
      [false, 8],
      [true, 16],
    ]);
  });

  it("tell a missing line break at the end, and lines that differ in nothing but a carriage return", () => {
    expect(diffTexts("a\nb\n", "a\nb").map(({ kind, broken }) => [kind, broken])).toEqual([
      ["same", true],
      ["removed", true],
      ["added", false],
    ]);
    expect(differsInReturns(diffTexts("a\r\nb\n", "a\nb\n"))).toBe(true);
    expect(differsInReturns(diffTexts("a\r\nb\r\n", "a\r\nc\r\n"))).toBe(false);
  });
});

describe("Words compared", () => {
  it("are marked where they differ", () => {
    expect(diffWords("Applies to ring 2 devices", "Applies to ring 3 devices")?.after).toEqual([
      { text: "Applies to ring ", marked: false },
      { text: "3", marked: true },
      { text: " devices", marked: false },
    ]);
  });

  it("are not, where nearly all differs", () => {
    expect(diffWords("false", "true")).toBeNull();
  });
});

describe("Values shown", () => {
  it("put texts in quotes only where they would be taken for something else", () => {
    const shown = (json: string | number | boolean) => valueText({ form: "json", json });
    expect([shown("plain text"), shown("true"), shown(true), shown("12"), shown(12), shown(""), shown(" a")]).toEqual([
      "plain text",
      '"true"',
      "true",
      '"12"',
      "12",
      '""',
      '" a"',
    ]);
  });

  it("stand for the last step of a path that only repeats them", () => {
    const list = { kind: "property", name: "excludeGroups" } as const;
    const element = { kind: "element", key: "g", number: 1, label: null } as const;
    expect(shownPath([list, element], { form: "json", json: "g" })).toEqual([list]);
    expect(shownPath([list, element], { form: "json", json: { id: "g" } })).toEqual([list, element]);
    expect(shownPath([list, element], null)).toEqual([list, element]);
  });
});
