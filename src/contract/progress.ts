/**
 * The progress contract (docs/design/progress.md, section 4): the one function that turns a run's stored facts into what a
 * reader may show. No percentage, ratio, clamp or "n of m" is computed anywhere else; lint enforces it.
 */
import { z } from "zod";
import { isCount, type SummaryCounts } from "./summary-counts.ts";

export const progressSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("counted"),
    processed: z.int().min(0),
    total: z.int().min(1),
    percent: z.int().min(0).max(100),
    text: z.string(),
  }),
  z.object({ kind: z.literal("phased"), phase: z.string(), text: z.string() }),
  z.object({ kind: z.literal("indeterminate"), text: z.string() }),
  z.object({ kind: z.literal("finalizing"), processed: z.int().min(0), total: z.int().min(0), text: z.string() }),
  z.object({ kind: z.literal("finished"), text: z.string() }),
]);

export type Progress = z.infer<typeof progressSchema>;

/** How an operation type is declared to progress. A property of the type in code; never stored with a run. */
export type ProgressMode = "counted" | "phased" | "uncounted";

/** What a unit is called, in the two forms English needs: `{ one: "policy family", other: "policy families" }`. */
export interface UnitNoun {
  one: string;
  other: string;
}

/** Everything the contract looks at. `counts` has been through the normalizer. */
export interface ProgressFacts {
  status: "queued" | "running" | "completed";
  outcome: "pending" | "succeeded" | "partially_succeeded" | "failed" | "canceled";
  mode: ProgressMode;
  unit: UnitNoun;
  /** The plan is sealed: `total` is final. */
  sealed: boolean;
  /** The type has a finalizer that has not finished. */
  finalizerPending: boolean;
  counts: SummaryCounts;
  /** What a run of the type did is told by its effects ("1 created, 10 already so"), where they account for all that succeeded. */
  tellsEffects?: boolean;
  /** The current phase of a phased run, in words for people. */
  phase: string | null;
}

export type ProgressAnomaly = "total_missing" | "processed_missing" | "processed_exceeds_total";

export interface ProgressReading {
  progress: Progress;
  /** Set when stored counts cannot be true. The reader shows no number; the caller logs it as an error event. */
  anomaly: ProgressAnomaly | null;
}

/** Maps stored facts to what may be shown. Pure; total; never clamps. */
export function readProgress(facts: ProgressFacts): ProgressReading {
  if (facts.status === "completed") {
    return { progress: { kind: "finished", text: finishedText(facts) }, anomaly: null };
  }
  if (facts.mode === "phased") {
    const phase = facts.status === "queued" ? "Queued" : (facts.phase ?? "Preparing");
    return { progress: { kind: "phased", phase, text: phase }, anomaly: null };
  }
  if (facts.status === "queued") return indeterminate("Queued");
  if (facts.mode === "uncounted") return indeterminate("Running");
  if (!facts.sealed) return indeterminate("Preparing");

  const { total, processed } = facts.counts;
  if (!isCount(total)) return indeterminate("Running", "total_missing");
  if (!isCount(processed)) return indeterminate("Running", "processed_missing");
  if (processed > total) return indeterminate("Running", "processed_exceeds_total");
  if (processed === total && facts.finalizerPending) {
    return { progress: { kind: "finalizing", processed, total, text: "Finalizing" }, anomaly: null };
  }
  if (total === 0) return indeterminate("Running");
  return {
    progress: {
      kind: "counted",
      processed,
      total,
      percent: Math.floor((100 * processed) / total),
      text: countText(processed, total, facts.unit),
    },
    anomaly: null,
  };
}

function indeterminate(text: string, anomaly: ProgressAnomaly | null = null): ProgressReading {
  return { progress: { kind: "indeterminate", text }, anomaly };
}

function countText(processed: number, total: number, unit: UnitNoun): string {
  return `${processed} of ${total} ${total === 1 ? unit.one : unit.other}`;
}

const OUTCOME_WORDS = {
  pending: "Completed",
  succeeded: "Completed",
  partially_succeeded: "Completed with failures",
  failed: "Failed",
  canceled: "Canceled",
} as const;

function finishedText(facts: ProgressFacts): string {
  const { total, processed, succeeded, failed, skipped } = facts.counts;
  const trustworthy =
    facts.mode === "counted" && facts.sealed && isCount(total) && isCount(processed) && processed <= total;
  if (!trustworthy) return OUTCOME_WORDS[facts.outcome];
  if (total === 0) return `No ${facts.unit.other} to process`;

  const verdicts = [
    effectsText(facts) ?? (succeeded ? `${succeeded} succeeded` : ""),
    failed ? `${failed} failed` : "",
    skipped ? `${skipped} skipped` : "",
  ].filter((part) => part !== "");
  const tail = verdicts.length > 0 ? `: ${verdicts.join(", ")}` : "";
  const stopped = facts.outcome === "canceled" || (facts.outcome === "failed" && processed < total);
  return `${stopped ? "Stopped after " : ""}${countText(processed, total, facts.unit)}${tail}`;
}

/** Null where the type does not tell effects, or where they do not add up to what succeeded: then one of the numbers is not known. */
function effectsText({ tellsEffects = false, counts }: ProgressFacts): string | null {
  const { succeeded, created, updated, deleted, unchanged } = counts;
  const effects = [
    { count: created, word: "created" },
    { count: updated, word: "updated" },
    { count: deleted, word: "deleted" },
    { count: unchanged, word: "already so" },
  ].flatMap(({ count, word }) => (isCount(count) && count > 0 ? [{ count, word }] : []));
  if (!tellsEffects || effects.reduce((sum, { count }) => sum + count, 0) !== succeeded) return null;
  return effects.map(({ count, word }) => `${count} ${word}`).join(", ");
}

/** Groups the digits of a contract text for the reader's locale: rendering only, no number is changed. */
export function groupDigits(text: string, locale?: string): string {
  const format = new Intl.NumberFormat(locale);
  return text.replace(/\d{4,}/g, (digits) => format.format(Number(digits)));
}
