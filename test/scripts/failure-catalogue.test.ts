import { existsSync, globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../../scripts/dependencies.mjs";
import { readRequirements, requirementFaults, testTitles } from "../../scripts/check/required-tests.ts";

const PAGE = "docs/design/failure-catalogue.md";

const read = (file: string): string | null => {
  const target = path.join(projectRoot, file);
  return existsSync(target) ? readFileSync(target, "utf8") : null;
};

/** The rows that a title names: "F13, F19: completes when …". */
function rowsOf(title: string): string[] {
  const [, numbers = ""] = /^(F\d+(?:, F\d+)*):/.exec(title) ?? [];
  return numbers === "" ? [] : numbers.split(", ");
}

/** Rows whose named test does not say that it is theirs: a title is found by its number. */
function unnumbered(page: string): string[] {
  return readRequirements(page).flatMap(({ id, tests }) =>
    tests
      .filter(({ title }) => !rowsOf(title).includes(id))
      .map(({ title }) => `${id} is not in the title of “${title}”`),
  );
}

/** Titles that carry a number without a row. */
function rowless(page: string, titles: readonly string[]): string[] {
  const rows = new Set(readRequirements(page).map(({ id }) => id));
  return titles.flatMap((title) =>
    rowsOf(title)
      .filter((row) => !rows.has(row))
      .map((row) => `“${title}” is for ${row}, which has no row`),
  );
}

describe("the failure catalogue", () => {
  const page = read(PAGE) ?? "";

  it("has rows, numbered in order without a gap", () => {
    const ids = readRequirements(page).map(({ id }) => id);
    expect(ids).not.toEqual([]);
    expect(ids).toEqual(ids.map((_, index) => `F${index + 1}`));
  });

  it("names tests that exist for each of its rows, and each carries the row's number", () => {
    expect(requirementFaults(page, read)).toEqual([]);
    expect(unnumbered(page)).toEqual([]);
  });

  it("has a row for each number in a test's title", () => {
    const sources = globSync("test/**/*.test.ts", { cwd: projectRoot }).map((file) => ({
      file,
      source: read(file) ?? "",
    }));
    const titles = sources
      .filter(({ source }) => /["'`]F\d+[:,]/.test(source))
      .flatMap(({ file, source }) => testTitles(file, source));
    expect(titles).not.toEqual([]);
    expect(rowless(page, titles)).toEqual([]);
  });
});

describe("a catalogue", () => {
  const page = '| F1 | what | where | `test/a.test.ts` "F1: ends" |';

  it("fails when a row names a test of another number, or of none", () => {
    expect(unnumbered(page)).toEqual([]);
    expect(unnumbered(page.replace("F1: ends", "F2: ends"))).toEqual(["F1 is not in the title of “F2: ends”"]);
    expect(unnumbered(page.replace("F1: ends", "ends"))).toEqual(["F1 is not in the title of “ends”"]);
    expect(unnumbered(page.replace("F1: ends", "F2, F1: ends"))).toEqual([]);
  });

  it("fails when a title has a number that is in no row", () => {
    expect(rowless(page, ["F1: ends", "ends", "starts at F9"])).toEqual([]);
    expect(rowless(page, ["F1, F41: ends"])).toEqual(["“F1, F41: ends” is for F41, which has no row"]);
  });
});
