/** What is kept of a tenant for how long: the one table that the sweep, the settings page and docs/retention.md go by. */
import { z } from "zod";
import { timestamp } from "./lists.ts";
import { MAX_RETENTION_DAYS } from "./limits.ts";

export interface RetentionKind {
  /** As a heading says it. */
  label: string;
  /** What goes when the time is over. */
  removes: string;
  /** What the time is counted from. */
  from: string;
  /** What stays however old it is: each a sentence. */
  stays: readonly string[];
  /** Days; null is for ever. */
  standard: number | null;
  /** The fewest and the most days that can be chosen. */
  lowest: number;
  highest: number;
  /** Whether "for ever" can be chosen. */
  forever: boolean;
}

/** D1's Time Travel goes back 30 days: a run that is gone from its object must not come back unfinished with an older database. */
const BEYOND_TIME_TRAVEL = 31;
/** A year, which audits go back, and a month. */
const A_YEAR_AND_A_MONTH = 400;

/** In the order in which the sweep goes: first what refers to others, then what is referred to. */
export const RETENTION_KINDS = {
  plans: {
    label: "Restore plans",
    removes:
      "The plan with its items, their differences and the journal of its writes. What its restores came to stays with them.",
    from: "the day it was made, or the last write of a restore of it",
    stays: ["A plan stays while a restore of it, or its preview, is under way."],
    standard: A_YEAR_AND_A_MONTH,
    lowest: BEYOND_TIME_TRAVEL,
    highest: MAX_RETENTION_DAYS,
    forever: true,
  },
  reviewPacks: {
    label: "Review packs",
    removes: "The pack's file. Its entry in the list stays as long as its evidence snapshot.",
    from: "the day it was completed; a new choice holds for packs that are completed from then on",
    stays: [],
    standard: 90,
    lowest: 1,
    highest: MAX_RETENTION_DAYS,
    forever: false,
  },
  snapshots: {
    label: "Evidence snapshots",
    removes:
      "The snapshot with its items, and the entries of its expired packs. Its root, where it was noted, still proves a pack that was kept elsewhere.",
    from: "the day it was taken",
    stays: [
      "The newest complete snapshot stays.",
      "A snapshot stays while a review pack of it has its file, or a pack is being made.",
    ],
    standard: 1_100,
    lowest: BEYOND_TIME_TRAVEL,
    highest: MAX_RETENTION_DAYS,
    forever: true,
  },
  comparisons: {
    label: "Comparisons and resolved findings",
    removes:
      "The comparison with its findings as it left them; a resolved finding with its history, once the comparisons of that history are gone.",
    from: "the day of the comparison, or the day on which a finding was resolved",
    stays: [
      "The newest comparison of each baseline stays.",
      "A comparison stays while an open or accepted finding was first or last seen in it.",
      "Findings that are open or accepted stay.",
    ],
    standard: A_YEAR_AND_A_MONTH,
    lowest: BEYOND_TIME_TRAVEL,
    highest: MAX_RETENTION_DAYS,
    forever: true,
  },
  runs: {
    label: "Operations",
    removes:
      "The operation with its units, its results of a restore, its notification and its ledger; what became of the due times of schedules, once their operations are gone; notifications that are of no operation; messages of news with their tries.",
    from: "the day it ended",
    stays: [
      "An operation that has not ended stays.",
      "An operation stays while what it made is kept: a backup set that it added to, a baseline, a comparison, a snapshot, a pack, a plan, the file of an export.",
      "A restore stays as long as its plan, and an operation while a retry of it is under way.",
      "The newest operation of each type stays.",
    ],
    standard: A_YEAR_AND_A_MONTH,
    lowest: BEYOND_TIME_TRAVEL,
    highest: MAX_RETENTION_DAYS,
    forever: true,
  },
  versions: {
    label: "Earlier versions of policies",
    removes: "A version that a newer one has replaced, and its content where nothing else refers to it.",
    from: "the day on which a newer version was seen",
    stays: [
      "The newest version of each policy stays, also of a policy that was removed.",
      "A version stays while a baseline, a backup or an evidence snapshot has its content.",
      "All versions of a policy stay while a finding about it is open or accepted.",
    ],
    standard: 1_100,
    lowest: BEYOND_TIME_TRAVEL,
    highest: MAX_RETENTION_DAYS,
    forever: true,
  },
  changes: {
    label: "Entries of Microsoft’s audit logs",
    removes:
      "Who changed which policy, as Microsoft’s audit logs told it. For a change before that, the product says that it is older than what is kept.",
    from: "the day of the change",
    stays: [],
    standard: A_YEAR_AND_A_MONTH,
    lowest: BEYOND_TIME_TRAVEL,
    highest: MAX_RETENTION_DAYS,
    forever: true,
  },
  audit: {
    label: "Audit log",
    removes:
      "The oldest events. The chain goes on from the hash of the last one that went, so the rest can still be verified.",
    from: "the day of the event",
    stays: [
      "The place that a kept evidence snapshot pins, and all after it, stay.",
      "Events stay until they have their place in the chain.",
    ],
    standard: 2_557,
    lowest: A_YEAR_AND_A_MONTH,
    highest: MAX_RETENTION_DAYS,
    forever: true,
  },
} as const satisfies Record<string, RetentionKind>;

