/** Describes the writes of a restore as data: what a person approves is what is sent. */
import type { JsonObject } from "../../policies/json-value.ts";

/** What sending a step does, and so what may be done when its answer is lost. `property` is where the document shows it. */
export type StepEffect =
  /** Makes the policy; the answer tells the id that `{id}` stands for in later steps. Twice makes two. */
  | { kind: "creates" }
  /** Deletes the policy. Twice is as once: the second finds nothing. */
  | { kind: "deletes" }
  /** Sets the policy's own properties, or all of one property. Twice is as once. */
  | { kind: "sets"; property: string | null }
  /** Adds an entry to a collection; the body is the entry. Twice adds two. */
  | { kind: "adds"; property: string }
  /** Sets one entry of a collection. Twice is as once. */
  | { kind: "changes"; property: string }
  /** Takes an entry away. Twice is as once: the second finds nothing. */
  | { kind: "removes"; property: string }
  /** Changes entries of a collection at once, some of which have no id yet. Done when the collection is as wanted. */
  | { kind: "rearranges"; property: string };

export interface RestoreStep {
  /** Unique in its plan and the same whenever the plan is made: "create", "definition value 3", "assign". */
  name: string;
  method: "POST" | "PATCH" | "PUT" | "DELETE";
  /** Below the family's version of Graph. `{id}` stands for the policy. */
  path: string;
  /** May have gaps (`gaps.ts`). */
  body: JsonObject | null;
  effect: StepEffect;
  /** Sent once the policy, just created, says this of itself. */
  awaits?: Readiness | undefined;
}

/** A property that the service sets some time after the policy was created. */
export interface Readiness {
  property: string;
  value: string;
}

export const POLICY_ID = "{id}";

/** A write that sets all of one property. */
export function sets(name: string, path: string, property: string, body: JsonObject): RestoreStep {
  return { name, method: "POST", path, body, effect: { kind: "sets", property } };
}

export function adds(name: string, path: string, property: string, body: JsonObject): RestoreStep {
  return { name, method: "POST", path, body, effect: { kind: "adds", property } };
}

export function changes(name: string, path: string, property: string, body: JsonObject): RestoreStep {
  return { name, method: "PATCH", path, body, effect: { kind: "changes", property } };
}

export function removes(name: string, path: string, property: string): RestoreStep {
  return { name, method: "DELETE", path, body: null, effect: { kind: "removes", property } };
}

/** Whether the step may be sent again without knowing whether it was applied. */
export function bearsRepeating({ effect }: RestoreStep): boolean {
  switch (effect.kind) {
    case "sets":
    case "changes":
    case "removes":
    case "deletes":
      return true;
    case "creates":
    case "adds":
    case "rearranges":
      return false;
  }
}
