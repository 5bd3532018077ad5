import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { judgeMigrations } from "../../scripts/check/migrations.ts";
import { judgeTool } from "../../scripts/check/verdict.ts";
import { projectRoot } from "../../scripts/dependencies.mjs";
import { IN_WHOLE } from "../support/thoroughness.ts";

let folder: string;
/** What `change` has changed, as it was. */
const originals = new Map<string, string>();

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "tenantatlas-check-"));
  for (const name of ["wrangler.toml", "worker-configuration.d.ts", "package.json", "migrations", "src"]) {
    cpSync(path.join(projectRoot, name), path.join(folder, name), { recursive: true });
  }
  mkdirSync(path.join(folder, "dist/dashboard"), { recursive: true });
  symlinkSync(path.join(projectRoot, "node_modules"), path.join(folder, "node_modules"));
});
afterEach(() => {
  for (const [target, before] of originals) writeFileSync(target, before);
  originals.clear();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function change(file: string, from: string, to: string): void {
  const target = path.join(folder, file);
  const before = readFileSync(target, "utf8");
  expect(before).toContain(from);
  originals.set(target, before);
  writeFileSync(target, before.replace(from, to));
}

describe("generated files", () => {
  it("are current", () => {
    expect(judgeMigrations(folder)).toMatchObject({ passed: true });
  });

  it.runIf(IN_WHOLE)("are not, once a table has a column that no migration makes", () => {
    change("src/database/tenancy/tables.ts", "name: text().notNull(),", "name: text().notNull(),\n  nickname: text(),");
    const verdict = judgeMigrations(folder);
    expect(verdict.passed).toBe(false);
    expect(verdict.output).toContain("npx drizzle-kit generate");
  });

  it.runIf(IN_WHOLE)("are not, when drizzle-kit itself fails", () => {
    change("src/database/tenancy/tables.ts", "sqliteTable(", "noSuchFunction(");
    expect(judgeMigrations(folder).passed).toBe(false);
  });

  it("are not, once wrangler.toml has a binding that Env lacks; the local variables make no difference", () => {
    const judgeTypes = () =>
      judgeTool(folder, "wrangler", ["types", "--check", "--include-runtime=false", "--env-file=/dev/null"]).passed;
    writeFileSync(path.join(folder, ".dev.vars"), "TENANTATLAS_SECRETS_KEY=local\n");
    expect(judgeTypes()).toBe(true);
    change("wrangler.toml", 'binding = "ARTIFACTS"', 'binding = "PAYLOADS"');
    expect(judgeTypes()).toBe(false);
  });
});
