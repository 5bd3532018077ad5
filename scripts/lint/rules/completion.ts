/**
 * A run is completed by `maybeCompleteBulkRun` or, a phased one, by `completePhasedRun`; the coordinator alone asks them, and in
 * one place does what they say.
 */
import {
  asNode,
  asNodes,
  isSql,
  keyOf,
  nameOf,
  type Node,
  onTexts,
  parentOf,
  pathInSource,
  type Rule,
  stringOf,
  textOf,
  typeOf,
  valueOf,
} from "../syntax.ts";

const COORDINATOR = "runs/run-coordinator.ts";
const DECISIONS_FILE = "runs/lifecycle.ts";
const DECISIONS = ["maybeCompleteBulkRun", "completePhasedRun"];
/** The one method that completes. */
const COMPLETING_METHOD = "complete";
const SQL_COMPLETION =
  /\boperation_runs\b[\s\S]*\bset\b(?:(?!\bwhere\b)[\s\S])*\bstatus["`]?\s*=\s*'completed'|\binto\s+["`]?operation_runs\b(?:(?!\bwhere\b)[\s\S])*'completed'/i;

export const completion: Rule = {
  create(context) {
    const file = pathInSource(context.filename);
    if (file === null) return {};
    const inCoordinator = file === COORDINATOR;
    const report = (node: Node): void => {
      context.report({
        node,
        message: "Only the coordinator completes a run, where maybeCompleteBulkRun or completePhasedRun says so.",
      });
    };
    const isCompleted = (node: Node | null): boolean => stringOf(valueOf(context, node)) === "completed";
    const allowed = (node: Node): boolean => inCoordinator && enclosingMethod(node) === COMPLETING_METHOD;
    const isDecisions = (node: Node): boolean => /(^|\/)lifecycle\.ts$/.test(stringOf(asNode(node["source"])) ?? "");
    return {
      Property(node) {
        if (typeOf(parentOf(node)) !== "ObjectExpression" || keyOf(node) !== "status") return;
        if (isCompleted(asNode(node["value"])) && !allowed(node)) report(node);
      },
      AssignmentExpression(node) {
        if (keyOf(asNode(node["left"])) === "status" && isCompleted(asNode(node["right"])) && !allowed(node))
          report(node);
      },
      CallExpression(node) {
        const callee = asNode(node["callee"]);
        const method = nameOf(asNode(callee?.["property"]));
        // The commit by which a run completes.
        const [first] = asNodes(node["arguments"]);
        const commits = (method === "update" || method === "commit") && stringOf(first ?? null) === "complete";
        if (commits && !allowed(node)) report(node);
      },
      ImportDeclaration(node) {
        if (inCoordinator || !isDecisions(node)) return;
        for (const specifier of asNodes(node["specifiers"])) {
          const whole = typeOf(specifier) === "ImportNamespaceSpecifier";
          if (whole || DECISIONS.includes(nameOf(asNode(specifier["imported"])) ?? "")) report(specifier);
        }
      },
      ImportExpression(node) {
        if (isDecisions(node)) report(node);
      },
      FunctionDeclaration(node) {
        if (file !== DECISIONS_FILE && DECISIONS.includes(nameOf(asNode(node["id"])) ?? "")) report(node);
      },
      ...onTexts((text, node) => {
        if (isSql(text) && SQL_COMPLETION.test(text)) report(node);
      }),
    };
  },
};

/** The name of the method (private or not) that a node is in. */
function enclosingMethod(node: Node): string | null {
  for (let holder = parentOf(node); holder !== null; holder = parentOf(holder)) {
    if (typeOf(holder) === "MethodDefinition") return textOf(asNode(holder["key"]), "name");
  }
  return null;
}
