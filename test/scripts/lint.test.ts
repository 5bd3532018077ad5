/** The rules bite: each kind of fault is planted in a copy of the repository's layout, and the repository's configuration finds it. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { projectRoot } from "../../scripts/dependencies.mjs";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "tenantatlas-lint-"));
  for (const name of [".oxlintrc.json", "tsconfig.json", "package.json"])
    cpSync(path.join(projectRoot, name), path.join(folder, name));
  cpSync(path.join(projectRoot, "scripts/lint"), path.join(folder, "scripts/lint"), { recursive: true });
  symlinkSync(path.join(projectRoot, "node_modules"), path.join(folder, "node_modules"));
  // What the planted files import from.
  for (const file of [
    "contract/a.ts",
    "database/a.ts",
    "http/a.ts",
    "operations/a.ts",
    "runs/service.ts",
    "runs/ledger.ts",
    "dashboard/a.ts",
  ]) {
    plant(file, "export const a = 1;\n");
  }
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function plant(file: string, code: string): void {
  const target = path.join(folder, "src", file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, code);
}

const reportSchema = z.object({ diagnostics: z.array(z.object({ code: z.string(), filename: z.string() })) });

/** The rules that the planted code breaks. */
function findings(): string[] {
  const oxlint = path.join(projectRoot, "node_modules/.bin/oxlint");
  const { stdout, stderr } = spawnSync(oxlint, ["--deny-warnings", "--format=json", "src"], {
    cwd: folder,
    encoding: "utf8",
  });
  try {
    return reportSchema
      .parse(JSON.parse(stdout))
      .diagnostics.map(({ code, filename }) => `${path.relative("src", filename)} ${code}`);
  } catch {
    throw new Error(`oxlint gave no report: ${stdout}${stderr}`);
  }
}

const importing = (specifier: string): string => `import { a } from "${specifier}";\nexport const b = a;\n`;

describe("lint", () => {
  it("finds nothing in code that keeps the rules", () => {
    plant("http/b.ts", importing("../runs/service.ts"));
    plant("database/b.ts", importing("../runs/ledger.ts"));
    plant("dashboard/pages/b.ts", importing("../../contract/a.ts"));
    plant(
      "contract/progress.ts",
      "export const share = (processed: number, total: number) => Math.floor((100 * processed) / total);\n",
    );
    expect(findings()).toEqual([]);
  });

  it.each([
    ["contract/b.ts", "../database/a.ts"],
    ["database/b.ts", "../http/a.ts"],
    ["database/b.ts", "../operations/a.ts"],
    ["database/b.ts", "../runs/service.ts"],
    ["runs/b.ts", "../database/a.ts"],
    ["operations/b.ts", "../runs/service.ts"],
    ["runs/service.ts", "../http/a.ts"],
    ["http/b.ts", "../dashboard/a.ts"],
    ["dashboard/b.ts", "../database/a.ts"],
    ["dashboard/b.ts", "../http/a.ts"],
    ["utils/b.ts", "../contract/a.ts"],
    ["http/b.ts", "../../scripts/lint/layers.ts"],
  ])("finds an import against the direction: %s from %s", (file, specifier) => {
    plant(file, importing(specifier));
    expect(findings()).toContain(`${file} tenantatlas(import-direction)`);
  });

  it.each([
    [
      "a circle",
      { "graph/b.ts": importing("./c.ts"), "graph/c.ts": `import { b } from "./b.ts";\nexport const a = b;\n` },
      "import(no-cycle)",
    ],
    ["a barrel", { "graph/b.ts": `export * from "../contract/a.ts";\n` }, "tenantatlas(no-barrels)"],
    ["a re-export", { "graph/b.ts": `export { a } from "../contract/a.ts";\n` }, "tenantatlas(no-barrels)"],
    [
      "a floating promise",
      { "graph/b.ts": "export function f(): void {\n  Promise.resolve(1);\n}\n" },
      "typescript(no-floating-promises)",
    ],
    [
      "a promise where a truth is asked for",
      { "graph/b.ts": "export function f(p: Promise<boolean>): number {\n  if (p) return 1;\n  return 2;\n}\n" },
      "typescript(no-misused-promises)",
    ],
    [
      "any",
      { "graph/b.ts": "export function f(x: any): unknown {\n  return [x];\n}\n" },
      "typescript(no-explicit-any)",
    ],
    [
      "a !",
      { "graph/b.ts": "export const f = (x: string | null): string => x!;\n" },
      "typescript(no-non-null-assertion)",
    ],
    [
      "a cast",
      { "graph/b.ts": "export const f = (x: unknown): string => x as string;\n" },
      "typescript(consistent-type-assertions)",
    ],
    ["a log past the log", { "graph/b.ts": "export const f = (): void => console.log(1);\n" }, "eslint(no-console)"],
    [
      "a switch that forgets a case",
      {
        "graph/b.ts": `export function f(k: "a" | "b"): number {\n  switch (k) {\n    case "a":\n      return 1;\n  }\n  return 2;\n}\n`,
      },
      "typescript(switch-exhaustiveness-check)",
    ],
  ])("finds %s", (_, files, rule) => {
    for (const [file, code] of Object.entries(files)) plant(file, code);
    expect(findings().join("\n")).toContain(rule);
  });

  it.each([
    "processed / total",
    "run.counts.processed / run.counts.total",
    "counts.succeeded / 7",
    "7 / counts.total",
    "fraction * 100",
    "100 * fraction",
    "Math.floor(100 * fraction)",
    "Math.round((processed * 100) / total)",
    "Math.min(processed, total)",
    "total - processed",
    "`${fraction}%`",
    "`${fraction} % done`",
    'fraction + "%"',
    "`${processed} of ${total}`",
  ])("finds progress computed outside the contract: %s", (expression) => {
    const names =
      "processed: number, total: number, fraction: number, counts: { succeeded: number; total: number }, run: { counts: { processed: number; total: number } }";
    plant(
      "dashboard/b.ts",
      `export function f(${names}) {\n  return [processed, total, fraction, counts, run, ${expression}];\n}\n`,
    );
    expect(findings()).toContain("dashboard/b.ts tenantatlas(no-progress-arithmetic)");
  });

  it.each(['"100%"', "bytes / 1024", "`${name}: ${processed}`", "index * 10", "`of ${total}`"])(
    "leaves alone what is no progress: %s",
    (expression) => {
      plant(
        "dashboard/b.ts",
        `export function f(bytes: number, name: string, processed: number, total: number, index: number) {\n  return [bytes, name, processed, total, index, ${expression}];\n}\n`,
      );
      expect(findings()).toEqual([]);
    },
  );
});
