import { describe, expect, it } from "vitest";
import { rowAfterKey } from "../../src/dashboard/keys/list-moves.ts";

const at = (current: number, count = 600) => ({ count, current, page: 12 });

describe("the keys of a list", () => {
  it.each([
    ["ArrowDown", at(3), 4],
    ["ArrowUp", at(3), 2],
    ["PageDown", at(3), 15],
    ["PageUp", at(30), 18],
    ["Home", at(300), 0],
    ["End", at(3), 599],
  ])("%s from %o leads to row %s", (key, rows, to) => {
    expect(rowAfterKey(key, rows)).toBe(to);
  });

  it("lead no further than to the ends", () => {
    expect(rowAfterKey("ArrowUp", at(0))).toBe(0);
    expect(rowAfterKey("ArrowDown", at(599))).toBe(599);
    expect(rowAfterKey("PageUp", at(5))).toBe(0);
    expect(rowAfterKey("PageDown", at(595))).toBe(599);
    expect(rowAfterKey("PageDown", { ...at(1), page: 0 }), "a list lower than a row still moves").toBe(2);
  });

  it("lead nowhere in an empty list, and other keys never do", () => {
    expect(rowAfterKey("End", at(0, 0))).toBeNull();
    expect(rowAfterKey("Enter", at(3))).toBeNull();
    expect(rowAfterKey("a", at(3))).toBeNull();
  });
});
