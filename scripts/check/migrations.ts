import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { TABLES } from "../../drizzle.config.ts";
import { judgeTool, type Verdict } from "./verdict.ts";

const UNCHANGED = "No schema changes";

/**
 * Whether the migrations are what the tables generate: generates into a copy of them, where a table that is ahead leaves
 * one more. drizzle-kit ends with 0 also when it fails, so only its own words count; its `--out` is relative, always.
 */
export function judgeMigrations(root: string): Verdict {
  const copy = mkdtempSync(path.join(tmpdir(), "tenantatlas-migrations-"));
  try {
    cpSync(path.join(root, "migrations"), copy, { recursive: true });
    const out = `--out=${path.relative(root, copy)}`;
    const generated = judgeTool(root, "drizzle-kit", ["generate", "--dialect=sqlite", `--schema=${TABLES}`, out]);
    if (generated.output.includes(UNCHANGED)) return generated;
    return { passed: false, output: `${generated.output}\nRun npx drizzle-kit generate and commit what it writes.` };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
