/** Where the real exported policies are: beside the repository, or beside a folder that it is in (a worktree). */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder, whether or not it is there. `TENANTATLAS_REALDATA` names another. */
export const REALDATA_FOLDER = process.env["TENANTATLAS_REALDATA"] ?? nearest(join(import.meta.dirname, "../.."));

/** A clone without the folder has nothing to run against; CI has it, and must not pass for want of it. */
export const HAS_REALDATA = existsSync(REALDATA_FOLDER) || process.env["CI"] !== undefined;

function nearest(repository: string): string {
  for (let folder = dirname(repository); dirname(folder) !== folder; folder = dirname(folder)) {
    const candidate = join(folder, "shared/realdata");
    if (existsSync(candidate)) return candidate;
  }
  return join(dirname(repository), "shared/realdata");
}
