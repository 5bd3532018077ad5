/**
 * The repository's own lint rules, for oxlint's JavaScript plugins (`.oxlintrc.json`). Nodes are read through small guards,
 * since the plugin gets plain ESTree objects.
 */
import path from "node:path";
import { judgeImport, resolveImport } from "./layers.ts";

type Node = Record<string, unknown>;
interface Context {
  filename: string;
  report(finding: { node: Node; message: string }): void;
}
type Visitor = Record<string, (node: Node) => void>;

const importDirection = {
  create(context: Context): Visitor {
    const importer = pathInSource(context.filename);
    if (importer === null) return {};
    const check = (node: Node): void => {
      const source = asNode(node["source"]);
      const specifier = source?.["value"];
      if (!source || typeof specifier !== "string") return;
      const imported = resolveImport(importer, specifier);
      if (imported === null) return;
      const message = imported.startsWith("..")
        ? "Nothing outside src/ is part of the product."
        : judgeImport(importer, imported);
      if (message !== null) context.report({ node: source, message });
    };
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
    };
  },
};

const noBarrels = {
  create(context: Context): Visitor {
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

/** Names that hold how far something has come, and how far it goes. */
const DONE_NAME = /^(processed|completed|settled|done|finished|succeeded|failed|skipped)(count)?$/i;
const TOTAL_NAME = /(^|[a-z])total(count|units)?$/i;

const noProgressArithmetic = {
  create(context: Context): Visitor {
    const report = (node: Node, what: string): void => {
      context.report({
        node,
        message: `${what}: how far a run is, is computed in contract/progress.ts alone; render its answer.`,
      });
    };
    return {
      BinaryExpression(node) {
        const { operator } = node;
        const left = asNode(node["left"]);
        const right = asNode(node["right"]);
        if (operator === "/" && (isNamed(left, DONE_NAME) || isNamed(right, TOTAL_NAME))) report(node, "A ratio");
        if (operator === "*" && (isHundred(left) || isHundred(right))) report(node, "A percentage");
        if (operator === "+" && textOf(right, "value")?.trimStart().startsWith("%")) report(node, "A percentage");
        if (operator === "-" && isNamed(left, TOTAL_NAME) && isNamed(right, DONE_NAME)) report(node, "A remainder");
      },
      TemplateLiteral(node) {
        const [, ...after] = asNodes(node["quasis"]).map((quasi) => textOf(asNode(quasi["value"]), "cooked"));
        if (after.some((text) => text !== null && /^\s?%/.test(text))) report(node, "A percentage");
        if (after.slice(0, -1).includes(" of ")) report(node, "An “n of m”");
      },
      CallExpression(node) {
        const callee = asNode(node["callee"]);
        const clamps =
          isNamed(asNode(callee?.["object"]), /^Math$/) && isNamed(asNode(callee?.["property"]), /^(min|max)$/);
        const subjects = asNodes(node["arguments"]);
        if (clamps && subjects.some((subject) => isNamed(subject, DONE_NAME))) report(node, "A clamp");
      },
    };
  },
};

export default {
  meta: { name: "tenantatlas" },
  rules: {
    "import-direction": importDirection,
    "no-barrels": noBarrels,
    "no-progress-arithmetic": noProgressArithmetic,
  },
};

/** The path under the last `src/` folder of a file's path, with forward slashes; null for a file that is in none. */
function pathInSource(filename: string): string | null {
  const parts = filename.split(path.sep);
  const root = parts.lastIndexOf("src");
  return root === -1 ? null : parts.slice(root + 1).join("/");
}

function asNode(value: unknown): Node | null {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : null;
}

function asNodes(value: unknown): Node[] {
  const items: unknown[] = Array.isArray(value) ? value : [];
  return items.map(asNode).filter((node) => node !== null);
}

/** The last name of `processed`, `counts.processed`, `counts["processed"]`, `counts?.processed`. */
function isNamed(node: Node | null, pattern: RegExp): boolean {
  if (!node) return false;
  switch (node["type"]) {
    case "Identifier":
      return typeof node["name"] === "string" && pattern.test(node["name"]);
    case "MemberExpression":
      return isNamed(asNode(node["property"]), pattern);
    case "ChainExpression":
    case "TSNonNullExpression":
    case "TSAsExpression":
      return isNamed(asNode(node["expression"]), pattern);
    case "CallExpression":
      return asNodes(node["arguments"]).some((argument) => isNamed(argument, pattern));
    case "Literal":
      return typeof node["value"] === "string" && pattern.test(node["value"]);
    default:
      return false;
  }
}

function isHundred(node: Node | null): boolean {
  return node?.["type"] === "Literal" && node["value"] === 100;
}

function textOf(node: Node | null, property: string): string | null {
  const text = node?.[property];
  return typeof text === "string" ? text : null;
}
