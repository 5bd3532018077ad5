/** Puts the tables of a whole bench run into docs/performance.md, between its marks. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { projectRoot } from "../../scripts/dependencies.mjs";
import { report } from "./report.ts";
import type { Results } from "./results.ts";

const FILE = path.join(projectRoot, "docs/performance.md");
const START = "<!-- bench: start -->";
const END = "<!-- bench: end -->";

export function writeTables(results: Results): void {
  const page = readFileSync(FILE, "utf8");
  const [before, rest] = page.split(START);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`docs/performance.md lacks ${START} … ${END}`);
  const { cores, memoryGiB, system, node } = results.machine;
  const origin = `Measured ${results.at.slice(0, 10)} on ${cores} cores, ${memoryGiB} GiB, ${system}, Node ${node}.`;
  writeFileSync(FILE, `${before}${START}\n\n${origin}\n\n${report(results)}\n\n${END}${after}`);
}
