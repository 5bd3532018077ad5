/**
 * Writes the tables of docs/watching.md. Run it after a change of the metrics or of the alerts; `npm run check` tells when it is due.
 *
 *   node scripts/make-watching-page.ts
 */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { projectRoot } from "./dependencies.mjs";
import { WATCHING_PAGE, watchingPage } from "./watching-page.ts";

writeFileSync(path.join(projectRoot, WATCHING_PAGE), await watchingPage(projectRoot));
