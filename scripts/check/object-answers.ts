/**
 * Whether each route that calls a Durable Object says that it may answer 503 `unavailable`. A call throws `ObjectUnavailableError` when
 * the object cannot be reached for now, and the app answers so (`src/http/app.ts`). Looked at is all that a route's handler gets to.
 */
import { globSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { asNode, asNodes, keyOf, nameOf, type Node, typeOf } from "../lint/syntax.ts";
import { type Forbidden, SourceGraph, walk } from "./reach.ts";
import type { Verdict } from "./verdict.ts";

/** The only ways to a Durable Object; the lint finds others. */
const OBJECT_CALLS = ["callRunObject", "callActivityHub"];
/** What has a failed call to an object end with it, because the sweep wakes the run later. */
const KEEPS_FAILURE = "wakeRun";
/** What `http/routing/served.ts` serves a route of the contract by. */
const SERVED_BY = ["read", "readOwn", "readPublic", "command"];

const CALLS: Forbidden = {
  declaration: ({ name }) => (OBJECT_CALLS.includes(name) ? name : null),
  expression: () => null,
  endsAt: ({ name }) => name === KEEPS_FAILURE,
};

/** What the contract's modules export is parsed, since these scripts are typed for Node and the product for the Worker. */
const moduleSchema = z.record(z.string(), z.unknown());
const tableSchema = z.record(z.string(), z.object({ problems: z.array(z.string()) }));

export async function judgeObjectAnswers(root: string): Promise<Verdict> {
  const faults = await objectAnswerFaults(path.join(root, "src"));
  return { passed: faults.length === 0, output: faults.join("\n") };
}

/** `source` is the folder `src/`. */
export async function objectAnswerFaults(source: string): Promise<string[]> {
  const graph = new SourceGraph(source);
  const faults: string[] = [];
  let callers = 0;
  for (const { file, table, name, handler } of servedRoutes(graph, source)) {
    const reached = graph.reach(file, handler, CALLS);
    if (reached.length === 0) continue;
    callers += 1;
    const described = graph.module(file).imports.get(table);
    if (described === undefined) throw new Error(`${file} serves ${table}.${name}, which it does not import.`);
    const module: unknown = await import(pathToFileURL(path.join(source, described.file)).href);
    const routes = tableSchema.parse(moduleSchema.parse(module)[table]);
    if (routes[name]?.problems.includes("unavailable") === true) continue;
    faults.push(
      `${table}.${name} (${described.file}) reaches ${reached.map(({ what }) => what).join(", ")}: add "unavailable" to its problems.`,
    );
  }
  return callers === 0 ? ["No route calls an object: this check does not understand src/http any more."] : faults;
}

interface ServedRoute {
  file: string;
  /** `operationRoutes` and `cancel` of `command(operationRoutes.cancel, …)`. */
  table: string;
  name: string;
  handler: Node[];
}

function servedRoutes(graph: SourceGraph, source: string): ServedRoute[] {
  const found: ServedRoute[] = [];
  for (const named of globSync("http/{reading,commands}/*.ts", { cwd: source }).sort()) {
    const file = named.split(path.sep).join("/");
    walk(graph.module(file).program, (node) => {
      if (typeOf(node) !== "CallExpression" || !SERVED_BY.includes(nameOf(asNode(node["callee"])) ?? "")) return;
      const [described, ...handler] = asNodes(node["arguments"]);
      const table = nameOf(asNode(described?.["object"]));
      const name = described === undefined ? null : keyOf(described);
      if (table !== null && name !== null) found.push({ file, table, name, handler });
    });
  }
  return found;
}
