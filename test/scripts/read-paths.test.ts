/** Reads reach neither Graph nor a run's object: true of this repository, and found when a handler is planted that does. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SourceGraph } from "../../scripts/check/reach.ts";
import { judgeReadPaths, listReadPaths, readPathFaults } from "../../scripts/check/read-paths.ts";
import { projectRoot } from "../../scripts/dependencies.mjs";

// The Worker's router is only asked which routes it has.
vi.mock("cloudflare:workers", () => ({ DurableObject: Object }));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "tenantatlas-reads-"));
  cpSync(path.join(projectRoot, "src"), folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ROUTES = "http/reading/members.ts";

/** Adds a GET route whose handler is the given code, and whatever it imports. */
function plantRoute(imports: string, handler: string): void {
  const target = path.join(folder, ROUTES);
  const route = `\n  planted: read(memberRoutes.planted, ${handler}),\n`;
  const start = "export const memberReads = {";
  const source = readFileSync(target, "utf8");
  expect(source).toContain(start);
  writeFileSync(target, `${imports}\n${source.replace(start, start + route)}`);
}

describe("the read paths", () => {
  it("call neither Graph nor a run's object in this repository", () => {
    expect(judgeReadPaths(projectRoot)).toEqual({ passed: true, output: "" });
  });

  it("are found: all that reading serves are among them", async () => {
    const { servedRoutes } = await import("../../src/http/served-routes.ts");
    const reads = Object.entries(servedRoutes).flatMap(([, table]) =>
      Object.entries(table).filter(([name, { route }]) => route.method === "GET" && name !== "proof"),
    );
    const labels = listReadPaths(new SourceGraph(folder), folder).map(({ label }) => label);
    expect(reads.length).toBeGreaterThan(40);
    expect(reads.map(([name]) => name).filter((name) => !labels.includes(name))).toEqual([]);
  });

  it.each([
    [
      "Graph, by a client of its own",
      'import { GraphClient } from "../../graph/client.ts";',
      "async (context) => context.json({ GraphClient })",
      "Microsoft Graph (graph/client.ts)",
    ],
    [
      "Graph, two files away",
      'import { syncFamily } from "../../operations/inventory-sync/sync-family.ts";',
      "async (context) => context.json(await syncFamily(context as never, context as never))",
      "Microsoft Graph (graph/client.ts)",
    ],
    [
      "Graph, by a module that is loaded when it is needed",
      "",
      'async (context) => context.json(await import("../../graph/exchange.ts"))',
      "Microsoft Graph (graph/exchange.ts)",
    ],
    ["any other address", "", 'async (context) => context.json(await fetch("https://example.test"))', "fetch"],
    ["any other address, by another name", "const call = fetch;", "async () => call(new Request('/'))", "fetch"],
    [
      "a run's object",
      "",
      'async ({ env }) => ({ run: await env.OPERATION_RUNS.getByName("run").proof() })',
      "env.OPERATION_RUNS",
    ],
    [
      "a run's object, taken out of the environment",
      "",
      "async (context) => {\n    const { OPERATION_RUNS: runs } = context.env;\n    return context.json(await runs.getByName('run').proof());\n  }",
      "env.OPERATION_RUNS",
    ],
    [
      "a run's object, through the service",
      'import { proveRun } from "../../runs/edge/prove-run.ts";',
      'async (context) => context.json(await proveRun(context.env, { tenantId: "t", runId: "r" }))',
      "env.OPERATION_RUNS",
    ],
    [
      "a run's object, from a handler that stands elsewhere in the file",
      'import { cancelRun } from "../../runs/edge/cancel-run.ts";\nconst stop = { now: cancelRun };\nfunction handler() {\n  return stop.now;\n}',
      "handler",
      "env.OPERATION_RUNS",
    ],
    [
      "a binding whose name it puts together",
      "",
      'async (context) => context.json(context.env[("OPERATION" + "_RUNS") as never])',
      "a binding by a computed name",
    ],
    ["the queue", "", "async (context) => context.json(await context.env.RUN_UNITS.send({}))", "env.RUN_UNITS"],
    [
      "an operation's work, which the registry would lead it to",
      'import { bulkOperationByType } from "../../operations/registry.ts";',
      'async (context) => context.json(await bulkOperationByType("inventory.sync")?.plan({} as never, {}, null, {} as never))',
      "an operation's plan()",
    ],
  ])("are found reaching %s", (_, imports, handler, what) => {
    plantRoute(imports, handler);
    const faults = readPathFaults(folder);
    expect(faults.join("\n")).toContain(`planted (${ROUTES}) reaches ${what}`);
  });

  it("include the reader of runs and the hub, which no handler has to name", () => {
    const target = path.join(folder, "runs/reading/run-reader.ts");
    writeFileSync(target, `${readFileSync(target, "utf8")}\nexport const poke = (env: Env) => env.OPERATION_RUNS;\n`);
    expect(readPathFaults(folder).join("\n")).toContain(
      "reading (runs/reading/run-reader.ts) reaches env.OPERATION_RUNS",
    );
  });

  it("leave commands alone: a command of the same file may start a run", () => {
    plantRoute(
      'import { command } from "../routing/served.ts";',
      "async ({ env }) => env.OPERATION_RUNS.getByName('run').proof()",
    );
    const target = path.join(folder, ROUTES);
    writeFileSync(target, readFileSync(target, "utf8").replace("planted: read(", "planted: command("));
    expect(readPathFaults(folder)).toEqual([]);
  });
});