export type RetentionKey = keyof typeof RETENTION_KINDS;

export function isRetentionKey(key: string): key is RetentionKey {
  return Object.hasOwn(RETENTION_KINDS, key);
}

/** All kinds, in the order of the table. */
export const RETENTION_KEYS: readonly RetentionKey[] = Object.keys(RETENTION_KINDS).filter(isRetentionKey);

function daysOf({ lowest, highest, forever }: RetentionKind) {
  const days = z.int().min(lowest).max(highest);
  return forever ? days.nullable() : days;
}

/** Days by kind; null is for ever. */
export const retentionRulesSchema = z.strictObject({
  plans: daysOf(RETENTION_KINDS.plans),
  reviewPacks: z.int().min(RETENTION_KINDS.reviewPacks.lowest).max(RETENTION_KINDS.reviewPacks.highest),
  snapshots: daysOf(RETENTION_KINDS.snapshots),
  comparisons: daysOf(RETENTION_KINDS.comparisons),
  runs: daysOf(RETENTION_KINDS.runs),
  versions: daysOf(RETENTION_KINDS.versions),
  changes: daysOf(RETENTION_KINDS.changes),
  audit: daysOf(RETENTION_KINDS.audit),
});
export type RetentionRules = z.infer<typeof retentionRulesSchema>;

export const STANDARD_RULES: RetentionRules = {
  plans: RETENTION_KINDS.plans.standard,
  reviewPacks: RETENTION_KINDS.reviewPacks.standard,
  snapshots: RETENTION_KINDS.snapshots.standard,
  comparisons: RETENTION_KINDS.comparisons.standard,
  runs: RETENTION_KINDS.runs.standard,
  versions: RETENTION_KINDS.versions.standard,
  changes: RETENTION_KINDS.changes.standard,
  audit: RETENTION_KINDS.audit.standard,
};

/** The rules as they are stored: a kind that a later version adds is not in them. Packs are stored with the tenant's settings. */
export const storedRulesSchema = retentionRulesSchema.omit({ reviewPacks: true }).partial();

/** What the product has an address for and retention removes. */
export const removedKindSchema = z.enum(["run", "snapshot", "pack", "comparison", "finding", "plan"]);
export type RemovedKind = z.infer<typeof removedKindSchema>;

/** What a removed thing is called in a sentence. */
export const REMOVED_WORDS: Readonly<Record<RemovedKind, string>> = {
  run: "This operation",
  snapshot: "This evidence snapshot",
  pack: "This review pack",
  comparison: "This comparison",
  finding: "This finding",
  plan: "This restore plan",
};

/** What rules would remove at a moment. */
export const retentionPreviewSchema = z.object({
  /** The moment that ages are counted to. */
  at: timestamp,
  rules: retentionRulesSchema,
  kinds: z.array(
    z.object({
      kind: z.string().meta({ description: "A kind of the rules." }),
      /** What is older goes; null where nothing goes for its age. */
      before: timestamp.nullable(),
      /** How many things go, exactly. Of packs none goes by a change: their end is noted when they are completed. */
      removes: z.int().min(0),
    }),
  ),
  /** Names what is shown here: rules are saved with it. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
});
export type RetentionPreview = z.infer<typeof retentionPreviewSchema>;

/** How long a preview can be saved, in minutes. */
export const PREVIEW_MINUTES = 60;

export const retentionChangeSchema = z.strictObject({
  rules: retentionRulesSchema,
  /** Of the preview that the person has seen. */
  preview: z.strictObject({ at: timestamp, hash: z.string().regex(/^[0-9a-f]{64}$/) }),
});
