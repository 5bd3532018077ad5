import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { judgeCoveragePage } from "../../scripts/check/coverage-page.ts";
import { coveragePage } from "../../scripts/coverage-page.ts";
import { projectRoot } from "../../scripts/dependencies.mjs";
import { FAMILIES } from "../../src/graph/families.ts";

describe("The page of what is covered", () => {
  it("is current, and another page in its place is not", async () => {
    expect(await judgeCoveragePage(projectRoot)).toEqual({ passed: true, output: "" });
    expect(await judgeCoveragePage(projectRoot, "docs/operations.md")).toMatchObject({ passed: false });
    expect(await judgeCoveragePage(projectRoot, "docs/there-is-none.md")).toMatchObject({ passed: false });
  });

  it("has a row for each family, with its permissions and a source", async () => {
    const rows = (await coveragePage(projectRoot)).split("\n").filter((line) => line.startsWith("| ["));
    expect(rows.length).toBe(FAMILIES.length);
    for (const [index, { key, reading, restore }] of FAMILIES.entries()) {
      const cells = rows[index]?.split(" | ") ?? [];
      expect(cells[0]).toContain(`\`${key}\``);
      const named = cells.slice(6, 8).map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name));
      expect(named).toEqual([
        [reading.permission, ...reading.otherPermissions],
        [restore.permission, ...restore.otherPermissions, ...restore.alsoNeeds],
      ]);
      expect(cells[8], `${key} names no type`).toMatch(/^`\w+`/);
    }
  });

  it("names why something is not restored by the codes that the families use", async () => {
    const page = await coveragePage(projectRoot);
    const explained = readFileSync(path.join(projectRoot, "docs/operations.md"), "utf8");
    for (const code of ["single_object", "cannot_copy", "built_in", "document_file"]) {
      expect(page).toContain(`\`${code}\``);
      expect(explained).toContain(`| \`${code}\``);
    }
  });
});
