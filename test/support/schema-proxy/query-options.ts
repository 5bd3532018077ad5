/** Whether the options of a query name what the type has. */
import type { GraphModel } from "./graph-model.ts";
import { Refusal } from "./refusal.ts";

const NUMBERS = new Set(["$top", "$skip"]);
const OPAQUE = new Set(["$skiptoken", "$skipToken"]);
const WORDS = new Set("and or not eq ne gt ge lt le in has true false null asc desc".split(" "));
const FUNCTIONS = new Set("startswith endswith contains isof cast tolower toupper".split(" "));

/** @param search as in a URL, with or without its "?" @throws Refusal */
export function checkQuery(model: GraphModel, type: string | null, search: string): void {
  for (const [name, value] of new URLSearchParams(search)) {
    if (OPAQUE.has(name)) continue;
    if (NUMBERS.has(name)) check(/^\d+$/.test(value), name, value);
    else if (name === "$count") check(value === "true" || value === "false", name, value);
    else if (type === null) throw new Refusal(`The query option '${name}' says nothing here.`);
    else if (name === "$select") for (const one of value.split(",")) propertyAt(model, type, one.trim());
    else if (name === "$expand") checkExpand(model, type, value);
    else if (name === "$filter" || name === "$orderby") checkExpression(model, type, value);
    else throw new Refusal(`The query option '${name}' is not one that Graph names.`);
  }
}

function check(fits: boolean, name: string, value: string): void {
  if (!fits) throw new Refusal(`The query option '${name}' cannot be '${value}'.`);
}

/** The type at the end of `a/b/c`; a cast may stand in between. @throws Refusal for a property that is not there */
function propertyAt(model: GraphModel, type: string, path: string): string {
  let at = type;
  for (const name of path.split("/")) {
    const cast = /^microsoft\.graph\.(\w+)$/.exec(name)?.[1];
    if (cast !== undefined && model.isKindOf(cast, at)) {
      at = cast;
      continue;
    }
    const shape = model.property(at, name);
    if (shape === null) throw new Refusal(`Could not find a property named '${name}' on type 'microsoft.graph.${at}'.`);
    at = shape.type;
  }
  return at;
}

/** `a,b($expand=c;$select=d)` */
function checkExpand(model: GraphModel, type: string, value: string): void {
  for (const one of split(value, ",")) {
    const [, path = "", nested] = /^([\w./]+)(?:\((.*)\))?$/.exec(one.trim()) ?? [];
    const to = propertyAt(model, type, path);
    if (!model.isEntity(to)) throw new Refusal(`'${path}' of '${type}' is no navigation, so it cannot be expanded.`);
    for (const option of nested === undefined ? [] : split(nested, ";")) {
      const at = option.indexOf("=");
      checkQuery(model, to, new URLSearchParams([[option.slice(0, at), option.slice(at + 1)]]).toString());
    }
  }
}

/** Apart at what stands outside of parentheses. */
function split(text: string, separator: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const letter of text) {
    depth += letter === "(" ? 1 : letter === ")" ? -1 : 0;
    if (letter === separator && depth === 0) parts.push("");
    else parts[parts.length - 1] += letter;
  }
  return parts;
}

const LITERAL = /'(?:[^']|'')*'|\d{4}-\d\d-\d\dT[\d:.]+Z|[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}|-?\d+(?:\.\d+)?/giy;

/** Reads an expression word by word: every word that is none of the language's own is a property. */
function checkExpression(model: GraphModel, type: string, expression: string): void {
  let rest = expression;
  // Each names an element of a list of plain values: `groupTypes/any(c:c eq 'x')`.
  const variables = new Set<string>();
  while (rest !== "") {
    const [any, list = "", variable = ""] = /^([\w./]+)\/any\((\w+):/.exec(rest) ?? [];
    if (any !== undefined) {
      propertyAt(model, type, list);
      variables.add(variable);
      rest = rest.slice(any.length);
      continue;
    }
    LITERAL.lastIndex = 0;
    const [found] = LITERAL.exec(rest) ?? /^[\s(),]+/.exec(rest) ?? /^[\w./]+/.exec(rest) ?? [];
    if (found === undefined) throw new Refusal(`Syntax error at '${rest}' in '${expression}'.`);
    rest = rest.slice(found.length);
    const isName = /^[a-z]/i.test(found) && !WORDS.has(found) && !variables.has(found) && !/^[\da-f]{8}-/i.test(found);
    if (isName && !(rest.startsWith("(") && FUNCTIONS.has(found))) propertyAt(model, type, found);
  }
}
