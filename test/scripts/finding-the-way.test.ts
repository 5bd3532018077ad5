/** From the README, a newcomer follows links; each question has to lead to its answer within two. */
import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../../scripts/dependencies.mjs";

const QUESTIONS = [
  ["where to change how a percentage is shown", "percentage", "src/contract/progress.ts"],
  ["where Graph's paging is", "paging", "src/graph/calls/paging.ts"],
  ["how to add a route", "route", "CONTRIBUTING.md#adding-a-route"],
] as const;

/** The links of a page's lines that speak of the word: what a person with the question would follow. */
function linksAbout(word: string, page: string): string[] {
  const file = path.join(projectRoot, page);
  if (!page.endsWith(".md") || !existsSync(file) || !statSync(file).isFile()) return [];
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.toLowerCase().includes(word));
  return lines.flatMap((line) =>
    [...line.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => path.posix.join(path.posix.dirname(page), link)),
  );
}

/** Links to follow from the README to the target; null when it is not within `most`. */
function hops(word: string, target: string, most: number): number | null {
  let pages = ["README.md"];
  for (let hop = 1; hop <= most; hop += 1) {
    const links = pages.flatMap((page) => linksAbout(word, page));
    if (links.includes(target)) return hop;
    pages = links.map((link) => link.split("#")[0] ?? link);
  }
  return null;
}

describe("from the README alone", () => {
  it.each(QUESTIONS)("a newcomer finds %s within two links", (_, word, target) => {
    expect(hops(word, target, 2)).not.toBeNull();
  });

  it("no word leads to a page that no line about it links", () => {
    expect(hops("percentage", "src/graph/calls/paging.ts", 2)).toBeNull();
  });
});
