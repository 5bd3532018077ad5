/** The rules bite: each kind of fault is planted in a copy of the repository's layout, and the repository's configuration finds it. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PlantedSources } from "./planted-sources.ts";

let sources: PlantedSources;
beforeEach(() => {
  sources = new PlantedSources();
});
afterEach(() => sources.remove());

const plant = (file: string, code: string): void => sources.plant(file, code);
const findings = (): string[] => sources.findings();
const importing = (specifier: string): string => `import { a } from "${specifier}";\nexport const b = a;\n`;

describe("lint", () => {
  it("finds nothing in code that keeps the rules", () => {
    plant("http/b.ts", importing("../runs/edge/start-run.ts"));
    plant("database/b.ts", importing("../runs/ledger.ts"));
    plant("dashboard/pages/b.ts", importing("../../contract/a.ts"));
    expect(findings()).toEqual([]);
  });

  it.each([
    ["contract/b.ts", "../database/a.ts"],
    ["database/b.ts", "../http/a.ts"],
    ["database/b.ts", "../operations/a.ts"],
    ["database/b.ts", "../runs/edge/start-run.ts"],
    ["runs/b.ts", "../database/a.ts"],
    ["operations/b.ts", "../runs/edge/start-run.ts"],
    ["runs/edge/start-run.ts", "../../http/a.ts"],
    ["http/b.ts", "../dashboard/a.ts"],
    ["dashboard/b.ts", "../database/a.ts"],
    ["dashboard/b.ts", "../http/a.ts"],
    ["utils/b.ts", "../contract/a.ts"],
    ["http/b.ts", "../../scripts/lint/layers.ts"],
  ])("finds an import against the direction: %s from %s", (file, specifier) => {
    plant(file, importing(specifier));
    expect(findings()).toContain(`${file} tenantatlas(import-direction)`);
  });

  it("finds an import against the direction in whichever form it is written", () => {
    const forms = [
      'import type { a } from "../database/a.ts";\nexport type B = typeof a;\n',
      'export const b = import("../database/a.ts");\n',
      "const name = 1;\nexport const b = import(`../database/${name}.ts`);\n",
      'export type B = typeof import("../database/a.ts");\n',
      'export type B = import("../database/a.ts").B;\n',
      'export const b = new URL("../database/a.ts", import.meta.url);\n',
      'export const b = new Worker(new URL("../database/a.ts", import.meta.url));\n',
      'export const b = import.meta.glob("../database/*.ts");\n',
      'export const b = import.meta.glob(["./a.ts", "../database/*.ts"]);\n',
      'import a = require("../database/a.ts");\nexport const b = a;\n',
      'import { a } from "/src/database/a.ts";\nexport const b = a;\n',
      '/// <reference path="../database/a.ts" />\nexport const b = 1;\n',
      'import { drizzle } from "drizzle-orm/d1";\nexport const b = drizzle;\n',
      'import { env } from "cloudflare:workers";\nexport const b = env;\n',
      'import "../database/a.ts";\n',
    ];
    expect(sources.missedBy("import-direction", forms, (at) => `dashboard/b${at}.ts`)).toEqual([]);
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

  it("finds an address of the console that is written outside the table of addresses", () => {
    const addresses = [
      "export const b = (slug: string): string => `/t/${slug}/operations`;\n",
      "export const b = (origin: string, slug: string): string => `${origin}/t/${encodeURIComponent(slug)}`;\n",
      'export const b = (slug: string): string => "/t/" + slug;\n',
      'export const b = (slug: string): string => ["/t", slug].join("/");\n',
      'export const b = { to: "/t/$slug/inventory" };\n',
      'export const b = <a href="/t/contoso">Contoso</a>;\n',
    ];
    const fileOf = (at: number): string => `${at % 2 === 0 ? "database" : "dashboard"}/b${at}.tsx`;
    expect(sources.missedBy("console-addresses", addresses, fileOf)).toEqual([]);
    const others = ['export const b = "/table";\n', "export const b = (id: string): string => `/items/t/${id}`;\n"];
    expect(sources.missedBy("console-addresses", others, (at) => `graph/c${at}.ts`)).toEqual(others);
  });
});
