/** The writes that a restore consists of, as data: what a person approves is what is sent. */
import type { JsonObject } from "../../artifacts/json-value.ts";

/** What sending a step does, and so what may be done when its answer is lost. */
export type StepEffect =
  /** Makes the policy; the answer tells the id that `{id}` stands for in later steps. Twice makes two. */
  | { kind: "creates" }
  /** Sets a state. Twice is as once. */
  | { kind: "sets" }
  /** Adds an entry to the policy's collection `property`. Twice adds two. The body is the entry. */
  | { kind: "adds"; property: string }
  /** Changes entries of a collection at once, some of which have no id yet. Done when the collection is as wanted. */
  | { kind: "rearranges"; property: string }
  /** Takes an entry away. Twice is as once: the second finds nothing. */
  | { kind: "removes" };

export interface RestoreStep {
  /** Unique in its plan and the same whenever the plan is made: "create", "definition value 3", "assign". */
  name: string;
  method: "POST" | "PATCH" | "PUT" | "DELETE";
  /** Below the family's version of Graph. `{id}` stands for the policy. */
  path: string;
  /** May have gaps (`fill.ts`). */
  body: JsonObject | null;
  effect: StepEffect;
}

export const POLICY_ID = "{id}";

export function sets(name: string, method: "POST" | "PATCH" | "PUT", path: string, body: JsonObject): RestoreStep {
  return { name, method, path, body, effect: { kind: "sets" } };
}

export function adds(name: string, path: string, property: string, body: JsonObject): RestoreStep {
  return { name, method: "POST", path, body, effect: { kind: "adds", property } };
}

export function removes(name: string, path: string): RestoreStep {
  return { name, method: "DELETE", path, body: null, effect: { kind: "removes" } };
}
