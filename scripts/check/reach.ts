/**
 * What a piece of source can get to: from a function along the names that it uses, through imports, to the declarations behind
 * them, and so on. Finer than imports of files (a file's POST handler may start a run that its GET handler must not touch) and
 * coarser than a call graph (a name that is mentioned counts as used, a class counts whole), so it errs on the safe side.
 * Types are left out: they are gone at run time.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { parseSync } from "vite";
import { asNode, asNodes, isNode, keyOf, nameOf, type Node, stringOf, typeOf } from "../lint/syntax.ts";

export interface SourceModule {
  /** Relative to `src/`, with forward slashes. */
  file: string;
  program: Node;
  /** Top-level names and what declares them. */
  declarations: Map<string, Node>;
  /** Local names and where they come from; `name` null for a whole module. */
  imports: Map<string, { file: string; name: string | null }>;
}

/** A name in a file, as a step of a path: `readRun (runs/reading/run-reader.ts)`. */
export interface Step {
  file: string;
  name: string;
}

/** Says what must not be reached. Both answer with words for people, or null. */
export interface Forbidden {
  expression(node: Node): string | null;
  declaration(step: Step): string | null;
  /** Where the way ends, for what lies behind such a declaration does not come back to its callers. */
  endsAt?(step: Step): boolean;
}

export interface Reached {
  what: string;
  path: Step[];
}

export class SourceGraph {
  readonly #root: string;
  readonly #modules = new Map<string, SourceModule>();

  /** `root` is the folder `src/`. */
  constructor(root: string) {
    this.#root = root;
  }

  module(file: string): SourceModule {
    const known = this.#modules.get(file);
    if (known !== undefined) return known;
    const parsed = parseSync(file, readFileSync(path.join(this.#root, file), "utf8"));
    const [error] = parsed.errors;
    if (error !== undefined) throw new Error(`${file}: ${error.message}`);
    const read = readModule(file, asNode(parsed.program) ?? {});
    this.#modules.set(file, read);
    return read;
  }

  /** Everything forbidden that the nodes of a file get to, each with one of the shortest paths to it. */
  reach(file: string, nodes: readonly Node[], forbidden: Forbidden): Reached[] {
    const found = new Map<string, Reached>();
    const seen = new Set<string>();
    let frontier: { module: SourceModule; nodes: readonly Node[]; path: Step[] }[] = [
      { module: this.module(file), nodes, path: [] },
    ];
    const note = (what: string | null, steps: Step[]): void => {
      if (what !== null && !found.has(what)) found.set(what, { what, path: steps });
    };
    while (frontier.length > 0) {
      const next: typeof frontier = [];
      for (const place of frontier) {
        const follow = (target: SourceModule, name: string): void => {
          const step = { file: target.file, name };
          const key = `${step.file}#${name}`;
          const node = target.declarations.get(name);
          if (seen.has(key)) return;
          seen.add(key);
          note(forbidden.declaration(step), [...place.path, step]);
          if (forbidden.endsAt?.(step) === true) return;
          if (node !== undefined) next.push({ module: target, nodes: [node], path: [...place.path, step] });
        };
        for (const node of place.nodes) {
          walk(node, (inner) => {
            note(forbidden.expression(inner), place.path);
            for (const { file: target, name } of usesOf(inner, place.module)) {
              const owner = target === place.module.file ? place.module : this.module(target);
              for (const each of name === null ? owner.declarations.keys() : [name]) follow(owner, each);
            }
          });
        }
      }
      frontier = next;
    }
    return [...found.values()];
  }
}

/** Where the name that a node is leads: to a declaration of the same file, or of another. */
function usesOf(node: Node, module: SourceModule): { file: string; name: string | null }[] {
  if (typeOf(node) === "ImportExpression") {
    const target = resolve(module.file, stringOf(asNode(node["source"])));
    return target === null ? [] : [{ file: target, name: null }];
  }
  const name = nameOf(node);
  if (name === null) return [];
  const imported = module.imports.get(name);
  if (imported !== undefined) return [imported];
  return module.declarations.has(name) ? [{ file: module.file, name }] : [];
}

function readModule(file: string, program: Node): SourceModule {
  const module: SourceModule = { file, program, declarations: new Map(), imports: new Map() };
  for (const statement of asNodes(program["body"])) {
    if (typeOf(statement) === "ImportDeclaration") readImport(module, statement);
    else readDeclaration(module, statement);
  }
  return module;
}

function readImport(module: SourceModule, statement: Node): void {
  const file = resolve(module.file, stringOf(asNode(statement["source"])));
  if (file === null || statement["importKind"] === "type") return;
  for (const specifier of asNodes(statement["specifiers"])) {
    const local = nameOf(asNode(specifier["local"]));
    if (local === null || specifier["importKind"] === "type") continue;
    const imported = asNode(specifier["imported"]);
    const whole = typeOf(specifier) === "ImportNamespaceSpecifier";
    const name = typeOf(specifier) === "ImportDefaultSpecifier" ? "default" : (nameOf(imported) ?? stringOf(imported));
    module.imports.set(local, { file, name: whole ? null : name });
  }
}

function readDeclaration(module: SourceModule, statement: Node): void {
  const declared = asNode(statement["declaration"]);
  switch (typeOf(statement)) {
    case "ExportNamedDeclaration":
      if (declared !== null) readDeclaration(module, declared);
      for (const specifier of asNodes(statement["specifiers"])) {
        const exported = nameOf(asNode(specifier["exported"]));
        if (exported !== null && !module.declarations.has(exported)) module.declarations.set(exported, specifier);
      }
      return;
    case "ExportDefaultDeclaration":
      if (declared !== null) module.declarations.set("default", declared);
      return;
    case "VariableDeclaration":
      for (const declarator of asNodes(statement["declarations"])) {
        walk(asNode(declarator["id"]) ?? {}, (inner) => {
          const name = nameOf(inner);
          if (name !== null) module.declarations.set(name, declarator);
        });
      }
      return;
    default: {
      const name = nameOf(asNode(statement["id"]));
      if (name !== null) module.declarations.set(name, statement);
    }
  }
}

function resolve(importer: string, specifier: string | null): string | null {
  return specifier?.startsWith(".") === true ? path.posix.join(path.posix.dirname(importer), specifier) : null;
}

/** TypeScript's own nodes that have a value inside. */
const VALUES_IN_TYPES = /^TS(As|Satisfies|NonNull|Instantiation|TypeAssertion)/;

/** Visits a node and all that is in it, save types, keys and the names of members. */
export function walk(node: Node, visit: (node: Node) => void): void {
  const type = typeOf(node);
  if (type.startsWith("TS") && !VALUES_IN_TYPES.test(type)) return;
  visit(node);
  const named = type === "MemberExpression" || type === "Property" || type === "MethodDefinition";
  const keyOnly = (named || type === "PropertyDefinition") && node["computed"] !== true;
  for (const [name, child] of Object.entries(node)) {
    if (name === "parent" || (keyOnly && (name === "key" || name === "property"))) continue;
    const children: unknown[] = Array.isArray(child) ? child : [child];
    for (const inner of children) if (isNode(inner) && typeOf(inner) !== "") walk(inner, visit);
  }
}

/** The name of the method that a call calls, and the call's receiver: `router.get(…)`, `app["get"](…)`. */
export function methodOf(call: Node): { receiver: Node | null; method: string | null } {
  const callee = asNode(call["callee"]);
  return typeOf(callee) === "MemberExpression"
    ? { receiver: asNode(callee?.["object"]), method: keyOf(callee) }
    : { receiver: null, method: null };
}
