/** All SQL of D1 is in `database/`, written out or made by drizzle: other rooms call functions of it. */
import {
  asNode,
  asNodes,
  isSql,
  keyOf,
  nameOf,
  pathInSource,
  quasiTexts,
  type Rule,
  stringOf,
  typeOf,
} from "../syntax.ts";

const HOME = /^database\//;
const STATEMENT_METHODS = ["prepare", "batch", "exec"];
const DATABASE_NAME = /^(database|db)$/i;

export const sqlInDatabase: Rule = {
  create(context) {
    const file = pathInSource(context.filename);
    if (file === null || HOME.test(file)) return {};
    return {
      ImportDeclaration(node) {
        if (/^drizzle-orm(\/|$)/.test(stringOf(asNode(node["source"])) ?? "")) {
          context.report({ node, message: "Only database/ takes drizzle." });
        }
      },
      CallExpression(node) {
        const callee = asNode(node["callee"]);
        const method = keyOf(callee) ?? "";
        if (!STATEMENT_METHODS.includes(method)) return;
        const holder = asNode(callee?.["object"]);
        const holderName = nameOf(holder) ?? keyOf(holder) ?? "";
        const [first = null] = asNodes(node["arguments"]);
        const text = typeOf(first) === "TemplateLiteral" ? quasiTexts(first).join("?") : stringOf(first);
        if (DATABASE_NAME.test(holderName) || (method === "prepare" && isSql(text ?? ""))) {
          context.report({ node, message: "Only database/ makes statements for D1: call a function of it." });
        }
      },
    };
  },
};
