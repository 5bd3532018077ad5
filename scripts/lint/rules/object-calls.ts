/** Durable Objects are called through one file, which repeats the calls that a deploy cuts off. Nobody else names their bindings, except in types. */
import { nameOf, type Node, onTexts, parentOf, pathInSource, type Rule, typeOf } from "../syntax.ts";

const HOME = "runs/edge/call-object.ts";
const BINDINGS = ["OPERATION_RUNS", "TENANT_ACTIVITY"];

export const objectCalls: Rule = {
  create(context) {
    const file = pathInSource(context.filename);
    if (file === null || file === HOME) return {};
    const judge = (name: string | null, node: Node): void => {
      if (name === null || !BINDINGS.includes(name) || typeOf(parentOf(node)) === "TSLiteralType") return;
      context.report({ node, message: `Call the object through ${HOME}: a deploy must not make the call fail.` });
    };
    return { Identifier: (node) => judge(nameOf(node), node), ...onTexts(judge) };
  },
};
