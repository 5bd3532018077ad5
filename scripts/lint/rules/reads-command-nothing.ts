/**
 * Reads for people reach neither Microsoft Graph nor what moves a run (docs/design/progress.md, section 6). The order of imports keeps
 * both out of the rooms that reads are made of (`layers.ts`). This rule keeps out what needs no import: the network, bindings, and what
 * an operation does, when one is handed in. And it keeps all reads in `http/reading`, but for the proof of a run.
 */
import { isForReading } from "../layers.ts";
import {
  asNode,
  asNodes,
  bare,
  type Context,
  keyOf,
  nameOf,
  type Node,
  onTexts,
  originOf,
  parentOf,
  pathInSource,
  type Rule,
  stringOf,
  typeOf,
  valueOf,
} from "../syntax.ts";

/** Bindings through which work is commanded. */
const COMMANDING_BINDINGS = ["OPERATION_RUNS", "RUN_UNITS", "RUN_UNITS_QUICK", "GRAPH_UNITS", "GRAPH_UNITS_QUICK"];
/** What an operation does, as against what it declares. */
const OPERATION_WORK = ["plan", "execute", "executeMany", "advance", "finalize", "abandon", "sweep"];
const GLOBALS = ["globalThis", "self"];
/** Objects whose functions get at the members of what they are given. */
const REFLECTING = ["Object", "Reflect"];

/** What makes a read (`http/routing/served.ts`), and where it may be used. */
const READS = new Map([
  ["read", /^http\/reading\//],
  ["readOwn", /^http\/reading\//],
  ["readPublic", /^http\/reading\//],
  ["readFromRunObject", /^http\/commands\/operations\.ts$/],
]);

const NETWORK = "A read calls no address: neither Microsoft Graph nor another.";
const BINDING = "A read commands nothing: it has no use for this binding.";
const COMPUTED = "Write the name out: nobody can judge one that is put together.";
const WORK = "A read does no operation's work.";

export const readsCommandNothing: Rule = {
  create(context) {
    const file = pathInSource(context.filename);
    if (file === null) return {};
    if (!isForReading(file)) return { ImportDeclaration: (node) => judgeReads(context, file, node) };
    const report = (node: Node, message: string): void => context.report({ node, message });
    const judgeName = (name: string | null, node: Node): void => {
      if (name !== null && COMMANDING_BINDINGS.includes(name)) report(node, BINDING);
    };
    /** @param key null for one that is put together, or for all */
    const judgeKey = (key: string | null, holder: Node | null, node: Node): void => {
      const isGlobal = GLOBALS.includes(nameOf(bare(holder)) ?? "");
      if (isGlobal && key === "fetch") report(node, NETWORK);
      if (key === null && (isGlobal || isEnvironment(context, holder))) report(node, COMPUTED);
    };
    return {
      ImportDeclaration: (node) => judgeReads(context, file, node),
      ...onTexts(judgeName),
      Identifier(node) {
        const name = nameOf(node);
        judgeName(name, node);
        if (name === "fetch" && !isLabel(node)) report(node, NETWORK);
      },
      MemberExpression(node) {
        judgeKey(keyOf(node), asNode(node["object"]), node);
      },
      ObjectPattern(node) {
        const source = asNode(parentOf(node)?.["init"]) ?? asNode(parentOf(node)?.["right"]);
        for (const property of asNodes(node["properties"])) {
          if (typeOf(property) === "Property") judgeKey(keyOf(property), source, property);
        }
      },
      CallExpression(node) {
        const callee = bare(asNode(node["callee"]));
        if (typeOf(callee) !== "MemberExpression") return;
        if (OPERATION_WORK.includes(keyOf(callee) ?? "")) report(node, WORK);
        const [first = null] = asNodes(node["arguments"]);
        if (REFLECTING.includes(nameOf(asNode(callee?.["object"])) ?? "")) judgeKey(null, first, node);
      },
    };
  },
};

/** Which kinds of read a file imports. */
function judgeReads(context: Context, file: string, node: Node): void {
  if (stringOf(asNode(node["source"]))?.endsWith("routing/served.ts") !== true) return;
  for (const specifier of asNodes(node["specifiers"])) {
    const imported = asNode(specifier["imported"]);
    const name = nameOf(imported) ?? stringOf(imported);
    if (name === null)
      context.report({ node: specifier, message: "Import by name: what is imported decides where it may be." });
    else if (READS.get(name)?.test(file) === false) {
      context.report({
        node: specifier,
        message: `${name} has no business here: reads are answered in http/reading/.`,
      });
    }
  }
}

/** The name of a member, of a key or in a type: not a name that has a value of its own. */
function isLabel(identifier: Node): boolean {
  const holder = parentOf(identifier);
  if (typeOf(holder) === "TSTypeQuery") return true;
  if (holder?.["computed"] === true) return false;
  const isKey = holder?.["key"] === identifier && holder["shorthand"] !== true;
  return isKey || (typeOf(holder) === "MemberExpression" && holder?.["property"] === identifier);
}

/** `env`, `context.env`, and names that stand for one of them. */
function isEnvironment(context: Context, node: Node | null): boolean {
  const expression = valueOf(context, node);
  if (expression === null) return false;
  if (typeOf(expression) === "MemberExpression") return keyOf(expression) === "env";
  if (typeOf(expression) !== "Identifier") return false;
  const origin = originOf(context, expression);
  return nameOf(expression) === "env" || (origin !== null && "key" in origin && origin.key === "env");
}
