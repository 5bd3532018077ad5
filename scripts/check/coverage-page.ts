/** Whether docs/coverage.md is what the catalogue of families gives. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { COVERAGE_PAGE, coveragePage } from "../coverage-page.ts";
import type { Verdict } from "./verdict.ts";

/** @param page where the page is, below the root */
export async function judgeCoveragePage(root: string, page = COVERAGE_PAGE): Promise<Verdict> {
  try {
    const passed = readFileSync(path.join(root, page), "utf8") === (await coveragePage(root));
    return { passed, output: passed ? "" : `Run node scripts/make-coverage-page.ts and commit ${page}.` };
  } catch (error) {
    return { passed: false, output: String(error) };
  }
}
