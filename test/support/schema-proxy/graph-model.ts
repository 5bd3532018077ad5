/**
 * Graph's types as Microsoft publishes them for TypeScript, read with a parser of TypeScript each time tests ask for them. The simulator has
 * a schema of its own, which a script takes from the same packages by pattern; nothing is shared with it, so that a fault in one
 * reading does not hide in the other.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { parseSync } from "vite";
import { z } from "zod";
import { projectRoot } from "../../../scripts/dependencies.mjs";
import { ALSO_THERE, type GraphVersion, OTHERWISE_KEYED } from "./published-facts.ts";

/** What may stand in a place: a primitive of JSON, `any`, or the name of a type or of an enumeration. */
export interface Shape {
  type: string;
  isCollection: boolean;
}

const PACKAGES: Readonly<Record<GraphVersion, string>> = {
  beta: "@microsoft/microsoft-graph-types-beta",
  "v1.0": "@microsoft/microsoft-graph-types",
};

const identifierSchema = z.object({ type: z.literal("Identifier"), name: z.string() });
const membersSchema = z.object({
  body: z.array(z.object({ key: identifierSchema, typeAnnotation: z.object({ typeAnnotation: z.unknown() }) })),
});
const declarationSchema = z.object({
  declaration: z.discriminatedUnion("type", [
    z.object({
      type: z.literal("TSInterfaceDeclaration"),
      id: identifierSchema,
      extends: z.array(z.object({ expression: z.unknown() })),
      body: membersSchema,
    }),
    z.object({ type: z.literal("TSTypeAliasDeclaration"), id: identifierSchema, typeAnnotation: z.unknown() }),
  ]),
});
const referenceSchema = z.object({
  type: z.literal("TSTypeReference"),
  typeName: z.unknown(),
  typeArguments: z.object({ params: z.array(z.unknown()) }).nullable(),
});
const arraySchema = z.object({ type: z.literal("TSArrayType"), elementType: z.unknown() });
const literalSchema = z.object({ type: z.literal("TSLiteralType"), literal: z.object({ value: z.string() }) });
const unionSchema = z.object({ type: z.literal("TSUnionType"), types: z.array(literalSchema) });

const KEYWORDS: Readonly<Record<string, string>> = {
  TSStringKeyword: "string",
  TSNumberKeyword: "number",
  TSBooleanKeyword: "boolean",
  TSAnyKeyword: "any",
  TSUnknownKeyword: "any",
};

interface GraphType {
  base: string | null;
  own: Map<string, Shape>;
}

export class GraphModel {
  readonly #types = new Map<string, GraphType>();
  readonly #enumerations = new Map<string, ReadonlySet<string>>();

  constructor(version: GraphVersion) {
    const file = path.join(projectRoot, "node_modules", PACKAGES[version], "microsoft-graph.d.ts");
    for (const statement of parseSync(file, readFileSync(file, "utf8")).program.body) {
      // Namespaces hold types of other services; a place of such a type takes anything.
      const { success, data } = declarationSchema.safeParse(statement);
      if (!success) continue;
      const { declaration } = data;
      const name = graphName(declaration.id.name);
      if (declaration.type === "TSTypeAliasDeclaration") this.#addEnumeration(name, declaration.typeAnnotation);
      else
        this.#types.set(name, {
          base: baseOf(declaration.extends),
          own: new Map(
            declaration.body.body.map(({ key, typeAnnotation }) => [key.name, shapeOf(typeAnnotation.typeAnnotation)]),
          ),
        });
    }
    for (const { type, base, properties } of ALSO_THERE[version]) {
      const known = this.#types.get(type) ?? { base: base ?? null, own: new Map<string, Shape>() };
      for (const [name, shape] of Object.entries(properties)) {
        if (this.property(type, name) !== null) throw new Error(`the package has ${type}.${name}: no entry is needed`);
        known.own.set(name, shapeNamed(shape));
      }
      this.#types.set(type, known);
    }
  }

  #addEnumeration(name: string, annotation: unknown): void {
    const one = literalSchema.safeParse(annotation);
    const members = one.success ? [one.data] : (unionSchema.safeParse(annotation).data?.types ?? []);
    if (members.length > 0) this.#enumerations.set(name, new Set(members.map(({ literal }) => literal.value)));
  }

  isType(name: string): boolean {
    return this.#types.has(name);
  }

  members(name: string): ReadonlySet<string> | null {
    return this.#enumerations.get(name) ?? null;
  }

  /** Inherited ones included; null when the type has none of that name. */
  property(typeName: string, name: string): Shape | null {
    for (const type of this.#lineOf(typeName)) {
      const shape = this.#types.get(type)?.own.get(name);
      if (shape !== undefined) return shape;
    }
    return null;
  }

  isKindOf(typeName: string, wanted: string): boolean {
    return [...this.#lineOf(typeName)].includes(wanted);
  }

  /** What has an address of its own: a property of such a type is a navigation. */
  isEntity(typeName: string): boolean {
    return [...this.#lineOf(typeName)].some((name) => name === "entity" || Object.hasOwn(OTHERWISE_KEYED, name));
  }

  /** The type, and what it derives from, up to the first. */
  *#lineOf(typeName: string): Generator<string> {
    for (let name: string | null = typeName; name !== null; name = this.#types.get(name)?.base ?? null) yield name;
  }
}

const models = new Map<GraphVersion, GraphModel>();

/** Reads a version's types the first time: about half a second. */
export function graphModel(version: GraphVersion): GraphModel {
  const model = models.get(version) ?? new GraphModel(version);
  models.set(version, model);
  return model;
}

/** `string`, `mobileApp[]`, … */
export function shapeNamed(text: string): Shape {
  return { type: text.replace("[]", ""), isCollection: text.endsWith("[]") };
}

function shapeOf(annotation: unknown): Shape {
  const array = arraySchema.safeParse(annotation);
  if (array.success) return { type: shapeOf(array.data.elementType).type, isCollection: true };
  const reference = referenceSchema.safeParse(annotation);
  if (!reference.success) return { type: KEYWORDS[kindOf(annotation)] ?? "any", isCollection: false };
  const name = identifierSchema.safeParse(reference.data.typeName);
  if (!name.success) return { type: "any", isCollection: false };
  if (name.data.name === "NullableOption") return shapeOf(reference.data.typeArguments?.params[0]);
  return { type: graphName(name.data.name), isCollection: false };
}

function baseOf(heritage: readonly { expression: unknown }[]): string | null {
  const { success, data } = identifierSchema.safeParse(heritage[0]?.expression);
  return success ? graphName(data.name) : null;
}

function kindOf(annotation: unknown): string {
  return z.object({ type: z.string() }).safeParse(annotation).data?.type ?? "";
}

/** TypeScript's `WinGetApp` is Graph's `winGetApp`. */
function graphName(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
