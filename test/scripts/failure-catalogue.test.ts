import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../../scripts/dependencies.mjs";

const ROWS = Array.from({ length: 40 }, (_, index) => `F${index + 1}`);

function titledRows(): Set<string> {
  const rows = new Set<string>();
  for (const file of globSync("test/**/*.test.ts", { cwd: projectRoot })) {
    const source = readFileSync(path.join(projectRoot, file), "utf8");
    for (const [, title = ""] of source.matchAll(
      /\b(?:it|test|describe)(?:\.\w+)*(?:\([^"'`]*\))?\(\s*["'`]([^\n]*)/g,
    )) {
      for (const [row] of title.matchAll(/\bF\d{1,2}\b/g)) rows.add(row);
    }
  }
  return rows;
}

function excusedRows(): string[] {
  const readme = readFileSync(path.join(projectRoot, "test/README.md"), "utf8");
  return [...readme.matchAll(/^\| (F\d{1,2}) \|/gm)].map(([, row = ""]) => row);
}

describe("the failure catalogue", () => {
  it("has a test by its number, or a reason why not, for each of its forty rows", () => {
    const known = new Set([...titledRows(), ...excusedRows()]);
    expect(ROWS.filter((row) => !known.has(row))).toEqual([]);
  });

  it("excuses no row that has a test", () => {
    const titled = titledRows();
    expect(excusedRows().filter((row) => titled.has(row))).toEqual([]);
  });
});
