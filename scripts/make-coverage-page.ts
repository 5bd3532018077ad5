/**
 * Writes docs/coverage.md. Run it after a change of the catalogue or of a family's file; `npm run check` tells when it is due.
 *
 *   node scripts/make-coverage-page.ts
 */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { COVERAGE_PAGE, coveragePage } from "./coverage-page.ts";
import { projectRoot } from "./dependencies.mjs";

writeFileSync(path.join(projectRoot, COVERAGE_PAGE), await coveragePage(projectRoot));
