/**
 * Writes docs/roles.md. Run it after a change of a role or a capability; `npm run check` tells when it is due.
 *
 *   node scripts/make-roles-page.ts
 */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { projectRoot } from "./dependencies.mjs";
import { ROLES_PAGE, rolesPage } from "./roles-page.ts";

writeFileSync(path.join(projectRoot, ROLES_PAGE), rolesPage());
