/**
 * Reads the type declarations that Microsoft publishes for Graph (`@microsoft/microsoft-graph-types` and its beta twin). They are
 * generated from Graph's metadata and have one shape throughout, so they are read by pattern rather than by a compiler.
 */
import { readFileSync } from "node:fs";
import path from "node:path";

export interface DeclaredProperty {
  /** A primitive (`string`, `number`, `boolean`, `any`), or the name of an enumeration or of a type. */
  type: string;
  isCollection: boolean;
}

export interface DeclaredType {
  base: string | null;
  properties: Map<string, DeclaredProperty>;
}

/** All names as Graph spells them: with a small first letter. */
export interface Declarations {
  types: Map<string, DeclaredType>;
  enumerations: Map<string, string[]>;
}

/** The declarations of `microsoft.graph`; namespaces below it hold nothing that the product reads. */
export function readDeclarations(root: string, packageName: string): Declarations {
  const file = path.join(root, "node_modules", packageName, "microsoft-graph.d.ts");
  const whole = readFileSync(file, "utf8");
  const [own = ""] = whole.split(/^export namespace /m, 1);
  return parseDeclarations(own.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/^\s*\/\/.*$/gm, ""));
}

export function parseDeclarations(source: string): Declarations {
  const types = new Map<string, DeclaredType>();
  for (const [, name = "", base, body = ""] of source.matchAll(
    /export interface (\w+)(?: extends ([\w.]+))? \{([^}]*)\}/g,
  )) {
    const properties = new Map<string, DeclaredProperty>();
    for (const [, property = "", type = ""] of body.matchAll(/(\w+)\??:\s*([^;]+);/g))
      properties.set(property, propertyOf(type));
    types.set(graphName(name), { base: base === undefined ? null : graphName(base), properties });
  }
  const enumerations = new Map<string, string[]>();
  for (const [, name = "", members = ""] of source.matchAll(/export type (\w+) =([^;]+);/g))
    enumerations.set(
      graphName(name),
      [...members.matchAll(/"([^"]*)"/g)].map(([, member = ""]) => member),
    );
  return { types, enumerations };
}

function propertyOf(type: string): DeclaredProperty {
  const bare = type.replaceAll(/\s|NullableOption<|>/g, "");
  const item = bare.replace(/\[\]$/, "");
  return { type: item.includes(".") ? "any" : graphName(item), isCollection: item !== bare };
}

/** TypeScript's `WinGetApp` is Graph's `winGetApp`; what follows the first letter is spelled alike. */
function graphName(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
