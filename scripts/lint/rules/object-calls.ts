/** Durable Objects are called through one file each, which repeats the calls that a deploy cuts off. Nobody else names their bindings, except in types. */
import { nameOf, type Node, onTexts, parentOf, pathInSource, type Rule, typeOf } from "../syntax.ts";

/** The binding's one file. */
const HOMES = new Map([
  ["OPERATION_RUNS", "runs/edge/call-run-object.ts"],
  ["GRAPH_BUDGETS", "graph-work/budget/graph-budget.ts"],
  ["METRICS_BOARD", "runs/reading/metrics-board.ts"],
  ["TENANT_ACTIVITY", "runs/reading/activity-hub.ts"],
]);

export const objectCalls: Rule = {
  create(context) {
    const file = pathInSource(context.filename);
    if (file === null) return {};
    const judge = (name: string | null, node: Node): void => {
      const home = name === null ? undefined : HOMES.get(name);
      if (home === undefined || home === file || typeOf(parentOf(node)) === "TSLiteralType") return;
      context.report({ node, message: `Call the object through ${home}: a deploy must not make the call fail.` });
    };
    return { Identifier: (node) => judge(nameOf(node), node), ...onTexts(judge) };
  },
};
