/**
 * Four eyes: what a tenant may ask another person's approval for, and the requests that wait for one. The one table of what may need an
 * approval; docs/approvals.md tells it to people.
 */
import { z } from "zod";
import { type Capability, capabilitySchema } from "./access.ts";
import { connectionPurposeSchema, connectionSchema } from "./connections.ts";
import { listOf, timestamp } from "./lists.ts";
import { restorePlanSchema } from "./restore.ts";

/** What a tenant chooses from. */
export const APPROVAL_SUBJECTS = ["restore", "force-delete", "members", "connection"] as const;
export const approvalSubjectSchema = z.enum(APPROVAL_SUBJECTS);
export type ApprovalSubject = z.infer<typeof approvalSubjectSchema>;

/** The choices in words for people. */
export const APPROVAL_SUBJECT_WORDS: Readonly<Record<ApprovalSubject, { label: string; summary: string }>> = {
  restore: { label: "Restores", summary: "Restoring policies to the tenant, and retrying a restore." },
  "force-delete": { label: "Deletions for good", summary: "Deleting backup sets for good, and retrying a deletion." },
  members: {
    label: "Members and roles",
    summary: "Inviting and removing people, giving another role, and making, changing and deleting roles.",
  },
  connection: {
    label: "Connections",
    summary: "Connecting to Microsoft Graph, replacing, renewing and ending a connection.",
  },
};

interface KindFacts {
  /** Null for what needs an approval as soon as a tenant has chosen anything. */
  subject: ApprovalSubject | null;
  /** What both the requester and the person who decides need: that of the change itself. */
  capability: Capability;
  label: string;
}

/** What may need an approval. A kind of change that is missing here cannot wait for one. */
export const APPROVAL_KINDS = {
  restore: { subject: "restore", capability: "restore.execute", label: "Restore policies" },
  "restore.retry": { subject: "restore", capability: "restore.execute", label: "Retry a restore" },
  "force-delete": {
    subject: "force-delete",
    capability: "backup.force-delete",
    label: "Delete backup sets for good",
  },
  "force-delete.retry": {
    subject: "force-delete",
    capability: "backup.force-delete",
    label: "Retry a deletion of backup sets",
  },
  "member.invite": { subject: "members", capability: "members.manage", label: "Invite a person" },
  "member.change-role": { subject: "members", capability: "members.manage", label: "Change a member's role" },
  "member.remove": { subject: "members", capability: "members.manage", label: "Remove a member" },
  "role.create": { subject: "members", capability: "members.manage", label: "Make a role" },
  "role.change": { subject: "members", capability: "members.manage", label: "Change a role" },
  "role.delete": { subject: "members", capability: "members.manage", label: "Delete a role" },
  "connection.connect": {
    subject: "connection",
    capability: "connection.manage",
    label: "Connect to Microsoft Graph",
  },
  "connection.renew": { subject: "connection", capability: "connection.manage", label: "Renew a credential" },
  "connection.disconnect": { subject: "connection", capability: "connection.manage", label: "End a connection" },
  "approval-settings": { subject: null, capability: "members.manage", label: "Change what needs an approval" },
} as const satisfies Record<string, KindFacts>;

export type ApprovalKind = keyof typeof APPROVAL_KINDS;

export function isApprovalKind(kind: string): kind is ApprovalKind {
  return Object.hasOwn(APPROVAL_KINDS, kind);
}

export const approvalKindSchema = z.string().transform((kind, context): ApprovalKind => {
  if (isApprovalKind(kind)) return kind;
  context.addIssue({ code: "custom", message: "is no kind of request" });
  return z.NEVER;
});

/** By operation type, the kind of approval that retrying its runs may need. */
export const RETRY_APPROVALS = {
  "policy.restore": "restore.retry",
  "backup-set.force-delete": "force-delete.retry",
} as const satisfies Record<string, ApprovalKind>;

/** The kind of approval that retrying a run of a type may need; null for a type whose retries wait for nobody. */
export function retryApprovalOf(type: string): (typeof RETRY_APPROVALS)[keyof typeof RETRY_APPROVALS] | null {
  return Object.entries(RETRY_APPROVALS).find(([each]) => each === type)?.[1] ?? null;
}

/** Hours for which a request waits at most: the bounds of a tenant's choice, and what holds without one. */
export const REQUEST_HOURS = { least: 1, most: 720, usual: 72 } as const;

/** The most requests of a tenant that wait at a time. */
export const MAX_WAITING_REQUESTS = 200;

export const MAX_REASON_LENGTH = 500;

/** Why a person asks, approves or rejects. */
export const reasonSchema = z.string().trim().min(1, "is missing").max(MAX_REASON_LENGTH);

export const approvalSettingsSchema = z.strictObject({
  /** What needs another person's approval; nothing where it is empty. */
  subjects: z
    .array(approvalSubjectSchema)
    .max(APPROVAL_SUBJECTS.length)
    .transform((chosen) => APPROVAL_SUBJECTS.filter((each) => chosen.includes(each))),
  /** How long a request waits before it expires. */
  requestHours: z.int().min(REQUEST_HOURS.least).max(REQUEST_HOURS.most),
});
export type ApprovalSettings = z.output<typeof approvalSettingsSchema>;

