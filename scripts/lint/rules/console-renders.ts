/**
 * The console renders what the server says. It does not read a run's `processed` and `total`, reads `percent` in one component,
 * and has one progress bar: that component's.
 */
import { PROGRESS_COMPONENT } from "../progress-component.ts";
import {
  asNode,
  asNodes,
  keyOf,
  memberOf,
  nameOf,
  type Node,
  pathInSource,
  quasiTexts,
  type Rule,
  stringOf,
  typeOf,
} from "../syntax.ts";

const BAR_PACKAGE = /(^|\/)(progress|meter)(\.\w+)?$/i;
const BAR_COMPONENT = /^(Progress|Meter)(Bar)?$/;
const BAR_ELEMENT = /^(progress|meter)$/;
const BAR_ATTRIBUTE = /^aria-value(now|min|max|text)$/;

export const consoleRenders: Rule = {
  create(context) {
    const file = pathInSource(context.filename);
    if (file?.startsWith("dashboard/") !== true) return {};
    const showsProgress = file === PROGRESS_COMPONENT;
    const raw = (node: Node): void => {
      const key = memberOf(context, node) ?? "";
      if (key === "processed" || key === "total") {
        context.report({ node, message: `The console does not read ${key}: it renders progress.text.` });
      } else if (key === "percent" && !showsProgress) {
        context.report({ node, message: "Only run-progress.tsx reads the contract's percent; use <RunProgress>." });
      }
    };
    const bar = (node: Node): void => {
      if (showsProgress) return;
      context.report({ node, message: `There is one progress bar: use <RunProgress> (${PROGRESS_COMPONENT}).` });
    };
    return {
      MemberExpression: raw,
      Property(node) {
        if (typeOf(asNode(node["parent"])) === "ObjectPattern") raw(node);
        else if (isBarAttribute(keyOf(node) ?? "", stringOf(asNode(node["value"])))) bar(node);
      },
      ImportDeclaration(node) {
        const specifier = stringOf(asNode(node["source"])) ?? "";
        if (specifier.startsWith(".")) return;
        const names = asNodes(node["specifiers"]).map((each) => nameOf(asNode(each["imported"])) ?? "");
        if (BAR_PACKAGE.test(specifier) || names.some((name) => BAR_COMPONENT.test(name))) bar(node);
      },
      JSXOpeningElement(node) {
        const name = asNode(node["name"]);
        const member = nameOf(asNode(name?.["property"])) ?? "";
        // `<Progress.Root>` is reported where `Progress` comes from.
        if (BAR_ELEMENT.test(nameOf(name) ?? "") || BAR_COMPONENT.test(member)) bar(node);
      },
      JSXAttribute(node) {
        const value = asNode(node["value"]);
        const text = stringOf(value) ?? stringOf(asNode(value?.["expression"]));
        if (isBarAttribute(nameOf(asNode(node["name"])) ?? "", text)) bar(node);
      },
      CallExpression(node) {
        const callee = asNode(node["callee"]);
        const texts = asNodes(node["arguments"]).map((argument) => stringOf(argument) ?? "");
        // createElement("progress", …); Reflect.get(counts, "processed")
        if ((nameOf(callee) ?? keyOf(callee)) === "createElement" && BAR_ELEMENT.test(texts[0] ?? "")) bar(node);
        if (texts.some((text) => text === "processed" || text === "total")) {
          context.report({ node, message: "The console does not read processed or total: it renders progress.text." });
        }
      },
      TemplateLiteral(node) {
        // A width by another name.
        if (
          quasiTexts(node)
            .slice(0, -1)
            .some((text) => /\bscale[XY]?\(\s*$/.test(text))
        )
          bar(node);
      },
    };
  },
};

function isBarAttribute(name: string, value: string | null): boolean {
  return BAR_ATTRIBUTE.test(name) || (name === "role" && (value === "progressbar" || value === "meter"));
}
