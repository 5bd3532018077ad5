/**
 * Says what a restore has to know of a family: its turn, what it may write, and the steps that its policies need beside one
 * request. Sources: docs/design/graph.md, section 6, and Microsoft Graph's reference.
 */
import type { JsonObject } from "../../policies/json-value.ts";
import { bareTypeOf, isEmptyValue } from "./document-members.ts";
import type { Readiness, RestoreStep } from "./restore-step.ts";

/** Why a policy is not restored. Stable: shown, filtered and documented (docs/operations.md). */
export type BlockCode =
  | "app_content"
  | "app_from_store"
  | "built_in"
  | "cannot_change"
  | "date_past"
  | "cannot_copy"
  | "default_configuration"
  | "different_type"
  | "document_file"
  | "encrypted_value"
  | "incomplete_document"
  | "name_refused"
  | "single_object"
  | "unsupported_content"
  | "unsupported_type";

export interface Block {
  code: BlockCode;
  message: string;
}

/** A policy on its way into the tenant. */
export interface Subject {
  /** Where its kind is created, below the version: the family's collection, or its typed set. */
  collection: string;
  /** The document as it is to be in the tenant: mapped, named, without annotations, possibly with gaps. */
  wanted: JsonObject;
  /** What it replaces; null when a copy is created. */
  target: JsonObject | null;
  /** Whether a property of the target is not as wanted, by the one notion of sameness. True of all when a copy is created. */
  differs: (property: string) => boolean;
  /** Whether two entries of a collection of the family's policies are the same. */
  isSameEntry: (property: string, one: JsonObject, other: JsonObject) => boolean;
  /** The policy's own body without some properties, for steps that send a part of it. */
  restBody: (besides: readonly string[]) => JsonObject;
  /** Origin of Graph, for the addresses of what a body binds to. */
  graphUrl: string;
  /** Whether assignments are put back. */
  assignments: boolean;
  /** When the plan is made, in milliseconds since the epoch. */
  plannedAt: number;
}

/** A subject that replaces a policy of the tenant. */
export type UpdatedSubject = Subject & { target: JsonObject };

/** How a family is assigned: by an action that takes all assignments under a key, one by one, or not at all. */
export type AssignRule =
  /** `awaits`: what a policy that was just created has to say of itself before; null for most. */
  | { kind: "action"; key: string; awaits: (document: JsonObject) => Readiness | null }
  | { kind: "oneByOne" }
  | { kind: "none" };

/** Application permissions that writing needs, one each. */
export type WritePermission =
  | "DeviceManagementConfiguration.ReadWrite.All"
  | "DeviceManagementScripts.ReadWrite.All"
  | "DeviceManagementApps.ReadWrite.All"
  | "DeviceManagementServiceConfig.ReadWrite.All"
  | "DeviceManagementRBAC.ReadWrite.All"
  | "Policy.ReadWrite.ConditionalAccess"
  | "Policy.ReadWrite.AuthenticationMethod"
  | "Policy.ReadWrite.Authorization"
  | "Policy.ReadWrite.ConsentRequest"
  | "Policy.ReadWrite.CrossTenantAccess"
  | "Policy.ReadWrite.DeviceConfiguration"
  | "Policy.ReadWrite.SecurityDefaults"
  | "Agreement.ReadWrite.All"
  | "Group.ReadWrite.All"
  | "CloudPC.ReadWrite.All";

/** Where a family of one is written other than where it is read: the object that it is a property of. */
export interface WrittenWithin {
  /** Below the version, with its leading slash. */
  path: string;
  property: string;
}

/** The stage of families to which no other refers. */
export const STAGE_OF_MOST = 100;
/** The stage of what holds for the whole directory: what was restored before may still be corrected. */
export const STAGE_OF_DIRECTORY = 115;

