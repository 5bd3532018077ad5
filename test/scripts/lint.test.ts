/** The rules bite: each kind of fault is planted in a copy of the repository's layout, and the repository's configuration finds it. */
import { afterAll, describe, expect, it } from "vitest";
import { type Files, PlantedSources } from "./planted-sources.ts";

const sources = new PlantedSources();
afterAll(() => sources.remove());

const importing = (specifier: string): string => `import { a } from "${specifier}";\nexport const b = a;\n`;

describe("lint", () => {
  const a = "export const a = 1;\n";
  const orderly = sources.plantInLayout({
    "contract/a.ts": a,
    "runs/edge/start-run.ts": a,
    "runs/ledger.ts": a,
    "http/b.ts": importing("../runs/edge/start-run.ts"),
    "runs/b.ts": importing("./ledger.ts"),
    "http/commands/b.ts": importing("../../runs/edge/start-run.ts"),
    "operations/b.ts": importing("../graph/calls/client.ts"),
    "graph/calls/client.ts": a,
    "dashboard/pages/b.ts": importing("../../contract/a.ts"),
  });
  it("finds nothing in code that keeps the rules", () => {
    expect(orderly.findings()).toEqual([]);
  });

  const backwards = [
    ["http/reading/b.ts", "../../runs/edge/start-run.ts"],
    ["http/reading/b.ts", "../../runs/run-coordinator.ts"],
    ["http/reading/b.ts", "../../graph/calls/client.ts"],
    ["http/reading/b.ts", "../../operations/registry.ts"],
    ["http/reading/b.ts", "../../graph-work/connect.ts"],
    ["http/reading/b.ts", "../commands/a.ts"],
    ["http/routing/b.ts", "../commands/a.ts"],
    ["http/routing/b.ts", "../../graph/calls/client.ts"],
    ["runs/reading/b.ts", "../../operations/a.ts"],
    ["runs/reading/b.ts", "../planning.ts"],
    ["runs/facts/b.ts", "../operation.ts"],
    ["access/b.ts", "../graph/calls/client.ts"],
    ["graph/restore/b.ts", "../calls/client.ts"],
    ["contract/b.ts", "../database/a.ts"],
    ["database/b.ts", "../http/a.ts"],
    ["database/b.ts", "../operations/a.ts"],
    ["database/b.ts", "../runs/edge/start-run.ts"],
    ["database/b.ts", "../runs/ledger.ts"],
    ["database/b.ts", "../graph/calls/client.ts"],
    ["runs/b.ts", "../graph-work/a.ts"],
    ["operations/b.ts", "../runs/edge/start-run.ts"],
    ["runs/edge/start-run.ts", "../../http/a.ts"],
    ["http/b.ts", "../dashboard/a.ts"],
    ["dashboard/b.ts", "../database/a.ts"],
    ["dashboard/b.ts", "../http/a.ts"],
    ["utils/b.ts", "../contract/a.ts"],
    ["http/b.ts", "../../scripts/lint/layers.ts"],
  ].map(([file = "", specifier = ""]) => ({
    file,
    specifier,
    planting: sources.plant({ [file]: importing(specifier) }),
  }));
  it.each(backwards)("finds an import against the direction: $file from $specifier", ({ file, planting }) => {
    expect(planting.findings()).toContain(`${file} tenantatlas(import-direction)`);
  });

  const forms = sources.plantEach("dashboard/b.ts", [
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
  ]);
  it("finds an import against the direction in whichever form it is written", () => {
    expect(forms.missedBy("import-direction")).toEqual([]);
  });

  const statements = sources.plantEach("http/b.ts", [
    'export const f = (env: { DATABASE: D1Database }) => env.DATABASE.prepare("select 1 from tenants");\n',
    "export const f = (database: D1Database, table: string) => database.prepare(`delete from ${table}`);\n",
    'export const f = (store: D1Database) => store.prepare("update tenants set name = ?1");\n',
    "export const f = (env: { DATABASE: D1Database }) => env.DATABASE.batch([]);\n",
    'import { eq } from "drizzle-orm";\nexport const b = eq;\n',
    'import { drizzle } from "drizzle-orm/d1";\nexport const b = drizzle;\n',
  ]);
  it("finds a statement for D1 outside of database/", () => {
    expect(statements.missedBy("sql-in-database")).toEqual([]);
  });

  const noStatements = sources.plantEach("runs/b.ts", [
    "export const f = (ledger: { prepare(x: number): number }) => ledger.prepare(1);\n",
    "export const f = (queue: { batch(x: number[]): number }) => queue.batch([1]);\n",
    'export const f = (sql: SqlStorage) => sql.exec("delete from journal");\n',
  ]);
  it("takes nothing else for a statement", () => {
    expect(noStatements.suspected()).toEqual([]);
  });

  const zero = sources.plantEach("dashboard/b.tsx", [
    "export const f = (a: { n?: number }): number => a.n ?? 0;\n",
    "export const f = (a: { n: number | null }): number => a.n || 0;\n",
    'export const f = (a: { n?: string }): string => a.n ?? "0";\n',
    "export const f = (a: { items?: string[] }): string[] => a.items ?? [];\n",
    "const NONE: string[] = [];\nexport const f = (a: { items?: string[] }): string[] => a.items ?? NONE;\n",
    "export const f = (a?: Map<string, string>): Map<string, string> => a ?? new Map();\n",
    "export const f = (n: number | undefined): number => (n === undefined ? 0 : n);\n",
    "export const f = (n: number | null): number => (n !== null ? n : 0);\n",
    "export const f = (a: { n: number[] } | null): number => (a?.n ? a.n.length : 0);\n",
    "export const f = (a: { n?: number }): number => {\n  const { n = 0 } = a;\n  return n;\n};\n",
    "export const f = (a: { n?: number }): number => {\n  let n = a.n;\n  n ??= 0;\n  return n;\n};\n",
    "export const f = (a?: { items: string[] }): boolean => !a?.items.length;\n",
    "export const f = (a?: { n: string }): number => Number(a?.n);\n",
    'import { groupDigits } from "../contract/progress.ts";\nexport const f = (n: number | null): string => groupDigits(String(n));\n',
  ]);
  it("finds a number or an empty list in the place of what is unknown", () => {
    expect(zero.missedBy("unknown-is-not-zero")).toEqual([]);
  });
  const known = [
    "export const f = (m: Map<string, number>): Map<string, number> => m.set('a', (m.get('a') ?? 0) + 1);\n",
    "export const f = (n: number | null): number[] => [...(n === null ? [] : [n])];\n",
    "export const f = (n = 0): number => n;\n",
    'export const f = (a: { name?: string }): string => a.name ?? "";\n',
  ];
  const noZero = sources.plantEach("dashboard/b.tsx", known);
  const server = sources.plantEach("http/b.ts", ["export const f = (n?: number): number => n ?? 0;\n"]);
  it("leaves alone what counts, what lists what is there, and the server", () => {
    expect([noZero.suspected(), server.suspected()]).toEqual([[], []]);
  });

  const faults: [string, Files, string][] = [
    [
      "a circle",
      { "graph/b.ts": importing("./c.ts"), "graph/c.ts": `import { b } from "./b.ts";\nexport const a = b;\n` },
      "import(no-cycle)",
    ],
    [
      "a circle of types",
      {
        "graph/b.ts": 'import type { A } from "./c.ts";\nexport const b = 1;\nexport type B = A;\n',
        "graph/c.ts": 'import { b } from "./b.ts";\nexport type A = typeof b;\nexport const a = b;\n',
      },
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
  ];
  const planted = faults.map(([fault, files, rule]) => ({ fault, rule, planting: sources.plant(files) }));
  it.each(planted)("finds $fault", ({ rule, planting }) => {
    expect(planting.findings().join("\n")).toContain(rule);
  });

  const addresses = [
    "export const b = (slug: string): string => `/t/${slug}/operations`;\n",
    "export const b = (origin: string, slug: string): string => `${origin}/t/${encodeURIComponent(slug)}`;\n",
    'export const b = (slug: string): string => "/t/" + slug;\n',
    'export const b = (slug: string): string => ["/t", slug].join("/");\n',
    'export const b = { to: "/t/$slug/inventory" };\n',
    'export const b = <a href="/t/contoso">Contoso</a>;\n',
  ];
  const others = ['export const b = "/table";\n', "export const b = (id: string): string => `/items/t/${id}`;\n"];
  const stored = sources.plantEach("database/b.tsx", addresses);
  const shown = sources.plantEach("dashboard/b.tsx", addresses);
  const harmless = sources.plantEach("graph/b.ts", others);
  it("finds an address of the console that is written outside the table of addresses", () => {
    expect(stored.missedBy("console-addresses")).toEqual([]);
    expect(shown.missedBy("console-addresses")).toEqual([]);
    expect(harmless.missedBy("console-addresses")).toEqual(others);
  });
});

describe("a call to a Durable Object", () => {
  const call = 'export const f = (env: Env) => env.OPERATION_RUNS.getByName("run").proof();\n';
  const planted = sources.plantEach("queue/planted.ts", [
    call,
    'export const f = (env: Env) => env["TENANT_ACTIVITY"].getByName("tenant");\n',
    "export const f = (env: Env) => env[`OPERATION_RUNS`];\n",
    "export function f({ OPERATION_RUNS: runs }: Env) {\n  return runs;\n}\n",
    'const BINDING = "TENANT_ACTIVITY";\nexport const f = (env: Env) => env[BINDING];\n',
    'export const f = (env: Env) => Reflect.get(env, "OPERATION_RUNS");\n',
  ]);
  const type = sources.plantEach("http/planted.ts", ['export type Activity = Pick<Env, "TENANT_ACTIVITY">;\n']);
  const home = sources.plantEach("runs/edge/call-run-object.ts", [call]);

  it("is found anywhere but in its one file", () => {
    expect(planted.missedBy("object-calls")).toEqual([]);
    expect(home.missedBy("object-calls")).toEqual([call]);
    expect(type.missedBy("object-calls")).toHaveLength(1);
  });
});

describe("a read for people", () => {
  const handler = (answer: string): string =>
    `import { memberRoutes } from "../../contract/routes/members.ts";\nimport { read } from "../routing/served.ts";\n\nexport const reads = { list: read(memberRoutes.list, ${answer}) };\n`;
  const imports = sources.plantEach("http/reading/b.ts", [
    'import { GraphClient } from "../../graph/calls/client.ts";\nexport const b = GraphClient;\n',
    'import { syncFamily } from "../../operations/inventory-sync/sync-family.ts";\nexport const b = syncFamily;\n',
    'import { bulkOperationByType } from "../../operations/registry.ts";\nexport const b = bulkOperationByType;\n',
    'import { proveRun } from "../../runs/edge/prove-run.ts";\nexport const b = proveRun;\n',
    'import { cancelRun } from "../../runs/edge/change-run.ts";\nexport const b = { now: cancelRun };\n',
    'import { planStep } from "../../runs/planning.ts";\nexport const b = planStep;\n',
    handler('async () => import("../../graph/calls/exchange.ts")'),
  ]);
  it("is found importing Graph's calls, an operation, or what moves a run", () => {
    expect(imports.missedBy("import-direction")).toEqual([]);
  });

  const faults = [
    'export const f = async () => fetch("https://example.test");\n',
    'const call = fetch;\nexport const f = async () => call(new Request("/"));\n',
    'export const f = async () => globalThis.fetch("https://example.test");\n',
    'export const f = async () => self["fetch"]("https://example.test");\n',
    "const { fetch: call } = globalThis;\nexport const f = call;\n",
    'export const f = Reflect.get(globalThis, "fetch");\n',
    "export const f = { fetch };\n",
    'export const f = async ({ env }: { env: Env }) => env.OPERATION_RUNS.getByName("run").proof();\n',
    "export const f = async ({ env }: { env: Env }) => env.RUN_UNITS.send({});\n",
    'export const f = (context: { env: Env }) => context.env["RUN_UNITS"];\n',
    "export const f = async ({ env }: { env: Env }) => env.GRAPH_UNITS_QUICK.send({});\n",
    "export const f = (context: { env: Env }) => {\n  const { RUN_UNITS: queue } = context.env;\n  return queue;\n};\n",
    'export const f = (context: { env: Env }) => context.env[("RUN" + "_UNITS") as never];\n',
    "export const f = (context: { env: Env }, name: keyof Env) => {\n  const { env: bindings } = context;\n  return bindings[name];\n};\n",
    "export const f = ({ env }: { env: Env }, name: keyof Env) => {\n  const { [name]: binding } = env;\n  return binding;\n};\n",
    "export const f = ({ env }: { env: Env }, name: string): unknown => Reflect.get(env, name);\n",
    "export const f = ({ env }: { env: Env }) => Object.values(env);\n",
    'import { env } from "cloudflare:workers";\nexport const f = (name: keyof Env) => env[name];\n',
    "export const f = async (operation: { plan(): Promise<void> }) => operation.plan();\n",
    "export const f = (operation?: { execute(): void }) => operation?.execute();\n",
    'export const f = (operation: { executeMany(): void }) => operation["executeMany"]();\n',
    "export const f = (operation: { advance(): void }) => operation.advance();\n",
    "export const f = (operation: { finalize?: () => void }) => operation.finalize?.();\n",
    "export const f = (operation: { abandon(): void }) => operation.abandon();\n",
  ];
  const rooms = ["http/reading/b.ts", "http/routing/b.ts", "runs/reading/b.ts", "access/b.ts", "database/subject/b.ts"];
  const planted = rooms.map((file) => ({ file, plantings: sources.plantEach(file, faults) }));
  it.each(planted)("is found calling an address, commanding, or doing an operation's work: $file", ({ plantings }) => {
    expect(plantings.missedBy("reads-command-nothing")).toEqual([]);
  });

  const elsewhere = sources.plantEach("http/commands/b.ts", [
    'import { read } from "../routing/served.ts";\nexport const b = read;\n',
    'import { readOwn as a } from "../routing/served.ts";\nexport const b = a;\n',
    'import { command, readPublic } from "../routing/served.ts";\nexport const b = [command, readPublic];\n',
    'import * as served from "../routing/served.ts";\nexport const b = served;\n',
    'import { readFromRunObject } from "../routing/served.ts";\nexport const b = readFromRunObject;\n',
  ]);
  const fromRunObject = sources.plantEach("http/reading/b.ts", [
    'import { readFromRunObject } from "../routing/served.ts";\nexport const b = readFromRunObject;\n',
  ]);
  it("is found outside of http/reading/, and in it when a run's object is to answer", () => {
    expect(elsewhere.missedBy("reads-command-nothing")).toEqual([]);
    expect(fromRunObject.missedBy("reads-command-nothing")).toEqual([]);
  });

  const harmless = [
    handler('async ({ env, request }) => env.ASSETS.fetch(new URL("/a", request.url))'),
    "export const f = async (hub: { fetch(request: Request): Promise<Response> }, request: Request) => hub.fetch(request);\n",
    "export class Hub {\n  async fetch(): Promise<Response> {\n    return new Response();\n  }\n}\n",
    "export type Send = typeof fetch;\n",
    "export const f = (rows: Record<string, number>, key: string) => rows[key];\n",
    "const plan = (): number => 1;\nexport const f = { plan, steps: plan() };\n",
  ];
  const left = sources.plantEach("http/reading/b.ts", harmless);
  const commands = sources.plantEach("http/commands/b.ts", faults);
  it("may do all else, and a command may do those too", () => {
    expect(left.missedBy("reads-command-nothing")).toEqual(harmless);
    expect(commands.missedBy("reads-command-nothing")).toEqual(faults);
  });
});
