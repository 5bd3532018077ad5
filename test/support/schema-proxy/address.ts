/** What an address of Graph names, segment by segment, by Microsoft's types. */
import type { GraphModel, Shape } from "./graph-model.ts";
import { shapeNamed } from "./graph-model.ts";
import { ALTERNATE_KEYS, OPERATIONS, type Operation, ROOTS } from "./published-facts.ts";
import { Refusal } from "./refusal.ts";

export type Place =
  /** A thing, a list of things, or a value of a property. */
  | ({ kind: "resource" } & Shape)
  | { kind: "operation"; operation: Operation }
  /** `…/$ref`: the link itself. */
  | ({ kind: "reference" } & Shape)
  | { kind: "count" };

const CAST = /^microsoft\.graph\.(\w+)$/;
const CALL = /^([\w.]+)\((.*)\)$/;

/** @param path below the version, without a query: "/deviceManagement/…" @throws Refusal */
export function resolveAddress(model: GraphModel, path: string): Place {
  const [, first = "", ...rest] = path.split("/").map(decodeURIComponent);
  const [root = "", ...key] = withoutAlternateKey(first) ?? withoutKey(first);
  const start = Object.hasOwn(ROOTS, root) ? ROOTS[root] : undefined;
  if (start === undefined) throw unknownSegment(first, "the service");
  let at: Place = { kind: "resource", ...shapeNamed(start) };
  for (const segment of [...key, ...rest]) at = step(model, at, segment);
  return at;
}

function step(model: GraphModel, at: Place, segment: string): Place {
  if (at.kind !== "resource" || segment === "") throw unknownSegment(segment, at.kind);
  if (segment === "$ref") {
    if (!model.isEntity(at.type)) throw unknownSegment(segment, at.type);
    return { ...at, kind: "reference" };
  }
  if (at.isCollection && segment === "$count") return { kind: "count" };
  const cast = CAST.exec(segment)?.[1];
  if (cast !== undefined && model.isType(cast)) {
    if (!model.isKindOf(cast, at.type) && !model.isKindOf(at.type, cast)) throw unknownSegment(segment, at.type);
    return { ...at, type: cast };
  }
  if (at.isCollection) {
    if (!model.isEntity(at.type)) throw unknownSegment(segment, `a list of ${at.type}`);
    return { ...at, isCollection: false };
  }
  const operation = operationOn(model, at.type, segment);
  if (operation !== null) return { kind: "operation", operation };
  const [name = "", ...key] = withoutKey(segment);
  const shape = model.property(at.type, name);
  if (shape === null) throw unknownSegment(segment, at.type);
  const below: Place = { kind: "resource", ...shape };
  return key.length === 0 ? below : step(model, below, key[0] ?? "");
}

function operationOn(model: GraphModel, type: string, segment: string): Operation | null {
  const [, called, given = ""] = CALL.exec(segment) ?? [];
  const name = (called ?? segment).replace(/^microsoft\.graph\./, "");
  const operation = OPERATIONS.find((one) => one.name === name && model.isKindOf(type, one.on));
  if (operation === undefined) return null;
  if (operation.isFunction !== (called !== undefined)) throw new Refusal(`'${name}' is called another way.`);
  if (operation.isFunction) {
    const names = [...given.matchAll(/(\w+)='(?:[^']|'')*'/g)].map(([, parameter]) => parameter);
    if (names.join() !== Object.keys(operation.parameters).join())
      throw new Refusal(`'${name}' takes ${Object.keys(operation.parameters).join()}, not '${given}'.`);
  }
  return operation;
}

/** `things('id')` is `things/id`. */
function withoutKey(segment: string): string[] {
  const [, name, key] = /^(\w+)\('((?:[^']|'')*)'\)$/.exec(segment) ?? [];
  return name === undefined || key === undefined ? [segment] : [name, key];
}

/** `things(name='x')`, where the things are known by that name as well; null for anything else. */
function withoutAlternateKey(segment: string): string[] | null {
  const [, root = "", property, key = ""] = /^(\w+)\((\w+)='((?:[^']|'')*)'\)$/.exec(segment) ?? [];
  const type = Object.hasOwn(ROOTS, root) ? (ROOTS[root] ?? "").replace("[]", "") : "";
  const isKnown = Object.hasOwn(ALTERNATE_KEYS, type) && ALTERNATE_KEYS[type]?.property === property;
  return isKnown ? [root, key] : null;
}

function unknownSegment(segment: string, of: string): Refusal {
  return new Refusal(`Resource not found for the segment '${segment}' of '${of}'.`);
}
