/** Imports run one way (`layers.ts`), in whichever form they are written. */
import { judgeImport, judgePackage, resolveImport } from "../layers.ts";
import {
  asNode,
  asNodes,
  type Context,
  nameOf,
  type Node,
  pathInSource,
  type Rule,
  stringOf,
  typeOf,
} from "../syntax.ts";

export const importDirection: Rule = {
  create(context) {
    const importer = pathInSource(context.filename);
    if (importer === null) return {};
    const judge = (specifier: string, node: Node): void => {
      const message = judgeSpecifier(importer, specifier);
      if (message !== null) context.report({ node, message });
    };
    const checkSource = (node: Node): void => {
      const source = asNode(node["source"]);
      const specifier = stringOf(source);
      if (source !== null && specifier !== null) judge(specifier, source);
    };
    return {
      ImportDeclaration: checkSource,
      ExportNamedDeclaration: checkSource,
      ExportAllDeclaration: checkSource,
      // `typeof import("…")`, `import("…").Type`
      TSImportType: checkSource,
      ImportExpression(node) {
        if (stringOf(asNode(node["source"])) === null) {
          context.report({
            node,
            message: "Write out what is imported: nobody can judge an address that is put together.",
          });
        } else checkSource(node);
      },
      TSExternalModuleReference(node) {
        const source = asNode(node["expression"]);
        const specifier = stringOf(source);
        if (source !== null && specifier !== null) judge(specifier, source);
      },
      NewExpression(node) {
        if (nameOf(asNode(node["callee"])) === "URL" && isImportMeta(asNodes(node["arguments"])[1] ?? null)) {
          judgeFirst(context, node, judge);
        }
      },
      CallExpression(node) {
        const callee = asNode(node["callee"]);
        const globs = isImportMeta(callee) && nameOf(asNode(callee?.["property"])) === "glob";
        if (globs || nameOf(callee) === "require") judgeFirst(context, node, judge);
      },
      Program(node) {
        for (const [, reference = ""] of context.sourceCode.text.matchAll(
          /^\s*\/\/\/\s*<reference\s+path="([^"]+)"/gm,
        )) {
          judge(reference.startsWith(".") ? reference : `./${reference}`, node);
        }
      },
    };
  },
};

function judgeSpecifier(importer: string, specifier: string): string | null {
  if (specifier.startsWith("/") || specifier.startsWith("file:")) return "Import by a relative path.";
  const imported = resolveImport(importer, specifier);
  if (imported === null) return judgePackage(importer, specifier);
  return imported.startsWith("..") ? "Nothing outside src/ is part of the product." : judgeImport(importer, imported);
}

/** The relative addresses in a call's first argument: a text, or a list of them. */
function judgeFirst(context: Context, node: Node, judge: (specifier: string, node: Node) => void): void {
  const first = asNodes(node["arguments"])[0] ?? null;
  const sources = typeOf(first) === "ArrayExpression" ? asNodes(first?.["elements"]) : [first];
  for (const source of sources) {
    const specifier = stringOf(source);
    if (specifier === null) context.report({ node, message: "Write out what is loaded." });
    else judge(specifier.replace(/^!/, ""), source ?? node);
  }
}

/** `import.meta`, or a member of it. */
function isImportMeta(node: Node | null): boolean {
  if (typeOf(node) === "MemberExpression") return isImportMeta(asNode(node?.["object"]));
  return typeOf(node) === "MetaProperty" && nameOf(asNode(node?.["meta"])) === "import";
}
