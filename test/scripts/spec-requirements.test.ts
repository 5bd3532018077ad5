import { existsSync, globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../../scripts/dependencies.mjs";
import { readRequirements, requirementFaults } from "../../scripts/check/required-tests.ts";

const read = (file: string): string | null => {
  const target = path.join(projectRoot, file);
  return existsSync(target) ? readFileSync(target, "utf8") : null;
};

describe("the specifications", () => {
  const pages = globSync("specs/*/spec.md", { cwd: projectRoot });

  it("have requirements of every part", () => {
    expect(pages).toContain("specs/271-counted-progress-rollout/spec.md");
    const requirements = readRequirements(read("specs/271-counted-progress-rollout/spec.md") ?? "");
    expect(new Set(requirements.map(({ id }) => id[0]))).toEqual(new Set(["C", "I", "A", "R", "B"]));
  });

  it.each(pages)("%s: each requirement is proven by tests that exist", (page) => {
    expect(requirementFaults(read(page) ?? "", read)).toEqual([]);
  });
});

describe("a table of requirements", () => {
  const file =
    'describe("a run", () => {\n  it("ends", () => {});\n  it.each([1])(`ends ${1} times`, () => {});\n  it.skip("rests", () => {});\n});\n';
  const readPlanted = (name: string): string | null => (name === "test/a.test.ts" ? file : null);
  const faultsOf = (cell: string): string[] => requirementFaults(`| X1 | what | ${cell} |`, readPlanted);

  it("may name a test by a part of its title", () => {
    expect(faultsOf('`test/a.test.ts` "end", `test/a.test.ts` " times", `test/a.test.ts` "a run"')).toEqual([]);
  });

  it.each([
    ["a test that does not exist", '`test/a.test.ts` "begins"', "X1: test/a.test.ts has no test “begins”"],
    ["a test that is skipped", '`test/a.test.ts` "rests"', "X1: test/a.test.ts has no test “rests”"],
    ["a file that does not exist", '`test/b.test.ts` "ends"', "X1: there is no file test/b.test.ts"],
    ["no test", "later", "X1 has no test"],
  ])("fails when it names %s", (_, cell, fault) => {
    expect(faultsOf(cell)).toEqual([fault]);
  });

  it("fails when it has a requirement twice", () => {
    const row = '| X1 | what | `test/a.test.ts` "ends" |';
    expect(requirementFaults(`${row}\n${row}`, readPlanted)).toEqual(["X1 stands there twice"]);
  });
});
