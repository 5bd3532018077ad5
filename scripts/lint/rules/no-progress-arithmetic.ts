/**
 * How far a run is, is computed in `contract/progress.ts` alone. Names are followed through destructuring and constants, and
 * any division by what is no constant is a ratio until somebody says why not. What cannot be seen from one file's syntax
 * (a function of two plain arguments in another file, arithmetic by repeated subtraction) is listed in decisions/080.
 */
import {
  asNode,
  asNodes,
  bare,
  type Context,
  isSql,
  keyOf,
  memberOf,
  nameOf,
  type Node,
  onTexts,
  originOf,
  parentOf,
  pathInSource,
  quasiTexts,
  type Rule,
  stringOf,
  textOf,
  typeOf,
  valueOf,
} from "../syntax.ts";

/** Names that hold how far something has come, and how far it goes. */
const DONE_NAME = /^(processed|completed|settled|done|finished|succeeded|failed|skipped)(count)?$/i;
const TOTAL_NAME = /(^|[a-z])total(count|units)?$/i;
const CONSTANT_NAME = /^[A-Z][A-Z0-9_]*$/;
/** The room that something has on the screen: what is divided by it is laid out. */
const ROOM_NAME = /(width|height|pixels)$/i;
const HUNDREDTHS: readonly unknown[] = [100, 100n, 0.01];
const PUTS_TOGETHER = /^(BinaryExpression|CallExpression|ArrayExpression|JSXExpressionContainer)$/;
const SQL_RATIO =
  /\b(processed|succeeded|failed|skipped)\b[\s')]*\/|\/[\s(]*\S*\btotal\b|\b100(\.0*)?\s*\*|\*\s*100(\.0*)?\b/i;

export const noProgressArithmetic: Rule = {
  create(context) {
    const inConsole = pathInSource(context.filename)?.startsWith("dashboard/") === true;
    const report = (node: Node, what: string): void => {
      context.report({
        node,
        message: `${what}: how far a run is, is computed in contract/progress.ts alone; render its answer.`,
      });
    };
    const isDone = (node: Node | null): boolean => isNamed(context, node, DONE_NAME);
    const isTotal = (node: Node | null): boolean => isNamed(context, node, TOTAL_NAME);
    const divides = (node: Node, left: Node | null, right: Node | null): void => {
      if (isDone(left) || isTotal(right)) report(node, "A ratio");
      else if (isHundredth(context, right)) report(node, "A percentage");
      else if (!isConstant(context, right)) report(node, "A division by what is no constant");
    };
    return {
      BinaryExpression(node) {
        const left = asNode(node["left"]);
        const right = asNode(node["right"]);
        switch (node["operator"]) {
          case "/":
            return divides(node, left, right);
          case "*":
            if (isConstant(context, node)) return;
            if (isHundredth(context, left) || isHundredth(context, right)) report(node, "A percentage");
            return;
          case "**":
            if (typeOf(bare(right)) === "UnaryExpression") report(node, "A division");
            return;
          case "+":
            if (startsWithPercent(stringOf(right))) report(node, "A percentage");
            if (inConsole && isDone(left) && isDone(right)) report(node, "A sum of verdicts");
            return;
          case "-":
            if (isTotal(left) && isDone(right)) report(node, "A remainder");
        }
      },
      AssignmentExpression(node) {
        const right = asNode(node["right"]);
        if (node["operator"] === "/=") divides(node, asNode(node["left"]), right);
        if (node["operator"] === "*=" && isHundredth(context, right)) report(node, "A percentage");
      },
      CallExpression(node) {
        const callee = asNode(node["callee"]);
        const method = nameOf(asNode(callee?.["property"]));
        const subjects = asNodes(node["arguments"]);
        const clamps = nameOf(asNode(callee?.["object"])) === "Math" && (method === "min" || method === "max");
        if (clamps && subjects.some(isDone)) report(node, "A clamp");
        if (method === "pow" && typeOf(subjects[1] ?? null) === "UnaryExpression") report(node, "A division");
        if (method === "concat" && subjects.some((subject) => startsWithPercent(stringOf(subject)))) {
          report(node, "A percentage");
        }
      },
      Property(node) {
        // Intl.NumberFormat and toLocaleString: { style: "percent" }, { style: "unit", unit: "percent" }
        const key = keyOf(node);
        if ((key === "style" || key === "unit") && stringOf(valueOf(context, asNode(node["value"]))) === "percent") {
          report(node, "A percentage");
        }
      },
      JSXText(node) {
        const text = (textOf(node, "value") ?? "").trim();
        if (isOf(text) && isBetween(node, /^(?!JSXText)/)) report(node, "An “n of m”");
        if (text === "/" && isBetween(node, /^JSXExpressionContainer$/)) report(node, "An “n/m”");
      },
      ...mergeTexts(
        onTexts((text, node) => {
          if (isSql(text) && SQL_RATIO.test(text)) report(node, "A ratio in SQL");
          // Whatever puts it together: `+`, `concat`, `join`.
          if (isOf(text) && PUTS_TOGETHER.test(typeOf(parentOf(node)))) report(node, "An “n of m”");
        }),
        (node) => {
          const [, ...after] = quasiTexts(node);
          const holes = asNodes(node["expressions"]);
          if (after.some((text) => /^\s?([%％﹪٪]|per ?cent\b)/i.test(text))) report(node, "A percentage");
          if (after.slice(0, -1).some(isOf)) report(node, "An “n of m”");
          const slashed = after.slice(0, -1).findIndex((text) => text.trim() === "/");
          if (slashed >= 0 && (isDone(holes[slashed] ?? null) || isTotal(holes[slashed + 1] ?? null))) {
            report(node, "An “n/m”");
          }
        },
      ),
    };
  },
};

function mergeTexts(texts: ReturnType<typeof onTexts>, template: (node: Node) => void): ReturnType<typeof onTexts> {
  return {
    ...texts,
    TemplateLiteral(node) {
      texts["TemplateLiteral"]?.(node);
      template(node);
    },
  };
}

/**
 * Whether an expression is called by such a name: `processed`, `counts.processed`, `counts["processed"]`, a name that was
 * given its value by one of these, or a number or call made of them.
 */
function isNamed(context: Context, node: Node | null, pattern: RegExp, depth = 0): boolean {
  const expression = bare(node);
  if (expression === null || depth > 4) return false;
  switch (typeOf(expression)) {
    case "Identifier": {
      if (pattern.test(nameOf(expression) ?? "")) return true;
      const origin = originOf(context, expression);
      if (origin === null) return false;
      if ("key" in origin) return pattern.test(origin.key);
      // What was made by a call has a meaning of its own: only plain values are followed.
      const plain = ["Identifier", "MemberExpression", "ChainExpression", "LogicalExpression", "TSNonNullExpression"];
      return plain.includes(typeOf(origin.value)) && isNamed(context, origin.value, pattern, depth + 1);
    }
    case "MemberExpression":
      return pattern.test(memberOf(context, expression) ?? "");
    case "LogicalExpression":
      return isNamed(context, asNode(expression["left"]), pattern, depth + 1);
    case "CallExpression":
      return asNodes(expression["arguments"]).some((argument) => isNamed(context, argument, pattern, depth + 1));
    default:
      return false;
  }
}

function isHundredth(context: Context, node: Node | null): boolean {
  const value = valueOf(context, node);
  return typeOf(value) === "Literal" && HUNDREDTHS.includes(value?.["value"]);
}

/** A number that the source fixes (`60`, `-1`, `60 * 60`, `MINUTE_MS`, a `const` of these) or the screen (`width - LEFT`). */
function isConstant(context: Context, node: Node | null): boolean {
  const value = valueOf(context, node);
  switch (typeOf(value)) {
    case "Literal":
      return true;
    case "Identifier":
      return isFixedName(nameOf(value) ?? "");
    case "MemberExpression":
      return isFixedName(keyOf(value) ?? "");
    case "UnaryExpression":
      return isConstant(context, asNode(value?.["argument"]));
    case "BinaryExpression":
      return isConstant(context, asNode(value?.["left"])) && isConstant(context, asNode(value?.["right"]));
    default:
      return false;
  }
}

function isFixedName(name: string): boolean {
  return CONSTANT_NAME.test(name) || ROOM_NAME.test(name);
}

function startsWithPercent(text: string | null): boolean {
  return text !== null && /^\s*([%％﹪٪]|per ?cent\b)/i.test(text);
}

function isOf(text: string): boolean {
  return /^\s*(out )?of\s*$/i.test(text);
}

/** JSX text that stands between two siblings of such a type. */
function isBetween(node: Node, type: RegExp): boolean {
  const siblings = asNodes(asNode(node["parent"])?.["children"]);
  const at = siblings.indexOf(node);
  return [siblings[at - 1], siblings[at + 1]].every((sibling) => sibling !== undefined && type.test(typeOf(sibling)));
}
