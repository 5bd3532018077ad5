/** Baselines, their comparisons and findings, as the API tells them. All counts here are results, never progress. */
import { changeSchema } from "./changes.ts";
import { z } from "zod";
import { acceptanceSchema } from "./acceptances.ts";
import { listOf } from "./lists.ts";
import { servedChangeSchema } from "./policy-diff.ts";

const timestamp = z.iso.datetime();
const person = z.object({ id: z.string(), name: z.string() });
/** What a text a person gives may hold, after white space at its ends has gone. */
export const MAX_BASELINE_NAME_LENGTH = 120;

/** Input of `baseline.capture`. `families` are the keys that this version reads; absent means all of them. */
export function baselineCaptureRequestSchema<Key extends string>(families: readonly Key[]) {
  return z.strictObject({
    name: z
      .string()
      .trim()
      .min(1, "must not be empty")
      .max(MAX_BASELINE_NAME_LENGTH, `must be at most ${MAX_BASELINE_NAME_LENGTH} characters`)
      .refine((name) => name.isWellFormed() && !/\p{Cc}/u.test(name), "must not hold control characters"),
    families: z
      .array(z.enum(families))
      .min(1, "must name a family")
      .max(1_000)
      .optional()
      .meta({ description: "Keys of families, of which one at least has been read completely; all when absent." }),
  });
}

/** Input of `baseline.compare`: a baseline that is sealed. */
export const baselineCompareRequestSchema = z.strictObject({
  baselineId: z.string().min(1).max(100).meta({ description: "A baseline that is sealed." }),
});

/** `added`: not in the baseline. `assignments`: given to others. `unknown`: a family that nothing can be said of. */
export const FINDING_KINDS = ["added", "removed", "changed", "renamed", "assignments", "unknown"] as const;
export const findingKindSchema = z.enum(FINDING_KINDS);
export type FindingKind = z.infer<typeof findingKindSchema>;

/** The worst first. */
export const SEVERITIES = ["critical", "high", "medium", "low"] as const;
export const severitySchema = z.enum(SEVERITIES);
export type Severity = z.infer<typeof severitySchema>;

export const FINDING_STATUSES = ["open", "accepted", "resolved"] as const;
export const findingStatusSchema = z.enum(FINDING_STATUSES);
export type FindingStatus = z.infer<typeof findingStatusSchema>;

const statusCountsSchema = z.object({ open: z.int().min(0), accepted: z.int().min(0), resolved: z.int().min(0) });
export type StatusCounts = z.infer<typeof statusCountsSchema>;

/**
 * What a comparison left behind. `open` and `accepted` count the baseline's findings as they stood when it was sealed, those
 * that it could not check included; `resolved` counts those that this comparison resolved.
 */
export const comparisonCountsSchema = z.object({
  total: statusCountsSchema,
  byKind: z.record(findingKindSchema, statusCountsSchema),
  bySeverity: z.record(severitySchema, statusCountsSchema),
  /** Findings of families that could not be checked: they are as an earlier comparison left them. */
  notChecked: z.int().min(0),
  policies: z.object({
    /** Policies of the baseline that are as it has them. */
    matching: z.int().min(0),
    /** Policies of the baseline that are gone or differ, and policies that it does not have. */
    different: z.int().min(0),
    /** Policies of the baseline in families that nothing can be said of. */
    unknown: z.int().min(0),
  }),
});
export type ComparisonCounts = z.infer<typeof comparisonCountsSchema>;

/** `failed`: its run failed or was canceled; it is shown and never used. */
export const BUILD_STATUSES = ["building", "sealed", "failed"] as const;
export const buildStatusSchema = z.enum(BUILD_STATUSES);

/** Findings of a baseline at the moment of the answer, by severity. */
export const findingsNowSchema = comparisonCountsSchema.pick({ bySeverity: true });
export type FindingsNow = z.infer<typeof findingsNowSchema>;

