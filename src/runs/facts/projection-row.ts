/** The projection's row and how it becomes a `Run`: one function for D1's readers and for live frames, so they agree. */
import { resultAddress, runAddress } from "../../contract/console-addresses.ts";
import type { RunPause } from "./run-pause.ts";
import type { Run, RunOutcome, RunStatus } from "../../contract/runs.ts";
import type { OperationDeclaration } from "../../contract/operation-types.ts";
import { type ProgressAnomaly, readProgress } from "../../contract/progress.ts";
import { pauseLine } from "../../contract/run-pause.ts";
import { subjectLine } from "../../contract/run-subject.ts";
import { normalizeSummaryCounts, type SummaryCounts } from "../../contract/summary-counts.ts";

/** A run as D1 keeps it, JSON already parsed. */
export interface ProjectionRow {
  id: string;
  tenantId: string;
  type: string;
  status: RunStatus;
  outcome: RunOutcome;
  sealed: boolean;
  finalizerPending: boolean;
  phase: string | null;
  pause: RunPause | null;
  summaryCounts: SummaryCounts;
  failure: { code: string; message: string } | null;
  result: { kind: string; id: string } | null;
  /** The two halves of the run's subject (contract/run-subject.ts). */
  subject: string | null;
  extent: number | null;
  initiator: { id: string; name: string } | null;
  retryOf: string | null;
  workerVersion: string | null;
  version: number;
  createdAt: number;
  startedAt: number | null;
  completedAt: number | null;
}

/** What units are called whose type is not known, or that are no units. */
const UNKNOWN_UNIT = { one: "unit", other: "units" };

export interface PresentedRun {
  run: Run;
  anomaly: ProgressAnomaly | null;
}

/**
 * Builds the `Run` that every surface shows. Pure; the caller logs an anomaly as an error event. A run whose type is not known (any
 * more) is shown without a number.
 */
export function presentRun(
  row: ProjectionRow,
  tenantSlug: string,
  declaration: OperationDeclaration | null,
): PresentedRun {
  const unit = (declaration !== null && "unit" in declaration ? declaration.unit : null) ?? UNKNOWN_UNIT;
  const counts = normalizeSummaryCounts(row.summaryCounts);
  const { progress, anomaly } = readProgress({
    status: row.status,
    outcome: row.outcome,
    mode: declaration?.progressMode ?? "uncounted",
    unit,
    tellsEffects: declaration !== null && "tellsEffects" in declaration && declaration.tellsEffects,
    sealed: row.sealed,
    finalizerPending: row.finalizerPending,
    counts,
    phase: row.phase,
  });
  const run: Run = {
    id: row.id,
    tenantId: row.tenantId,
    type: row.type,
    label: declaration?.label ?? row.type,
    subject: subjectLine(row.subject, row.extent, declaration?.extent ?? null),
    status: row.status,
    outcome: row.outcome,
    progress,
    pause: row.pause === null ? null : { ...row.pause, at: iso(row.pause.at), text: pauseLine(row.pause, unit) },
    summaryCounts: counts,
    failure: row.failure,
    initiator: row.initiator,
    retryOf: row.retryOf,
    workerVersion: row.workerVersion,
    result: row.result && withAddress(row.result, tenantSlug, row.id),
    version: row.version,
    href: runAddress(tenantSlug, row.id),
    createdAt: iso(row.createdAt),
    startedAt: row.startedAt === null ? null : iso(row.startedAt),
    completedAt: row.completedAt === null ? null : iso(row.completedAt),
  };
  return { run, anomaly };
}

/** A kind that this version does not know has no page: its address is the run's. */
function withAddress({ kind, id }: { kind: string; id: string }, tenantSlug: string, runId: string): Run["result"] {
  return { kind, id, href: resultAddress(tenantSlug, { kind, id }) ?? runAddress(tenantSlug, runId) };
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
