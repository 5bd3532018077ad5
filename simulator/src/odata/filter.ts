/** The part of OData's `$filter` that Intune and Entra clients use: comparisons, startswith, contains, isof, any, and/or/not. */
import { badRequest } from "../graph-reply.ts";
import { type Doc, text } from "../json.ts";
import { bareType } from "../family.ts";

export type Predicate = (doc: Doc) => boolean;

const TOKEN = /\s*(?:('(?:[^']|'')*')|([()[\],:])|(-?\d[\w:.+-]*)|([A-Za-z_@#][\w./@#-]*))/y;

function tokenize(source: string): string[] {
  const tokens: string[] = [];
  let position = 0;
  const end = source.trimEnd().length;
  while (position < end) {
    TOKEN.lastIndex = position;
    const match = TOKEN.exec(source);
    if (match === null) throw invalid(source);
    tokens.push(match[0].trim());
    position = TOKEN.lastIndex;
  }
  return tokens;
}

function invalid(source: string): Error {
  return badRequest(`Invalid filter clause: ${source}`);
}

type Literal = string | number | boolean | null;

/** @throws GraphError 400 when the clause is not understood */
export function parseFilter(source: string): Predicate {
  const tokens = tokenize(source);
  let at = 0;
  const next = (): string => {
    const token = tokens[at];
    if (token === undefined) throw invalid(source);
    at += 1;
    return token;
  };
  const expect = (token: string): void => {
    if (next() !== token) throw invalid(source);
  };

  const disjunction = (): Predicate => {
    let left = conjunction();
    while (tokens[at] === "or") {
      at += 1;
      const [a, b] = [left, conjunction()];
      left = (doc) => a(doc) || b(doc);
    }
    return left;
  };
  const conjunction = (): Predicate => {
    let left = term();
    while (tokens[at] === "and") {
      at += 1;
      const [a, b] = [left, term()];
      left = (doc) => a(doc) && b(doc);
    }
    return left;
  };
  const term = (): Predicate => {
    const token = next();
    if (token === "not") {
      const inner = term();
      return (doc) => !inner(doc);
    }
    if (token === "(") {
      const inner = disjunction();
      expect(")");
      return inner;
    }
    if (tokens[at] === "(") return token.endsWith("/any") ? some(token.slice(0, -"/any".length)) : call(token);
    return comparison(token);
  };
  /** `groupTypes/any(c:c eq 'x')`: whether a list of plain values holds one that compares so. */
  const some = (property: string): Predicate => {
    expect("(");
    const variable = next();
    expect(":");
    expect(variable);
    const operator = next();
    const wanted = literal(next());
    expect(")");
    const compare = COMPARISONS[operator];
    if (compare === undefined) throw invalid(source);
    return (doc) => {
      const values: unknown = read(doc, property);
      return Array.isArray(values) && values.some((value) => compare(order(value, wanted)));
    };
  };
  const call = (name: string): Predicate => {
    expect("(");
    const first = next();
    if (name === "isof") {
      expect(")");
      const type = bareType(String(literal(first)));
      return (doc) => bareType(text(doc["@odata.type"]) ?? "") === type;
    }
    expect(",");
    const operand = String(literal(next())).toLowerCase();
    expect(")");
    const test = TEXT_TESTS[name];
    if (test === undefined) throw invalid(source);
    return (doc) => test((text(read(doc, first)) ?? "").toLowerCase(), operand);
  };
  const comparison = (property: string): Predicate => {
    const operator = next();
    const wanted = literal(next());
    const compare = COMPARISONS[operator];
    if (compare === undefined) throw invalid(source);
    return (doc) => compare(order(read(doc, property), wanted));
  };
  const literal = (token: string): Literal => {
    if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
    if (token === "true" || token === "false") return token === "true";
    if (token === "null") return null;
    return /^-?\d+(\.\d+)?$/.test(token) ? Number(token) : token;
  };

  const predicate = disjunction();
  if (at !== tokens.length) throw invalid(source);
  return predicate;
}

const TEXT_TESTS: Record<string, (value: string, operand: string) => boolean> = {
  startswith: (value, operand) => value.startsWith(operand),
  endswith: (value, operand) => value.endsWith(operand),
  contains: (value, operand) => value.includes(operand),
};

const COMPARISONS: Record<string, (order: number) => boolean> = {
  eq: (order) => order === 0,
  ne: (order) => order !== 0,
  gt: (order) => order > 0,
  ge: (order) => order >= 0,
  lt: (order) => order < 0,
  le: (order) => order <= 0,
};

function read(doc: Doc, property: string): unknown {
  let value: unknown = doc;
  for (const name of property.split("/")) {
    value = typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
  }
  return value;
}

const DATE = /^\d{4}-\d\d-\d\dT/;

/** Negative, zero or positive; NaN when the two cannot be compared, which no operator but `ne` accepts. */
function order(value: unknown, wanted: Literal): number {
  if (wanted === null) return value === null || value === undefined ? 0 : Number.NaN;
  if (typeof value === "string" && typeof wanted === "string") {
    if (DATE.test(value) && DATE.test(wanted)) return Date.parse(value) - Date.parse(wanted);
    return value.toLowerCase().localeCompare(wanted.toLowerCase());
  }
  if (typeof value === "number" && typeof wanted === "number") return value - wanted;
  return value === wanted ? 0 : Number.NaN;
}