export interface RestoreRule {
  permission: WritePermission;
  /** Each of them is enough instead, by Microsoft's map of permissions. */
  otherPermissions: readonly string[];
  /** What Graph asks for beside it, all of it: it reads what it checks a body against. */
  alsoNeeds: readonly string[];
  /**
   * The family's turn. Stages are restored in ascending order, families of one stage side by side. A family stands in a lower stage
   * than those that refer to its policies.
   */
  stage: number;
  /**
   * The turn within the family, by `@odata.type`; 0 where none is named. What refers to other policies of the family comes after
   * them.
   */
  turnOfType: Readonly<Record<string, number>>;
  /** Graph takes about one request a second of the family: its policies are written one after the other. */
  oneAtATime: boolean;
  /** Written by the service, besides what is in every family (`read-only.ts`). */
  readOnly: readonly (string | RegExp)[];
  /** What this policy's body needs of that which no write may carry in other families (`read-only.ts`). */
  keeps: (document: JsonObject) => readonly string[];
  /** In the document, and written by steps of their own (or, as the rule's comment says, not at all). */
  apart: readonly string[];
  /** Taken when the policy is created, and afterwards not in its own body: refused, or written by a step of its own. */
  createOnly: readonly string[];
  /** Among `createOnly`, what can never be changed: an update that would have to is blocked. */
  immutable: readonly string[];
  /** Likewise never changed once created, by the bare `@odata.type` of those that refuse it. */
  immutableOfType: Readonly<Record<string, readonly string[]>>;
  /** In the document and not written back by any step, so not compared either. */
  unrestorable: readonly string[];
  /** PATCH sends the properties that differ, PUT the whole policy. */
  updateMethod: "PATCH" | "PUT";
  writtenWithin: WrittenWithin | null;
  /** Whether the id is chosen by who creates the policy, and means something: it comes back under its own id, and is never copied. */
  ownId: boolean;
  /**
   * What a person should know before approving any write to the family, as a sentence: that it can widen who gets in, say. Null for
   * most.
   */
  caution: string | null;
  /** The wanted document with what the service has in the target by itself, and that a stored one could not know. */
  completed: (wanted: JsonObject, target: JsonObject) => JsonObject;
  assign: AssignRule;
  /** A policy of an assigned family that refuses to be assigned itself. */
  refusesAssignment: (wanted: JsonObject) => boolean;
  /** Lists 25 at a time, and finds by name reliably: asked for the name rather than read whole. */
  findsByName: boolean;
  /** The document as it reports what the policy would do, and does not do it. Null where it does nothing anyway, or has no such mode. */
  reportOnly: (document: JsonObject) => JsonObject | null;
  blocked: (subject: Subject) => Block | null;
  /** What a reviewer has to know of the policy beside its requests, in sentences. */
  notes: (subject: Subject) => readonly string[];
  /** Where a new policy is posted to; its collection for most. */
  createPath: (subject: Subject) => string;
  /** What of the body a new policy is made with; all of it for most. */
  createBody: (body: JsonObject) => JsonObject;
  /** The last touch on a body that is about to be sent. */
  body: (body: JsonObject, graphUrl: string) => JsonObject;
  /** After the policy was created, before its assignments. */
  afterCreate: (subject: Subject) => RestoreStep[];
  /** After its own body was updated; only what differs from the target. */
  afterUpdate: (subject: UpdatedSubject) => RestoreStep[];
}

const ASSIGN = assignedUnder("assignments");
export const NOT_ASSIGNED: AssignRule = { kind: "none" };

export type RestoreRuleOptions = Pick<RestoreRule, "permission"> & Partial<RestoreRule>;

/** A rule with the usual: the stage of most, PATCH, the ordinary assign action, one write. */
export function rule(options: RestoreRuleOptions): RestoreRule {
  return {
    otherPermissions: [],
    alsoNeeds: [],
    stage: STAGE_OF_MOST,
    turnOfType: {},
    oneAtATime: false,
    readOnly: [],
    keeps: () => [],
    apart: [],
    createOnly: options.immutable ?? [],
    immutable: [],
    immutableOfType: {},
    unrestorable: [],
    updateMethod: "PATCH",
    writtenWithin: null,
    ownId: false,
    caution: null,
    completed: (wanted) => wanted,
    assign: ASSIGN,
    refusesAssignment: () => false,
    findsByName: false,
    reportOnly: () => null,
    blocked: () => null,
    notes: () => [],
    createPath: ({ collection }) => collection,
    createBody: (body) => body,
    body: (body) => body,
    afterCreate: () => [],
    afterUpdate: () => [],
    ...options,
  };
}

/** What Graph never lets change in a policy of the document's type. */
export function immutableOf({ immutable, immutableOfType }: RestoreRule, document: JsonObject): readonly string[] {
  return [...immutable, ...(immutableOfType[bareTypeOf(document)] ?? [])];
}

export function assignedUnder(
  key: string,
  awaits: (document: JsonObject) => Readiness | null = () => null,
): AssignRule {
  return { kind: "action", key, awaits };
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
