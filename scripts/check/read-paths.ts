/**
 * Whether rendering stays away from Microsoft Graph and from the runs' objects (docs/design/progress.md, section 6). Looked at is all that a
 * GET handler, a middleware, the reader of runs or the activity hub can get to, file by file and name by name (`reach.ts`).
 */
import { globSync } from "node:fs";
import path from "node:path";
import { asNode, asNodes, keyOf, nameOf, type Node, stringOf, typeOf } from "../lint/syntax.ts";
import { type Forbidden, methodOf, type Reached, SourceGraph, type Step, walk } from "./reach.ts";
import type { Verdict } from "./verdict.ts";

export interface ReadPath {
  /** The route's name in its table. */
  label: string;
  file: string;
  nodes: Node[];
}

/** Readers that no route leads to by name. */
const READERS = ["runs/reading/run-reader.ts", "runs/edge/tenant-activity-hub.ts"];

/** Nobody calls Graph but through these; the rest of `graph/` is what is known of it: catalogue, rules, meanings. */
const GRAPH_CALLS = /^graph\/(client|exchange|runtime|token)\.ts$/;
const RUN_OBJECT = /^runs\/(run-coordinator|operation-run-object)\.ts$/;
/** Bindings through which work is commanded. */
const COMMANDING_BINDINGS = ["OPERATION_RUNS", "RUN_UNITS"];
/** What an operation does, as against what it declares. A reader gets at operations through the registry. */
const OPERATION_WORK = ["plan", "execute", "executeMany", "advance", "finalize", "abandon"];

const FORBIDDEN: Forbidden = {
  declaration({ file }) {
    if (GRAPH_CALLS.test(file)) return `Microsoft Graph (${file})`;
    return RUN_OBJECT.test(file) ? `a run's object (${file})` : null;
  },
  expression(node) {
    switch (typeOf(node)) {
      case "Identifier":
        return nameOf(node) === "fetch" ? "fetch" : null;
      case "Literal":
        return bindingIn(stringOf(node));
      case "MemberExpression":
      case "Property": {
        const key = keyOf(node);
        const object = asNode(node["object"]);
        if (key === "fetch" && nameOf(object) === "globalThis") return "fetch";
        const computed = key === null && (nameOf(object) ?? keyOf(object)) === "env";
        return computed ? "a binding by a computed name" : bindingIn(key);
      }
      case "CallExpression": {
        const { method } = methodOf(node);
        return method !== null && OPERATION_WORK.includes(method) ? `an operation's ${method}()` : null;
      }
      default:
        return null;
    }
  },
};

function bindingIn(name: string | null): string | null {
  return name !== null && COMMANDING_BINDINGS.includes(name) ? `env.${name}` : null;
}

export function judgeReadPaths(root: string): Verdict {
  const faults = readPathFaults(path.join(root, "src"));
  return { passed: faults.length === 0, output: faults.join("\n") };
}

/** `source` is the folder `src/`. */
export function readPathFaults(source: string): string[] {
  const graph = new SourceGraph(source);
  const paths = listReadPaths(graph, source);
  const faults =
    paths.length === 0 ? ["No read path was found: this check does not understand src/http any more."] : [];
  for (const { label, file, nodes } of paths) {
    for (const reached of graph.reach(file, nodes, FORBIDDEN)) {
      faults.push(`${label} (${file}) reaches ${reached.what}${via(reached)}`);
    }
  }
  return faults;
}

function via({ path: steps }: Reached): string {
  const words = (step: Step): string => `${step.name} (${step.file})`;
  return steps.length === 0 ? "." : ` by ${steps.map(words).join(" → ")}.`;
}

/** The handlers of GET routes, whatever middleware stands before them, and the readers. */
export function listReadPaths(graph: SourceGraph, source: string): ReadPath[] {
  const found: ReadPath[] = [];
  for (const file of globSync("http/**/*.ts", { cwd: source }).map(slashed).sort()) {
    walk(graph.module(file).program, (node) => {
      const label = typeOf(node) === "CallExpression" ? labelOf(node) : null;
      if (label !== null) found.push({ label, file, nodes: asNodes(node["arguments"]) });
    });
  }
  for (const file of READERS) {
    found.push({ label: "reading", file, nodes: [...graph.module(file).declarations.values()] });
  }
  return found;
}

const ANY_METHOD = ["use", "all", "on", "notFound", "onError"];
/** What `http/routing/served.ts` has for reads. */
const READS = ["read", "readOwn", "readPublic"];

/** What a call serves or mounts that a read passes through; null for other calls. */
function labelOf(call: Node): string | null {
  const [first] = asNodes(call["arguments"]);
  if (first === undefined) return null;
  const served = nameOf(asNode(call["callee"]));
  if (served !== null && READS.includes(served)) return keyOf(first) ?? served;
  const { method } = methodOf(call);
  return method !== null && ANY_METHOD.includes(method) ? `${method} ${stringOf(first) ?? ""}`.trim() : null;
}

function slashed(file: string): string {
  return file.split(path.sep).join("/");
}