/** Whether a change of the kind waits for another person. */
export function needsApproval(kind: ApprovalKind, { subjects }: Pick<ApprovalSettings, "subjects">): boolean {
  const { subject } = APPROVAL_KINDS[kind];
  return subject === null ? subjects.length > 0 : subjects.some((each) => each === subject);
}

export const DEFAULT_APPROVAL_SETTINGS: ApprovalSettings = { subjects: [], requestHours: REQUEST_HOURS.usual };

export const shownApprovalSettingsSchema = z.object({
  subjects: z.array(approvalSubjectSchema),
  requestHours: z.int(),
  /** Owners who can sign in. While anything needs an approval there have to be two. */
  activeOwners: z.int().min(0),
});
export type ShownApprovalSettings = z.infer<typeof shownApprovalSettingsSchema>;

/** Owners who can sign in that a tenant keeps while anything needs an approval: one asks, the other decides. */
export const OWNERS_FOR_APPROVALS = 2;

const thing = z.object({ id: z.string(), name: z.string() });
const role = z.object({ id: z.string(), name: z.string(), capabilities: z.array(capabilitySchema) });
const roleFacts = role.omit({ id: true });
const connection = connectionSchema.omit({ purpose: true, connectedAt: true });
const purpose = connectionPurposeSchema;
const retried = z.object({
  id: z.string(),
  /** What the run was about; null where that is not known. */
  subject: z.string().nullable(),
  /** Units that failed, and that the retry would do again. */
  failed: z.int().min(0),
});
const settings = z.object({ subjects: z.array(approvalSubjectSchema), requestHours: z.int() });

/** What exactly a request would change, from what to what. It holds no secret. */
export const approvalChangeSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("restore"),
    backupSet: thing,
    plan: restorePlanSchema.pick({ id: true, options: true, itemsMissingReferences: true, createdAt: true }).extend({
      planHash: z.string(),
      actionCounts: restorePlanSchema.shape.actionCounts.unwrap(),
    }),
    /** For those who approve the writes in Microsoft Intune; null where none was given. */
    justification: z.string().nullable(),
  }),
  z.object({ kind: z.literal("restore.retry"), run: retried }),
  z.object({ kind: z.literal("force-delete"), backupSets: z.array(thing) }),
  z.object({ kind: z.literal("force-delete.retry"), run: retried }),
  z.object({ kind: z.literal("member.invite"), role, note: z.string() }),
  z.object({ kind: z.literal("member.change-role"), member: thing, before: role, after: role }),
  z.object({ kind: z.literal("member.remove"), member: thing, before: role }),
  z.object({ kind: z.literal("role.create"), after: roleFacts }),
  z.object({ kind: z.literal("role.change"), before: role, after: roleFacts }),
  z.object({ kind: z.literal("role.delete"), before: role }),
  z.object({ kind: z.literal("connection.connect"), purpose, before: connection.nullable(), after: connection }),
  z.object({ kind: z.literal("connection.renew"), purpose, before: connection, after: connection }),
  z.object({
    kind: z.literal("connection.disconnect"),
    /** With the connection for reading also the one for restoring ends. */
    ended: z.array(connection.extend({ purpose })),
  }),
  z.object({ kind: z.literal("approval-settings"), before: settings, after: settings }),
]);
export type ApprovalChange = z.infer<typeof approvalChangeSchema>;

/**
 * `failed`: it was approved, and could not be carried out; `failure` says why. An approval and what it is for are one transaction, so no
 * request is approved and still waits to be carried out.
 */
export const APPROVAL_STATES = ["waiting", "carried_out", "failed", "rejected", "withdrawn", "expired"] as const;
export const approvalStateSchema = z.enum(APPROVAL_STATES);
export type ApprovalState = z.infer<typeof approvalStateSchema>;

export const approvalRequestSchema = z.object({
  id: z.string(),
  state: approvalStateSchema,
  change: approvalChangeSchema,
  /** SHA-256 over the tenant, what was asked for and what it would change. An approval names it. */
  hash: z.string(),
  requester: thing,
  reason: z.string(),
  askedAt: timestamp,
  /** When it expires, if nobody decides before. */
  endsAt: timestamp,
  /** Who approved or rejected it; null before, and where nobody did. */
  decider: thing.nullable(),
  /** When it ended; null while it waits. */
  decidedAt: timestamp.nullable(),
  /** Why it was approved or rejected; null where nothing was said. */
  decisionReason: z.string().nullable(),
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
  /** The run that it started. */
  runId: z.string().nullable(),
  /** Whether the caller asked for it. */
  own: z.boolean(),
  /** Whether the caller may approve and reject it. */
  mayDecide: z.boolean(),
});
export type ApprovalRequest = z.infer<typeof approvalRequestSchema>;

export const approvalRequestListSchema = listOf(approvalRequestSchema);

/** What a route that needs an approval answers with 202: nothing was done, a request waits. */
export const approvalAskedSchema = z.object({
  approvalRequest: approvalRequestSchema,
  /** Whether an equal request waited already: this is that one. */
  deduplicated: z.boolean(),
  /** Of an invitation, the secret that stands in its link. It is told once, and is good after the approval. */
  invitationSecret: z.string().nullable(),
  /** The console's page of requests. */
  href: z.string(),
});
export type ApprovalAsked = z.infer<typeof approvalAskedSchema>;
