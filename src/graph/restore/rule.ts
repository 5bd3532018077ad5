/** What the catalogue of restore rules says of a family. Source of all entries: docs/design/graph.md, section 6, and Microsoft Graph's reference. */
import type { JsonObject } from "../../policies/json-value.ts";
import type { Family } from "../families/family.ts";
import type { RestoreStep } from "./steps.ts";
import { isEmptyValue } from "./values.ts";

/** Why a policy is not restored. Stable: shown, filtered and documented (docs/operations.md). */
export type BlockCode =
  | "app_content"
  | "app_from_store"
  | "built_in"
  | "cannot_change"
  | "default_configuration"
  | "different_type"
  | "document_file"
  | "encrypted_value"
  | "incomplete_document"
  | "unsupported_content"
  | "unsupported_type";

export interface Block {
  code: BlockCode;
  message: string;
}

/** A policy on its way into the tenant. */
export interface Subject {
  family: Family;
  /** Where its kind is created, below the version: the family's collection, or its typed set. */
  collection: string;
  /** The document as it is to be in the tenant: mapped, named, without annotations, possibly with gaps. */
  wanted: JsonObject;
  /** What it replaces; null when a copy is created. */
  target: JsonObject | null;
  /** Origin of Graph, for the addresses of what a body binds to. */
  graphUrl: string;
}

/** How a family is assigned: by an action that takes all assignments under a key, one by one, or not at all. */
export type AssignRule = { kind: "action"; key: string } | { kind: "oneByOne" } | { kind: "none" };

export interface RestoreRule {
  /** Application permission that writing needs. */
  writePermission: string;
  /** Written by the service, besides what is in every family (`read-only.ts`). */
  readOnly: readonly (string | RegExp)[];
  /** In the document, and written by steps of their own (or, as the rule's comment says, not at all). */
  apart: readonly string[];
  /** Taken when the policy is created, and afterwards not in its own body: refused, or written by a step of its own. */
  createOnly: readonly string[];
  /** Among `createOnly`, what can never be changed: an update that would have to is blocked. */
  immutable: readonly string[];
  /** In the document and not written back by any step, so not compared either. */
  unrestorable: readonly string[];
  updateMethod: "PATCH" | "PUT";
  assign: AssignRule;
  /** Lists of texts that are sets: at any depth of the document, or of single properties. */
  sets: "all" | readonly string[];
  /** Lists 25 at a time, and finds by name reliably: asked for the name rather than read whole. */
  findsByName: boolean;
  blocked: (subject: Subject) => Block | null;
  /** The last touch on a body that is about to be sent. */
  body: (body: JsonObject) => JsonObject;
  /** After the policy was created, before its assignments. */
  afterCreate: (subject: Subject) => RestoreStep[];
  /** After its own body was updated; only what differs from the target. */
  afterUpdate: (subject: Subject & { target: JsonObject }) => RestoreStep[];
}

const ASSIGN: AssignRule = { kind: "action", key: "assignments" };
export const NOT_ASSIGNED: AssignRule = { kind: "none" };

/** A rule with the usual: PATCH, the ordinary assign action, one write. */
export function rule(options: Pick<RestoreRule, "writePermission"> & Partial<RestoreRule>): RestoreRule {
  return {
    readOnly: [],
    apart: [],
    createOnly: options.immutable ?? [],
    immutable: [],
    unrestorable: [],
    updateMethod: "PATCH",
    assign: ASSIGN,
    sets: [],
    findsByName: false,
    blocked: () => null,
    body: (body) => body,
    afterCreate: () => [],
    afterUpdate: () => [],
    ...options,
  };
}

export function assignedUnder(key: string): AssignRule {
  return { kind: "action", key };
}

export function block(code: BlockCode, message: string): Block {
  return { code, message };
}

/** For a property without which Graph creates nothing: a document that lacks it was not read whole. */
export function lacking(subject: Subject, properties: readonly string[]): Block | null {
  const missing = properties.find((property) => isEmptyValue(subject.wanted[property]));
  if (missing === undefined) return null;
  return block("incomplete_document", `The stored policy has no ${missing}, without which it cannot be created.`);
}

/** Whether the document or its target says of itself that the service brought it. */
export function either(subject: Subject, says: (document: JsonObject) => boolean): boolean {
  return says(subject.wanted) || (subject.target !== null && says(subject.target));
}
