/** Whether `decisions/README.md` lists each decision once, with date and status, and each says when to revisit it. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Verdict } from "./verdict.ts";

const FOLDER = "decisions";
const INDEX = `${FOLDER}/README.md`;
/** Number with its link, date, status, and the decision in a line. */
const ROW = /^\| \[(\d{3})\]\(([\w.-]+\.md)\) \| ([^|]*) \| ([^|]*) \| ([^|]*) \|$/gm;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const SUPERSEDED = /^superseded by \[\d{3}\]\(([\w.-]+\.md)\)$/;
const REVISIT = /\*\*(?:When to revisit|Revisit)\b|^#+ (?:When to revisit|Revisit)\b/m;

export function judgeDecisions(root: string): Verdict {
  const faults = decisionFaults(root);
  return { passed: faults.length === 0, output: faults.join("\n") };
}

export function decisionFaults(root: string): string[] {
  const pages = readdirSync(path.join(root, FOLDER))
    .filter((name) => /^\d{3}-.*\.md$/.test(name))
    .sort();
  const index = path.join(root, INDEX);
  const rows = existsSync(index) ? [...readFileSync(index, "utf8").matchAll(ROW)] : [];
  const faults: string[] = [];
  for (const page of pages) {
    const times = rows.filter(([, , listed]) => listed === page).length;
    if (times !== 1) faults.push(`${INDEX}: ${page} is listed ${times} times, not once`);
    if (!REVISIT.test(readFileSync(path.join(root, FOLDER, page), "utf8")))
      faults.push(`${FOLDER}/${page}: does not say when to revisit`);
  }
  for (const [, number = "", page = "", date = "", status = "", summary = ""] of rows) {
    if (!pages.includes(page)) faults.push(`${INDEX}: there is no ${page}`);
    if (!page.startsWith(`${number}-`)) faults.push(`${INDEX}: ${page} is not number ${number}`);
    if (!DATE.test(date)) faults.push(`${INDEX}: ${page} has no date`);
    const [, successor] = SUPERSEDED.exec(status) ?? [];
    if (status !== "accepted" && (successor === undefined || !pages.includes(successor)))
      faults.push(`${INDEX}: the status of ${page} is neither accepted nor superseded by a page that exists`);
    if (summary.trim() === "") faults.push(`${INDEX}: ${page} has no summary`);
  }
  const numbers = pages.map((page) => page.slice(0, 3));
  const twice = numbers.filter((number, at) => numbers.indexOf(number) !== at);
  return [...faults, ...twice.map((number) => `${FOLDER}: number ${number} is used twice`)];
}
