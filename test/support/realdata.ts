/** What lies outside of the repository: beside it, or beside a folder that it is in (a worktree). */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The real exported policies, whether or not they are there. `TENANTATLAS_REALDATA` names another folder. */
export const REALDATA_FOLDER = process.env["TENANTATLAS_REALDATA"] ?? shared("realdata");

/** A clone without the folder has nothing to run against; CI has it, and must not pass for want of it. */
export const HAS_REALDATA = existsSync(REALDATA_FOLDER) || process.env["CI"] !== undefined;

/** Graph's types per family, gathered by others; null when the file is not there. */
export const GRAPH_FACTS = existing(shared("design/graph-types.json"));

function shared(name: string): string {
  const repository = join(import.meta.dirname, "../..");
  for (let folder = dirname(repository); dirname(folder) !== folder; folder = dirname(folder)) {
    const candidate = join(folder, "shared", name);
    if (existsSync(candidate)) return candidate;
  }
  return join(dirname(repository), "shared", name);
}

function existing(file: string): string | null {
  return existsSync(file) ? file : null;
}
