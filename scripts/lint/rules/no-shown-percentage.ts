/**
 * No text that a person may see or hear names a percentage, but the contract's own `percent` in `run-progress.tsx`. Widths are
 * no texts: what stands in `className` or `style`, or is a style sheet, is left alone.
 */
import { PROGRESS_COMPONENT } from "../progress-component.ts";
import {
  asNode,
  asNodes,
  keyOf,
  nameOf,
  type Node,
  onTexts,
  parentOf,
  pathInSource,
  type Rule,
  textOf,
  typeOf,
} from "../syntax.ts";

const SIGN = "[%％﹪٪‰]|&percnt;|&#(37|x25);";
const ANY = new RegExp(SIGN, "i");
const AFTER_A_NUMBER = new RegExp(`\\d\\s?(${SIGN}|per ?cent\\b)`, "i");
const LAYOUT =
  /^(className|style|class|width|height|(min|max)-?(Width|Height)|left|right|top|bottom|inset|flexBasis|transform|offset|x|y)$/i;

export const noShownPercentage: Rule = {
  create(context) {
    const file = pathInSource(context.filename);
    const inConsole = file?.startsWith("dashboard/") === true;
    const report = (node: Node): void => {
      context.report({
        node,
        message: "A percentage in a text: the contract's is shown by run-progress.tsx, and there is no other.",
      });
    };
    return {
      JSXText(node) {
        const shown = `${textOf(node, "value") ?? ""}${textOf(node, "raw") ?? ""}`;
        const words = /^\s*per ?cent\b/i.test(shown) && typeOf(before(node)) === "JSXExpressionContainer";
        if (!words && !ANY.test(shown) && !AFTER_A_NUMBER.test(shown)) return;
        if (file !== PROGRESS_COMPONENT || textOf(node, "value")?.trim() !== "%" || !followsPercent(node)) report(node);
      },
      ...onTexts((text, node) => {
        // On the server's side a `%` alone is a format or a pattern; after a number it is a percentage.
        const suspicious = inConsole ? ANY.test(text) || AFTER_A_NUMBER.test(text) : AFTER_A_NUMBER.test(text);
        const computed = typeOf(node) === "TemplateLiteral" && /\*\s*\d*%|%\s*\*/.test(text);
        if (computed || (suspicious && !isStyleSheet(text) && !isLayout(node))) report(node);
      }),
      CallExpression(node) {
        // String.fromCharCode(37)
        const { property } = asNode(node["callee"]) ?? {};
        const [code] = asNodes(node["arguments"]);
        if (/^fromC(harCode|odePoint)$/.test(nameOf(asNode(property)) ?? "") && code?.["value"] === 37) report(node);
      },
    };
  },
};

/** The sibling in front of a JSX text. */
function before(node: Node): Node | null {
  const siblings = asNodes(asNode(node["parent"])?.["children"]);
  return siblings[siblings.indexOf(node) - 1] ?? null;
}

/** The text after `{progress.percent}`. */
function followsPercent(node: Node): boolean {
  return keyOf(asNode(before(node)?.["expression"])) === "percent";
}

function isStyleSheet(text: string): boolean {
  return /[{;][^{}]*:[^{}]*%/.test(text);
}

function isLayout(node: Node): boolean {
  for (let holder = parentOf(node); holder !== null; holder = parentOf(holder)) {
    if (typeOf(holder) === "JSXAttribute") return LAYOUT.test(nameOf(asNode(holder["name"])) ?? "");
    if (typeOf(holder) === "Property" && LAYOUT.test(keyOf(holder) ?? "")) return true;
    if (/Function|Statement|Declaration$|JSXElement/.test(typeOf(holder))) return false;
  }
  return false;
}