export const baselineSchema = z.object({
  id: z.string(),
  name: z.string(),
  status: buildStatusSchema,
  /** Null until sealed. */
  policyCount: z.int().min(0).nullable(),
  /** Of how many families it holds a complete reading, and how many had never been read: of those it knows nothing. */
  familyCounts: z.object({ read: z.int().min(0), neverRead: z.int().min(0) }),
  /** SHA-256 over all its policies (docs/baselines.md); null until sealed. */
  contentRoot: z.string().nullable(),
  createdAt: timestamp,
  sealedAt: timestamp.nullable(),
  initiator: person.nullable(),
  /** The run that captured it; of a gold standard, which no run has captured, its own id. */
  runId: z.string(),
  /** Whether it is a gold standard that the tenant follows, or followed: its id is that of what is followed. */
  isStandard: z.boolean(),
  /** Of a gold standard that the tenant follows no more: its findings stay, and nothing is compared with it. */
  isStopped: z.boolean(),
  /** The newest comparison that was sealed; null when there is none. */
  latestComparison: z.object({ id: z.string(), sealedAt: timestamp, counts: comparisonCountsSchema }).nullable(),
  /** Its findings as they are now, with all that was decided since that comparison; null when nothing was compared. */
  findingsNow: findingsNowSchema.nullable(),
  /** Its page in the console. */
  href: z.string(),
});
export type Baseline = z.infer<typeof baselineSchema>;
export const baselineListSchema = listOf(baselineSchema);

export const baselineFamilySchema = z.object({
  key: z.string(),
  label: z.string(),
  policyCount: z.int().min(0),
  /** The complete reading that the baseline holds; null: the family had never been read, so the baseline knows nothing of it. */
  readAt: timestamp.nullable(),
});
/** `GET …/baselines/:id`. */
export const baselineDetailSchema = baselineSchema.extend({ families: z.array(baselineFamilySchema) });
export type BaselineDetail = z.infer<typeof baselineDetailSchema>;

export const baselinePolicySchema = z.object({
  /** The policy's id in the inventory. */
  id: z.string(),
  family: z.string(),
  familyLabel: z.string(),
  graphId: z.string(),
  name: z.string(),
  platform: z.string().nullable(),
  odataType: z.string().nullable(),
  /** SHA-256 of the stored document. */
  contentHash: z.string(),
});
export type BaselinePolicy = z.infer<typeof baselinePolicySchema>;
export const baselinePolicyListSchema = listOf(baselinePolicySchema);

export const baselineComparisonSchema = z.object({
  id: z.string(),
  /** As it is called now: a followed standard may have come to another version since. */
  baseline: z.object({ id: z.string(), name: z.string() }),
  /** Of a followed standard: the version that it was compared with, to the end, whatever was chosen meanwhile. Null of other baselines, and before it is known. */
  standardVersion: z.int().min(1).nullable(),
  status: buildStatusSchema,
  /** Null until sealed. */
  counts: comparisonCountsSchema.nullable(),
  createdAt: timestamp,
  sealedAt: timestamp.nullable(),
  initiator: person.nullable(),
  runId: z.string(),
  href: z.string(),
});
export type BaselineComparison = z.infer<typeof baselineComparisonSchema>;
export const baselineComparisonListSchema = listOf(baselineComparisonSchema);

/** How a family stood when the comparison read the inventory. */
export const comparedFamilySchema = z.object({
  key: z.string(),
  label: z.string(),
  /** The complete reading that was compared; null when there was none. */
  readAt: timestamp.nullable(),
  /** Why nothing can be said of the family; null when it was compared. */
  unknown: z.object({ code: z.string(), message: z.string() }).nullable(),
});
/** `GET …/baseline-comparisons/:id`. */
export const baselineComparisonDetailSchema = baselineComparisonSchema.extend({
  families: z.array(comparedFamilySchema),
});
export type BaselineComparisonDetail = z.infer<typeof baselineComparisonDetailSchema>;

/** The rule of a finding of kind `removed` that says: several policies of the tenant fit a gold standard's, so none was chosen. */
export const SEVERAL_FIT = "several-fit";

const findingFacts = {
  id: z.string(),
  baseline: z.object({ id: z.string(), name: z.string() }),
  /** Whether that baseline is a gold standard: what is `removed` is then missing, and may never have been there. */
  isOfStandard: z.boolean(),
  kind: findingKindSchema,
  family: z.string(),
  familyLabel: z.string(),
  /** Null for `unknown`, which is about a whole family. */
  graphId: z.string().nullable(),
  /** The policy's id in the inventory; null for `unknown`. It may be gone from there. */
  policyId: z.string().nullable(),
  /** The policy's name, or the family's. */
  name: z.string(),
  severity: severitySchema,
  /** The row of the severity table that decided (docs/baselines.md). */
  rule: z.string(),
  /** What is so, in a sentence. */
  message: z.string(),
  status: findingStatusSchema,
  /** Differences between two properties; 0 where there is nothing to compare (added, removed, unknown). */
  changeCount: z.int().min(0),
  /** Of exactly these differences; an acceptance holds for no others. */
  changesHash: z.string(),
  /** False: its family could not be read, so it is as an earlier comparison left it. */
  checked: z.boolean(),
  href: z.string(),
};

