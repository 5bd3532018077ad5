/** A policy as people read it: its settings as label and value, and to whom it is given. Made from a stored version. */
import { z } from "zod";
import { listOf, timestamp } from "./lists.ts";
import { policyVersionSchema } from "./inventory.ts";
import { servedChangeSchema } from "./policy-diff.ts";

/** Rows of one version that are served; its JSON has the rest. */
export const MAX_READABLE_ROWS = 5_000;

/**
 * `value`: a value is set. `group`: the rows below it, one deeper, are its parts. `unset`: the policy holds nothing there. `hidden`: a
 * secret, which is not told.
 */
export const rowStateSchema = z.enum(["value", "group", "unset", "hidden"]);

export const readableRowSchema = z.object({
  /** 0 at the root; one more than the row that it is a part of. */
  depth: z.int().min(0),
  label: z.string(),
  /** The label is the name itself, because nobody tells a better one. */
  labelIsName: z.boolean(),
  /** What Microsoft Graph calls it: a property, the id of a setting's definition; empty for an unnamed part of a list. */
  name: z.string(),
  state: rowStateSchema,
  /** Null unless the state is `value`. */
  value: z.string().nullable(),
  /** As it is stored, where `value` is worded otherwise; null where they are the same. */
  stored: z.string().nullable(),
  /** Characters of the value that were left out; 0 when it is whole. */
  omitted: z.int().min(0),
});
export type ReadableRow = z.infer<typeof readableRowSchema>;

/** `name` is null where nothing that was read tells it: the id then stands for itself. */
const namedThingSchema = z.object({ id: z.string(), name: z.string().nullable() });

export const ASSIGNMENT_TARGETS = ["group", "excludedGroup", "allDevices", "allUsers", "other"] as const;
export const readableAssignmentSchema = z.object({
  target: z.enum(ASSIGNMENT_TARGETS),
  /** Graph's type of the target, for `other`. */
  targetType: z.string(),
  /** Of `group` and `excludedGroup`; null for the others. */
  group: namedThingSchema.nullable(),
  filter: namedThingSchema.extend({ mode: z.string().nullable() }).nullable(),
  /** What the assignment asks for, where the family tells: "required", "available". */
  intent: z.string().nullable(),
});
export type ReadableAssignment = z.infer<typeof readableAssignmentSchema>;

/** `GET …/inventory/policies/:policyId/readable`. */
export const readablePolicySchema = z.object({
  versionNumber: z.int().min(1),
  rows: z.array(readableRowSchema),
  /** Rows beyond the first `MAX_READABLE_ROWS`, which only the JSON has. */
  rowsOmitted: z.int().min(0),
  /** Null: the family has no assignments, or the version does not hold them. */
  assignments: z.array(readableAssignmentSchema).nullable(),
});
export type ReadablePolicy = z.infer<typeof readablePolicySchema>;

const comparedVersionSchema = policyVersionSchema.omit({ change: true });
/** `GET …/inventory/policies/:policyId/diff`: two versions compared. */
export const versionComparisonSchema = z.object({
  beforeNumber: z.int().min(0),
  afterNumber: z.int().min(1),
  /** Null: no such version is kept. */
  before: comparedVersionSchema.nullable(),
  after: comparedVersionSchema.nullable(),
  /** Null where one of the two is not kept. */
  changes: z.array(servedChangeSchema).nullable(),
});
export type VersionComparison = z.infer<typeof versionComparisonSchema>;

/** Matching rows of one policy that a search lists; the count is of all. */
export const MAX_MATCHES_LISTED = 5;

export const settingMatchSchema = z.object({
  policy: z.object({
    id: z.string(),
    name: z.string(),
    family: z.string(),
    familyLabel: z.string(),
    versionNumber: z.int().min(1),
    lastSeenAt: timestamp,
  }),
  /** The first few rows that match, each with the labels of those above it, outermost first. */
  rows: z.array(readableRowSchema.extend({ within: z.array(z.string()) })),
  matchCount: z.int().min(1),
});
export type SettingMatch = z.infer<typeof settingMatchSchema>;

/** `GET …/inventory/settings`: a step of a search. A page may be empty and have a next one: it tells how far the search has come. */
export const settingSearchSchema = listOf(settingMatchSchema).extend({
  /** Policies looked at in this step and all before it. */
  looked: z.int().min(0),
  /** Policies that the tenant had when this step began, removed ones aside. */
  policies: z.int().min(0),
  /** Policies of this step whose stored document cannot be read: what is set in them is not known. */
  unreadable: z.array(z.object({ id: z.string(), name: z.string() })),
});
export type SettingSearch = z.infer<typeof settingSearchSchema>;
