/**
 * The console renders what the server says. It does not read a run's `processed` and `total`, reads `percent` in one component,
 * and has one progress bar: that component's.
 */
import { asNode, keyOf, nameOf, type Node, pathInSource, type Rule, stringOf, textOf, typeOf } from "../syntax.ts";

const PROGRESS_COMPONENT = "dashboard/components/run-progress.tsx";
const BAR_PACKAGE = /(^|\/)(progress|meter)(\.\w+)?$/i;
const BAR_ATTRIBUTE = /^aria-value(now|min|max|text)$/;

export const consoleRenders: Rule = {
  create(context) {
    const file = pathInSource(context.filename);
    if (file?.startsWith("dashboard/") !== true) return {};
    const showsProgress = file === PROGRESS_COMPONENT;
    const raw = (node: Node): void => {
      const key = keyOf(node) ?? "";
      if (key === "processed" || key === "total") {
        context.report({ node, message: `The console does not read ${key}: it renders progress.text.` });
      } else if (key === "percent" && !showsProgress) {
        context.report({ node, message: "Only run-progress.tsx reads the contract's percent; use <RunProgress>." });
      }
    };
    const bar = (node: Node): void => {
      if (showsProgress) return;
      context.report({ node, message: "There is one progress bar: use <RunProgress> (components/run-progress.tsx)." });
    };
    return {
      MemberExpression: raw,
      Property(node) {
        if (typeOf(asNode(node["parent"])) === "ObjectPattern") raw(node);
      },
      ImportDeclaration(node) {
        const specifier = stringOf(asNode(node["source"])) ?? "";
        if (!specifier.startsWith(".") && BAR_PACKAGE.test(specifier)) bar(node);
      },
      JSXOpeningElement(node) {
        const name = nameOf(asNode(node["name"]));
        if (name === "progress" || name === "meter") bar(node);
      },
      JSXAttribute(node) {
        const name = nameOf(asNode(node["name"])) ?? "";
        const value = asNode(node["value"]);
        const role = name === "role" ? (stringOf(value) ?? stringOf(asNode(value?.["expression"]))) : null;
        if (BAR_ATTRIBUTE.test(name) || role === "progressbar" || role === "meter") bar(node);
      },
      CallExpression(node) {
        // createElement("progress", …)
        const first: unknown = Array.isArray(node["arguments"]) ? node["arguments"][0] : null;
        const callee = asNode(node["callee"]);
        const name = nameOf(callee) ?? nameOf(asNode(callee?.["property"]));
        const element = textOf(asNode(first), "value");
        if (name === "createElement" && (element === "progress" || element === "meter")) bar(node);
      },
    };
  },
};
