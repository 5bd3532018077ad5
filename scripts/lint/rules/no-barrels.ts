import { asNode, pathInSource, type Rule } from "../syntax.ts";

export const noBarrels: Rule = {
  create(context) {
    // The entry must export the Durable Objects' classes.
    if (pathInSource(context.filename) === "index.ts") return {};
    const message = "Import a thing from where it is defined: no re-exports.";
    return {
      ExportAllDeclaration: (node) => context.report({ node, message }),
      ExportNamedDeclaration: (node) => {
        if (asNode(node["source"])) context.report({ node, message });
      },
    };
  },
};
