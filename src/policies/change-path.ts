/** The places that changes are reported at. */
import type { PathStep } from "../contract/policy-diff.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "./json-value.ts";

const PLAIN_NAME = /^(?!$)[\w-]*(@odata\.\w+)?$/;
const MAX_SHOWN_KEY_LENGTH = 80;

/** Names the documents tell for what they refer to by id: definitions and presentations of administrative templates. */
export function labelsIn(document: JsonObject, labels: Map<string, string>): void {
  for (const value of objectsIn(document["definitionValues"])) {
    addLabel(labels, value["definition"], "displayName");
    for (const inner of objectsIn(value["presentationValues"])) addLabel(labels, inner["presentation"], "label");
  }
}

export function propertyStep(name: string): PathStep {
  return { kind: "property", name };
}

export function elementStep(key: string | null, number: number, labels: ReadonlyMap<string, string>): PathStep {
  return {
    kind: "element",
    key,
    number,
    label: key === null ? null : (labels.get(key) ?? null),
  };
}

/** The path for people. */
export function pathText(path: readonly PathStep[]): string {
  return path
    .map((step, at) => {
      if (step.kind === "element") return `[${elementText(step)}]`;
      if (!PLAIN_NAME.test(step.name)) return `[${JSON.stringify(step.name)}]`;
      return at === 0 ? step.name : `.${step.name}`;
    })
    .join("");
}

/** An element for people: what it is called or named by, and which of several it is. */
export function elementText(step: Extract<PathStep, { kind: "element" }>): string {
  const name = step.label ?? step.key;
  if (name === null) return `#${step.number}`;
  const shown = cut(name, MAX_SHOWN_KEY_LENGTH);
  return step.number === 1 ? shown : `${shown} #${step.number}`;
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`.toWellFormed();
}

function objectsIn(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter((item): item is JsonObject => isJsonObject(item)) : [];
}

function addLabel(labels: Map<string, string>, reference: JsonValue | undefined, member: string): void {
  if (!isJsonObject(reference)) return;
  const { id, [member]: label } = reference;
  if (typeof id === "string" && typeof label === "string" && label !== "") labels.set(id, label);
}
