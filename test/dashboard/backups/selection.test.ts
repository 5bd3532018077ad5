import { describe, expect, it } from "vitest";
import {
  ALL_MATCHES,
  isEmpty,
  isSelected,
  listedState,
  NOTHING,
  offersMatches,
  type Selection,
  selectionText,
  toggle,
  toggleListed,
  withoutMissing,
} from "../../../src/dashboard/backups/selection.ts";

const NOUN = { one: "backup set", other: "backup sets" };
const listed = ["a", "b", "c"];
const ids = (selection: Selection) => (selection.kind === "ids" ? [...selection.ids] : "matches");

describe("selecting for a bulk action", () => {
  it("selects one by one, and takes back", () => {
    const one = toggle(NOTHING, "a", listed);
    expect(ids(one)).toEqual(["a"]);
    expect(listedState(one, listed)).toBe("some");
    expect(isEmpty(toggle(one, "a", listed))).toBe(true);
  });

  it("selects all that is listed beside what is selected already, and then none of it", () => {
    const all = toggleListed({ kind: "ids", ids: new Set(["elsewhere"]) }, listed);
    expect(ids(all)).toEqual(["elsewhere", "a", "b", "c"]);
    expect(ids(toggleListed(all, listed))).toEqual(["elsewhere"]);
  });

  it("F28: offers all that the filter matches only once all that is listed is selected", () => {
    expect(offersMatches(toggle(NOTHING, "a", listed), listed)).toBe(false);
    expect(offersMatches(toggleListed(NOTHING, listed), listed)).toBe(true);
    expect(offersMatches(toggleListed(NOTHING, listed), [...listed, "d"])).toBe(false);
    expect(offersMatches(NOTHING, [])).toBe(false);
  });

  it("F28: takes everything for selected once all matches are, also what is listed later", () => {
    expect(isSelected(ALL_MATCHES, "not listed yet")).toBe(true);
    expect(listedState(ALL_MATCHES, listed)).toBe("all");
    expect(toggleListed(ALL_MATCHES, listed)).toBe(NOTHING);
  });

  it("F28: all matches without one are what is listed without that one", () => {
    expect(ids(toggle(ALL_MATCHES, "b", listed))).toEqual(["a", "c"]);
  });

  it("F28: says a number only of what is named", () => {
    expect(selectionText(toggle(NOTHING, "a", listed), NOUN, true)).toBe("1 backup set");
    expect(selectionText(toggleListed(NOTHING, listed), NOUN, true)).toBe("3 backup sets");
    expect(selectionText(ALL_MATCHES, NOUN, true)).toBe("All backup sets that match this filter");
    expect(selectionText(ALL_MATCHES, NOUN, false)).toBe("All backup sets of this tenant");
  });

  it("drops what is no longer there, once the whole list is known", () => {
    const old = toggleListed(NOTHING, [...listed, "gone"]);
    expect(
      ids(
        withoutMissing(
          old,
          listed.map((id) => ({ id })),
        ),
      ),
    ).toEqual(listed);
    expect(withoutMissing(ALL_MATCHES, [])).toBe(ALL_MATCHES);
  });
});
