/** Whether the tests exist that specifications and the failure catalogue name for their rows. */
import { existsSync, globSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseSync } from "vite";
import { asNode, asNodes, isNode, nameOf, type Node, quasiTexts, stringOf, typeOf } from "../lint/syntax.ts";
import type { Verdict } from "./verdict.ts";

const PAGES = ["specs/*/spec.md", "docs/design/failure-catalogue.md"];

export function judgeRequiredTests(root: string): Verdict {
  const read = (file: string): string | null => {
    const target = path.join(root, file);
    return existsSync(target) ? readFileSync(target, "utf8") : null;
  };
  const pages = globSync(PAGES, { cwd: root }).sort();
  const faults = pages.flatMap((page) => requirementFaults(read(page) ?? "", read).map((fault) => `${page}: ${fault}`));
  return { passed: faults.length === 0, output: faults.join("\n") };
}

export interface Requirement {
  id: string;
  tests: { file: string; title: string }[];
}

/** The rows ``| B1 | what | `path of a test file` "part of a title", … |`` of a page. */
export function readRequirements(specification: string): Requirement[] {
  return [...specification.matchAll(/^\| ([A-Z]\d+) \|.*\| ([^|]*) \|$/gm)].map(([, id = "", cell = ""]) => ({
    id,
    tests: [...cell.matchAll(/`([^`]+)` "([^"]+)"/g)].map(([, file = "", title = ""]) => ({ file, title })),
  }));
}

/** What is wrong with the table. `read` gives a file's text, or null when there is none. */
export function requirementFaults(specification: string, read: (file: string) => string | null): string[] {
  const requirements = readRequirements(specification);
  const faults: string[] = [];
  const titles = new Map<string, string[] | null>();
  requirements.forEach(({ id, tests }, at) => {
    if (requirements.findIndex((other) => other.id === id) !== at) faults.push(`${id} stands there twice`);
    if (tests.length === 0) faults.push(`${id} has no test`);
    for (const { file, title } of tests) {
      if (!titles.has(file)) {
        const source = read(file);
        titles.set(file, source === null ? null : testTitles(file, source));
      }
      const known = titles.get(file);
      if (known === null || known === undefined) faults.push(`${id}: there is no file ${file}`);
      else if (!known.some((each) => each.includes(title))) faults.push(`${id}: ${file} has no test “${title}”`);
    }
  });
  return faults;
}

/** The titles that a test file gives to its tests and groups; the holes of a composed one are dots. */
export function testTitles(file: string, source: string): string[] {
  const titles: string[] = [];
  walk(asNode(parseSync(file, source).program) ?? {}, (node) => {
    if (typeOf(node) !== "CallExpression" || !isTest(asNode(node["callee"]))) return;
    const [first] = asNodes(node["arguments"]);
    const title = stringOf(first ?? null) ?? quasiTexts(first ?? null).join("…");
    if (title !== "") titles.push(title);
  });
  return titles;
}

/** `it`, `it.only`, `it.each(…)`, `describe.each(…)`. A test that is skipped proves nothing. */
function isTest(callee: Node | null): boolean {
  switch (typeOf(callee)) {
    case "Identifier":
      return ["it", "test", "describe"].includes(nameOf(callee) ?? "");
    case "MemberExpression": {
      const property = nameOf(asNode(callee?.["property"])) ?? "";
      return !["skip", "todo"].includes(property) && isTest(asNode(callee?.["object"]));
    }
    case "CallExpression":
      return isTest(asNode(callee?.["callee"]));
    default:
      return false;
  }
}

/** Visits a node and all that is in it. */
function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  for (const child of Object.values(node).flat()) if (isNode(child)) walk(child, visit);
}
