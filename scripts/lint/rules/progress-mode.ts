/**
 * How a type counts is declared in code, within the boundary (`contract/progress-boundary.ts`), and stored nowhere. A phase is words:
 * no number gets in by way of its name.
 */
import { judgeProgressMode } from "../../../src/contract/progress-boundary.ts";
import {
  asNode,
  asNodes,
  type Context,
  isSql,
  keyOf,
  nameOf,
  type Node,
  onTexts,
  parentOf,
  pathInSource,
  type Rule,
  stringOf,
  typeOf,
  valueOf,
} from "../syntax.ts";

const STORED_NAME = /^(progress_?(mode|kind|style|type)|counting_?mode|is_?counted|is_?phased)$/i;
const STORED_IN_SQL = /\b(progress_(mode|kind|style|type)|counting_mode|is_(counted|phased))\b/i;
/** Where things are declared that are kept: tables, rows, the run's own storage, messages. */
const STORED_IN =
  /^(database\/|runs\/(run-store|sqlite-run-store|coordinator-ports|run-state)\.ts$|contract\/queue-messages\.ts$)/;

export const progressMode: Rule = {
  create(context) {
    const file = pathInSource(context.filename);
    if (file === null) return {};
    const checkStored = (node: Node): void => {
      if (!STORED_IN.test(file) || !STORED_NAME.test(keyOf(node) ?? "")) return;
      context.report({ node, message: "A progress mode is never stored: it is a property of the type, in code." });
    };
    return {
      ObjectExpression(node) {
        const type = stringOf(propertyValue(context, node, "type"));
        const mode = stringOf(propertyValue(context, node, "progressMode"));
        const message = type === null || mode === null ? null : judgeProgressMode(type, mode);
        if (message !== null) context.report({ node, message });
      },
      Property(node) {
        if (typeOf(parentOf(node)) !== "ObjectExpression") return;
        checkStored(node);
        const key = keyOf(node);
        if ((key === "phase" || key === "firstPhase") && holdsNumber(valueOf(context, asNode(node["value"])))) {
          context.report({
            node,
            message: "A phase is named in words, and by a label at most: nobody knows how far it is.",
          });
        }
      },
      TSPropertySignature: checkStored,
      ...onTexts((text, node) => {
        const column = STORED_IN.test(file) && STORED_NAME.test(text);
        if (column || ((isSql(text) || /^\s*alter\s+table\b/i.test(text)) && STORED_IN_SQL.test(text))) {
          context.report({ node, message: "A progress mode is never stored: it is a property of the type, in code." });
        }
      }),
    };
  },
};

/** A text with a digit, or one with a hole for anything but a label. */
function holdsNumber(value: Node | null): boolean {
  if (typeOf(value) === "BinaryExpression" && value?.["operator"] === "+") return true;
  const holes = typeOf(value) === "TemplateLiteral" ? asNodes(value?.["expressions"]) : [];
  if (holes.some((hole) => !/label$/i.test(nameOf(hole) ?? keyOf(hole) ?? ""))) return true;
  return /\d/.test(stringOf(value) ?? "");
}

/** The value of a property of an object literal; its last one, as the language has it. */
function propertyValue(context: Context, object: Node, name: string): Node | null {
  const property = asNodes(object["properties"]).findLast((candidate) => keyOf(candidate) === name);
  return valueOf(context, asNode(property?.["value"]));
}
