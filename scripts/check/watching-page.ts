/** Whether docs/watching.md is what metrics and alerts give, and each alert has its entry in the runbook, and no entry is without its alert. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { alertNames, RUNBOOK, WATCHING_PAGE, watchingPage } from "../watching-page.ts";
import type { Verdict } from "./verdict.ts";

/** @param page of the text that is judged; the page itself where nothing is said. Likewise `runbook`. */
export async function judgeWatchingPage(
  root: string,
  page = readFileSync(path.join(root, WATCHING_PAGE), "utf8"),
  runbook = readFileSync(path.join(root, RUNBOOK), "utf8"),
): Promise<Verdict> {
  try {
    const faults: string[] = [];
    if (page !== (await watchingPage(root)))
      faults.push(`Run node scripts/make-watching-page.ts and commit ${WATCHING_PAGE}.`);
    const alerts = await alertNames(root);
    const entries = [...runbook.matchAll(/^## (.+)$/gm)].map(([, name = ""]) => name);
    for (const name of alerts) if (!entries.includes(name)) faults.push(`${RUNBOOK} has no entry "## ${name}".`);
    for (const name of entries)
      if (!alerts.includes(name)) faults.push(`${RUNBOOK} has "## ${name}", which is no alert.`);
    return { passed: faults.length === 0, output: faults.join("\n") };
  } catch (error) {
    return { passed: false, output: String(error) };
  }
}
