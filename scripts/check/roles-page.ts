/** Whether docs/roles.md is what the table of roles gives. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { ROLES_PAGE, rolesPage } from "../roles-page.ts";
import type { Verdict } from "./verdict.ts";

/** @param page where the page is, below the root */
export function judgeRolesPage(root: string, page = ROLES_PAGE): Verdict {
  try {
    const passed = readFileSync(path.join(root, page), "utf8") === rolesPage();
    return { passed, output: passed ? "" : `Run node scripts/make-roles-page.ts and commit ${page}.` };
  } catch (error) {
    return { passed: false, output: String(error) };
  }
}