/** `GET …/baseline-comparisons/:id/findings`: the findings as that comparison left them. */
export const comparisonFindingSchema = z.object(findingFacts);
export type ComparisonFinding = z.infer<typeof comparisonFindingSchema>;
export const comparisonFindingListSchema = listOf(comparisonFindingSchema);

export const findingSchema = z.object({
  ...findingFacts,
  /** An acceptance that has expired leaves the finding open, and is told until the next comparison or acceptance. */
  acceptance: z
    .object({ reason: z.string(), by: person.nullable(), at: timestamp, until: timestamp, expired: z.boolean() })
    .nullable(),
  firstSeenAt: timestamp,
  firstComparisonId: z.string(),
  lastSeenAt: timestamp,
  lastComparisonId: z.string(),
  resolvedAt: timestamp.nullable(),
});
export type Finding = z.infer<typeof findingSchema>;
export const findingListSchema = listOf(findingSchema);

export const FINDING_EVENTS = [
  "appeared",
  "changed",
  "resolved",
  "reappeared",
  "accepted",
  "acceptance_expired",
  "reopened",
] as const;
export const findingEventSchema = z.object({
  id: z.string(),
  at: timestamp,
  event: z.enum(FINDING_EVENTS),
  /** The comparison that did it; null when a person or the clock did. */
  comparisonId: z.string().nullable(),
  actor: person.nullable(),
  /** Of an acceptance. */
  reason: z.string().nullable(),
  until: timestamp.nullable(),
});
export type FindingEvent = z.infer<typeof findingEventSchema>;

/** `GET …/findings/:id`. */
export const findingDetailSchema = findingSchema.extend({
  /** The latest change since the baseline, up to the version that the newest comparison found. */
  change: changeSchema,
  /** Of the newest comparison that found it: of `changed` in the content, of `renamed` in the name, of `assignments` in those. */
  changes: z.array(servedChangeSchema),
  /** There are more differences (`changeCount`) than are listed. */
  changesTruncated: z.boolean(),
  /** Newest first. */
  history: z.array(findingEventSchema),
});
export type FindingDetail = z.infer<typeof findingDetailSchema>;

/** `POST …/findings/:id/accept`. */
export const acceptFindingSchema = acceptanceSchema.extend({
  /** What the person has seen: with other differences by now, the answer is 409 `finding_changed`. */
  changesHash: z.string().length(64).optional(),
});
export type AcceptFinding = z.infer<typeof acceptFindingSchema>;

/** Findings that one request may accept. */
export const MAX_ACCEPTED_AT_ONCE = 50;

/** `POST …/findings/accept`: one reason and one end for many findings. */
export const acceptFindingsSchema = acceptanceSchema.extend({
  findings: z
    .array(z.strictObject({ id: z.string().min(1).max(200), changesHash: z.string().length(64) }))
    .min(1, "names no finding")
    .max(MAX_ACCEPTED_AT_ONCE, `names more than ${MAX_ACCEPTED_AT_ONCE}`)
    .refine((findings) => new Set(findings.map(({ id }) => id)).size === findings.length, "names a finding twice")
    .meta({ description: "Each with the `changesHash` that the person has seen." }),
});
export type AcceptFindings = z.infer<typeof acceptFindingsSchema>;

/** `changed`: other differences by now than the person has seen, so nothing was accepted. */
export const acceptOutcomeSchema = z.enum(["accepted", "changed", "resolved", "not_found"]);
export type AcceptOutcome = z.infer<typeof acceptOutcomeSchema>;
/** One outcome for each finding, in the order of the request. */
export const acceptedFindingsSchema = z.object({
  outcomes: z.array(z.object({ id: z.string(), outcome: acceptOutcomeSchema })),
});

/** `GET …/findings/:id/remedy`. */
export const findingRemedySchema = z.object({
  /** The newest backup, in an active set, that holds the policy as the baseline has it; null where there is none. */
  backup: z
    .object({ backupSetId: z.string(), backupSetName: z.string(), itemId: z.string(), capturedAt: timestamp })
    .nullable(),
});
export type FindingRemedy = z.infer<typeof findingRemedySchema>;

/** `GET …/baselines/:id/drift`: a point for each sealed comparison, newest first. */
export const driftPointSchema = z.object({
  comparisonId: z.string(),
  at: timestamp,
  counts: comparisonCountsSchema,
});
export type DriftPoint = z.infer<typeof driftPointSchema>;
export const driftSchema = listOf(driftPointSchema);
