/**
 * What nobody has told the console is not zero, and no empty list: a missing value is handled as missing (`Told` in
 * src/dashboard/api/told.ts), and never given a number by omission.
 */
import {
  asNode,
  asNodes,
  bare,
  type Context,
  keyOf,
  nameOf,
  type Node,
  parentOf,
  pathInSource,
  type Rule,
  stringOf,
  typeOf,
  valueOf,
} from "../syntax.ts";

const MESSAGE =
  "Unknown is not zero: what is missing here would be shown as 0 or as an empty list. Handle the missing value, with Told where it is shown.";

export const unknownIsNotZero: Rule = {
  create(context) {
    if (pathInSource(context.filename)?.startsWith("dashboard/") !== true) return {};
    const report = (node: Node): void => context.report({ node, message: MESSAGE });
    return {
      // count ?? 0, list || []
      LogicalExpression(node) {
        const { operator } = node;
        if (operator !== "??" && operator !== "||") return;
        if (isNothing(context, asNode(node["right"])) && !isTally(node)) report(node);
      },
      AssignmentExpression(node) {
        const { operator } = node;
        if ((operator === "??=" || operator === "||=") && isNothing(context, asNode(node["right"]))) report(node);
      },
      // data === undefined ? 0 : data.count
      ConditionalExpression(node) {
        const missing = branchOfMissing(asNode(node["test"]));
        if (missing === null) return;
        const other = asNode(node[missing === "consequent" ? "alternate" : "consequent"]);
        // `name === null ? [] : [name]` makes a list of what is there.
        if (typeOf(other) !== "ArrayExpression" && isNothing(context, asNode(node[missing]))) report(node);
      },
      // const { items = [] } = data
      VariableDeclarator: (node) =>
        defaultsOf(asNode(node["id"])).forEach((given) => {
          if (isNothing(context, given)) report(given);
        }),
      // !data?.items.length is true for what is not there
      UnaryExpression(node) {
        const inner = bare(asNode(node["argument"]));
        const chained = typeOf(asNode(node["argument"])) === "ChainExpression";
        if (node["operator"] === "!" && chained && keyOf(inner) === "length") report(node);
        // +(data?.count)
        if (node["operator"] === "+" && chained) report(node);
      },
      CallExpression(node) {
        const callee = nameOf(asNode(node["callee"]));
        const [first] = asNodes(node["arguments"]);
        // Number(null) is 0. String(null) is a text that people would read.
        if (callee === "Number" && typeOf(first ?? null) === "ChainExpression") report(node);
        if (callee === "groupDigits" && typeOf(first ?? null) === "CallExpression") {
          if (nameOf(asNode(first?.["callee"])) === "String") {
            context.report({ node, message: "Use digits(count): it takes a number that is there, and nothing else." });
          }
        }
      },
    };
  },
};

/** `(counts.get(key) ?? 0) + 1`: the next one of what is being counted here. */
function isTally(node: Node): boolean {
  const left = bare(asNode(node["left"]));
  const isRead = typeOf(left) === "CallExpression" && keyOf(asNode(left?.["callee"])) === "get";
  let holder = parentOf(node);
  while (typeOf(holder) === "ParenthesizedExpression") holder = parentOf(holder);
  return isRead && holder?.["operator"] === "+" && asNode(holder["right"])?.["value"] === 1;
}

/** 0, "0", an empty list, an empty Map or Set. */
function isNothing(context: Context, node: Node | null): boolean {
  const value = valueOf(context, node);
  switch (typeOf(value)) {
    case "Literal":
      return value?.["value"] === 0 || value?.["value"] === "0";
    case "ArrayExpression":
      return asNodes(value?.["elements"]).length === 0;
    case "NewExpression":
      return (
        /^(Map|Set|Array)$/.test(nameOf(asNode(value?.["callee"])) ?? "") && asNodes(value?.["arguments"]).length === 0
      );
    default:
      return stringOf(value) === "0";
  }
}

/** Which branch of `x === undefined ? … : …` stands for a missing value. Null: the test asks for something else. */
function branchOfMissing(test: Node | null): "consequent" | "alternate" | null {
  if (typeOf(test) === "ChainExpression") return "alternate";
  if (typeOf(test) !== "BinaryExpression") return null;
  const sides = [asNode(test?.["left"]), asNode(test?.["right"])];
  if (!sides.some((side) => nameOf(side) === "undefined" || (typeOf(side) === "Literal" && side?.["value"] === null)))
    return null;
  return /^!==?$/.test(String(test?.["operator"])) ? "alternate" : "consequent";
}

function defaultsOf(pattern: Node | null): Node[] {
  if (typeOf(pattern) !== "ObjectPattern") return [];
  return asNodes(pattern?.["properties"]).flatMap((property) => {
    const value = asNode(property["value"]);
    if (typeOf(value) !== "AssignmentPattern") return [];
    const given = asNode(value?.["right"]);
    return given === null ? [] : [given];
  });
}
