/**
 * How the rules read code: oxlint hands plugins plain ESTree objects, which are looked at through these small guards. A name
 * is followed to what gave it its value, so that `const { processed: p } = counts` hides nothing.
 */
import path from "node:path";

export type Node = Record<string, unknown>;
export interface Context {
  filename: string;
  report(finding: { node: Node; message: string }): void;
  sourceCode: { text: string; getScope(node: Node): unknown };
}
export type Visitor = Record<string, (node: Node) => void>;
export interface Rule {
  create(context: Context): Visitor;
}

export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function asNode(value: unknown): Node | null {
  return isNode(value) ? value : null;
}

export function asNodes(value: unknown): Node[] {
  const items: unknown[] = Array.isArray(value) ? value : [];
  return items.filter(isNode);
}

export function typeOf(node: Node | null): string {
  const type = node?.["type"];
  return typeof type === "string" ? type : "";
}

export function textOf(node: Node | null, property: string): string | null {
  const text = node?.[property];
  return typeof text === "string" ? text : null;
}

export function nameOf(node: Node | null): string | null {
  return typeOf(node) === "Identifier" || typeOf(node) === "JSXIdentifier" ? textOf(node, "name") : null;
}

/** The text of a string literal, or of a template without a hole. */
export function stringOf(node: Node | null): string | null {
  if (typeOf(node) === "Literal") return textOf(node, "value");
  if (typeOf(node) !== "TemplateLiteral" || asNodes(node?.["expressions"]).length > 0) return null;
  return quasiTexts(node)[0] ?? null;
}

/** The pieces of a template between its holes. */
export function quasiTexts(node: Node | null): string[] {
  return asNodes(node?.["quasis"]).map((quasi) => textOf(asNode(quasi["value"]), "cooked") ?? "");
}

/** The name of a property, of a key or of a member: `a`, `"a"`, `["a"]`. Null for a computed one that is not written out. */
export function keyOf(node: Node | null): string | null {
  const key = asNode(node?.["key"]) ?? asNode(node?.["property"]);
  return node?.["computed"] === true ? stringOf(key) : (nameOf(key) ?? textOf(key, "name") ?? stringOf(key));
}

/** `keyOf`, and a computed name followed to the text behind it: `const key = "a"; x[key]`. */
export function memberOf(context: Context, node: Node | null): string | null {
  return keyOf(node) ?? (node?.["computed"] === true ? stringOf(valueOf(context, asNode(node["property"]))) : null);
}

/** Casts, `!` and `?.` around an expression, taken off. */
export function bare(node: Node | null): Node | null {
  switch (typeOf(node)) {
    case "ChainExpression":
    case "TSNonNullExpression":
    case "TSAsExpression":
    case "TSSatisfiesExpression":
    case "TSTypeAssertion":
    case "ParenthesizedExpression":
      return bare(asNode(node?.["expression"]));
    default:
      return node;
  }
}

export function parentOf(node: Node | null): Node | null {
  return asNode(node?.["parent"]);
}

/** What gave a name its value: the expression it was initialized with, or the key it was taken out by. Null when not known. */
export function originOf(context: Context, identifier: Node): { value: Node } | { key: string } | null {
  const definition = asNodes(variableOf(context, identifier)?.["defs"]).at(0) ?? null;
  let bound = asNode(definition?.["name"]);
  let holder = parentOf(bound);
  if (typeOf(holder) === "AssignmentPattern") {
    bound = holder;
    holder = parentOf(holder);
  }
  if (typeOf(holder) === "Property" && typeOf(parentOf(holder)) === "ObjectPattern") {
    const key = keyOf(holder);
    return key === null ? null : { key };
  }
  const value = typeOf(holder) === "VariableDeclarator" ? asNode(holder?.["init"]) : null;
  return value === null ? null : { value };
}

function variableOf(context: Context, identifier: Node): Node | null {
  const name = nameOf(identifier);
  for (let scope = asNode(context.sourceCode.getScope(identifier)); scope !== null; scope = asNode(scope["upper"])) {
    const variable: unknown = scope["set"] instanceof Map ? scope["set"].get(name) : undefined;
    if (isNode(variable)) return variable;
  }
  return null;
}

/** Follows a name to the expression behind it; other expressions are their own. */
export function valueOf(context: Context, node: Node | null, depth = 0): Node | null {
  const expression = bare(node);
  if (expression === null || typeOf(expression) !== "Identifier" || depth > 4) return expression;
  const origin = originOf(context, expression);
  return origin !== null && "value" in origin ? valueOf(context, origin.value, depth + 1) : expression;
}

/** The path under the last `src/` folder of a file's path, with forward slashes; null for a file that is in none. */
export function pathInSource(filename: string): string | null {
  const parts = filename.split(path.sep);
  const root = parts.lastIndexOf("src");
  return root === -1 ? null : parts.slice(root + 1).join("/");
}

/** Calls back for each written-out text of a file: string literals, and templates with their holes as `?`. */
export function onTexts(visit: (text: string, node: Node) => void): Visitor {
  return {
    Literal(node) {
      const text = textOf(node, "value");
      if (text !== null) visit(text, node);
    },
    TemplateLiteral: (node) => visit(quasiTexts(node).join("?"), node),
  };
}

export function isSql(text: string): boolean {
  return /\b(select|update|insert\s+into|replace\s+into|delete\s+from)\b/i.test(text);
}
