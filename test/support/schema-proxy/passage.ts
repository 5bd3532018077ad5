/** One request on its way to Graph, and its answer on the way back. */
import { type Place, resolveAddress } from "./address.ts";
import { checkDoc, checkLink, type Doc, isDoc, shownAs } from "./bodies.ts";
import { graphModel, shapeNamed, type GraphModel } from "./graph-model.ts";
import { PUT_TO } from "./published-facts.ts";
import { checkQuery } from "./query-options.ts";
import { Refusal } from "./refusal.ts";

export interface Passage {
  /** The answer without what the version does not have; `removed` gets what was left out. */
  answered(body: unknown, removed: string[]): unknown;
}

/**
 * @param address "/beta/deviceManagement/…", with its query
 * @param body parsed; undefined for none
 * @throws Refusal
 */
export function passageOf(method: string, address: string, body: unknown): Passage {
  const { pathname, search } = new URL(address, "http://graph");
  const [, version, path = ""] = /^\/(beta|v1\.0)(\/.*)$/.exec(pathname) ?? [];
  if (version === undefined) throw new Refusal(`'${pathname}' is in no version of Graph.`);
  const model = graphModel(version === "beta" ? "beta" : "v1.0");
  const place = resolveAddress(model, path);
  const read = place.kind === "resource" && model.isType(place.type) ? place.type : null;
  checkQuery(model, read, search);
  if (method !== "GET") checkWrite(model, method, place, body);
  else if (place.kind === "operation" && !place.operation.isFunction) throw refusedMethod(method, path);
  return { answered: (answer, removed) => shown(model, place, answer, path, removed) };
}

function checkWrite(model: GraphModel, method: string, place: Place, body: unknown): void {
  if (method === "DELETE") {
    const deletes = place.kind === "reference" || (place.kind === "resource" && model.isEntity(place.type));
    if (!deletes || (place.kind === "resource" && place.isCollection)) throw refusedMethod(method, nameOf(place));
    if (body !== undefined) throw new Refusal("DELETE carries no body.");
    return;
  }
  if (!isDoc(body)) throw new Refusal(`${method} carries an object, not ${JSON.stringify(body)}.`);
  if (!mayWrite(model, method, place)) throw refusedMethod(method, nameOf(place));
  if (place.kind === "operation") checkParameters(model, place.operation.parameters, body);
  else if (place.kind === "reference") {
    const { "@odata.id": link, ...more } = body;
    if (Object.keys(more).length > 0) throw new Refusal(`A reference has no ${Object.keys(more).join()}.`);
    checkLink(model, place.type, link, "@odata.id");
  } else if (place.kind === "resource") checkDoc(model, place.type, body, place.type);
}

/** A list takes POST, a thing PATCH (or PUT, where Microsoft says so), a link POST in a list and PUT alone, an action POST. */
function mayWrite(model: GraphModel, method: string, place: Place): boolean {
  switch (place.kind) {
    case "count":
      return false;
    case "operation":
      return method === "POST" && !place.operation.isFunction;
    case "reference":
      return method === (place.isCollection ? "POST" : "PUT");
    case "resource":
      if (!model.isEntity(place.type)) return false;
      if (place.isCollection) return method === "POST";
      return method === "PATCH" || (method === "PUT" && Object.hasOwn(PUT_TO, place.type));
  }
}

function checkParameters(model: GraphModel, parameters: Readonly<Record<string, string>>, body: Doc): void {
  for (const [name, value] of Object.entries(body)) {
    const type = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (type === undefined) throw new Refusal(`The action has no parameter '${name}'.`);
    checkParameter(model, name, type, value);
  }
}

function checkParameter(model: GraphModel, name: string, type: string, value: unknown): void {
  const removed: string[] = [];
  const shape = shapeNamed(type);
  // Primitives and lists of them are judged as answers are; what has properties is judged as bodies are.
  shownAs(model, model.isType(shape.type) ? { ...shape, type: "any" } : shape, value, name, removed);
  if (removed[0] !== undefined) throw new Refusal(removed[0]);
  for (const item of model.isType(shape.type) && Array.isArray(value) ? value : []) {
    if (!isDoc(item)) throw new Refusal(`'${name}' is a list of '${shape.type}'.`);
    checkDoc(model, shape.type, item, name);
  }
}

function shown(model: GraphModel, place: Place, answer: unknown, path: string, removed: string[]): unknown {
  if (!isDoc(answer) || place.kind === "count" || place.kind === "reference") return answer;
  const text = place.kind === "operation" ? place.operation.returns : null;
  const shape = place.kind === "resource" ? place : text === null ? null : shapeNamed(text);
  if (shape === null) return answer;
  // What is no single thing stands in "value": a list, or the value of a function.
  if ("value" in answer && (Array.isArray(answer["value"]) || !model.isType(shape.type))) {
    const value = shownAs(
      model,
      { ...shape, isCollection: Array.isArray(answer["value"]) },
      answer["value"],
      path,
      removed,
    );
    return { ...answer, value };
  }
  // What is made in a list is answered alone.
  return shownAs(model, { ...shape, isCollection: false }, answer, path, removed);
}

function nameOf(place: Place): string {
  return place.kind === "operation" ? place.operation.name : place.kind === "count" ? "$count" : place.type;
}

function refusedMethod(method: string, of: string): Refusal {
  return new Refusal(`'${method}' is not for '${of}'.`);
}
