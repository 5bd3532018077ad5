/** A baseline's comparisons, newest first; one that is under way shows its phase. */
import { useInfiniteQuery } from "@tanstack/react-query";
import type { Run } from "../../contract/runs.ts";
import type { BaselineComparison } from "../../contract/baselines.ts";
import { groupDigits } from "../../contract/progress.ts";
import { comparisonsQuery } from "../api/baseline-queries.ts";
import { AppLink } from "../components/app-link.tsx";
import { LoadMore } from "../components/load-more.tsx";
import { RunProgress } from "../runs/run-progress.tsx";
import { RunStatusBadge } from "../runs/run-status.tsx";
import { EmptyState, ErrorState, Skeleton } from "../components/states.tsx";
import { absoluteText, Time } from "../components/time.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { findingsText, policiesText } from "./baseline-words.ts";
import { ComparisonStatusBadge } from "./build-status.tsx";
import { RunLink } from "../runs/run-link.tsx";
import { useComparisonsUnderWay } from "./runs-under-way.ts";

interface ComparisonListProps {
  baselineId: string;
  /** Started on this page: of this baseline, also before the server can tell. */
  startedRunId: string | null;
}

export function ComparisonList({ baselineId, startedRunId }: ComparisonListProps) {
  const query = useInfiniteQuery(comparisonsQuery(useTenant(), baselineId));
  const active = useComparisonsUnderWay().filter(
    ({ run, baseline }) => baseline?.id === baselineId || run.id === startedRunId,
  );
  const underWay = new Set(active.map(({ run }) => run.id));
  const comparisons = (query.data?.pages.flatMap((page) => page.items) ?? []).filter(
    ({ runId }) => !underWay.has(runId),
  );
  return (
    <>
      {active.length + comparisons.length > 0 ? (
        <ul className="divide-y divide-kumo-line">
          {active.map(({ run }) => (
            <ActiveRow key={run.id} run={run} />
          ))}
          {comparisons.map((comparison) => (
            <ComparisonRow key={comparison.id} comparison={comparison} />
          ))}
        </ul>
      ) : query.data !== undefined ? (
        <EmptyState title="Not compared yet">
          Press “Compare now” to compare the inventory, as it was last read, with this baseline.
        </EmptyState>
      ) : null}
      {query.data !== undefined ? null : query.error === null ? (
        <Skeleton lines={3} lineHeight="h-9" />
      ) : (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      )}
      <LoadMore query={query} label="Load older comparisons" />
    </>
  );
}

const ROW = "grid gap-x-6 gap-y-1.5 px-4 py-3 sm:grid-cols-[minmax(0,1fr)_minmax(0,1.6fr)_8rem] sm:items-center";

function ActiveRow({ run }: { run: Run }) {
  return (
    <li className={ROW}>
      <div className="min-w-0">
        <AppLink href={run.href} className="font-medium hover:underline">
          Being compared
        </AppLink>
        <Origin initiator={run.initiator} at={run.createdAt} />
      </div>
      <RunProgress run={run} bars="any" />
      <div className="sm:justify-self-end">
        <RunStatusBadge run={run} />
      </div>
    </li>
  );
}

function ComparisonRow({ comparison }: { comparison: BaselineComparison }) {
  return (
    <li className={ROW}>
      <div className="min-w-0">
        <AppLink href={comparison.href} className="font-medium tabular hover:underline">
          {absoluteText(comparison.createdAt)}
        </AppLink>
        <Origin initiator={comparison.initiator} at={comparison.createdAt} />
      </div>
      <div className="min-w-0">
        <ComparisonContent comparison={comparison} />
      </div>
      <div className="sm:justify-self-end">
        <ComparisonStatusBadge status={comparison.status} />
      </div>
    </li>
  );
}

function Origin({ initiator, at }: { initiator: BaselineComparison["initiator"]; at: string }) {
  return (
    <p className="truncate text-xs text-kumo-subtle">
      {initiator === null ? "Automatic" : initiator.name} · <Time at={at} />
    </p>
  );
}

function ComparisonContent({ comparison: { status, counts, runId } }: { comparison: BaselineComparison }) {
  if (status === "failed") {
    return (
      <p className="text-kumo-subtle">
        It found nothing: it was not completed. <RunLink runId={runId}>See why</RunLink>, then compare again.
      </p>
    );
  }
  if (counts === null) return <p className="text-kumo-subtle">The last of it is being written.</p>;
  return (
    <>
      <p className="tabular">{findingsText(counts)}</p>
      <p className="text-xs text-kumo-subtle tabular">
        {policiesText(counts)}
        {counts.notChecked === 0 ? "" : groupDigits(` · ${counts.notChecked} earlier findings not checked`)}
      </p>
    </>
  );
}
