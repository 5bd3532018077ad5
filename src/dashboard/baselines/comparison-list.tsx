/** A baseline's comparisons, newest first; one that is under way shows its phase. */
import { useInfiniteQuery } from "@tanstack/react-query";
import type { BaselineComparison } from "../../contract/baselines.ts";
import { groupDigits } from "../../contract/progress.ts";
import { digits } from "../components/digits.ts";
import { EmptyState } from "../components/states.tsx";
import { absoluteText } from "../components/clock.ts";
import { RecordList, RecordRow } from "../runs/record-list.tsx";
import { RunLink } from "../runs/run-link.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { findingsText, policiesText } from "./baseline-words.ts";
import { ComparisonStatusBadge } from "./build-status.tsx";
import { comparisonsQuery } from "./queries.ts";
import { useComparisonsUnderWay } from "./runs-under-way.ts";

interface ComparisonListProps {
  baselineId: string;
  /** Started on this page: of this baseline, also before the server can tell. */
  startedRunId: string | null;
}

export function ComparisonList({ baselineId, startedRunId }: ComparisonListProps) {
  const active = useComparisonsUnderWay().filter(
    ({ run, baseline }) => baseline?.id === baselineId || run.id === startedRunId,
  );
  return (
    <RecordList
      query={useInfiniteQuery(comparisonsQuery(useTenant(), baselineId))}
      active={active.map(({ run }) => run)}
      activeTitle={() => "Being compared"}
      renderRow={(comparison) => <ComparisonRow comparison={comparison} />}
      empty={
        <EmptyState title="Not compared yet">
          Press “Compare now” to compare the inventory, as it was last read, with this baseline.
        </EmptyState>
      }
      loadMore="Load older comparisons"
    />
  );
}

function ComparisonRow({ comparison }: { comparison: BaselineComparison }) {
  return (
    <RecordRow
      title={absoluteText(comparison.createdAt)}
      href={comparison.href}
      initiator={comparison.initiator}
      at={comparison.createdAt}
      state={<ComparisonStatusBadge status={comparison.status} />}
    >
      <ComparisonContent comparison={comparison} />
    </RecordRow>
  );
}

function ComparisonContent({
  comparison: { status, counts, standardVersion, runId },
}: {
  comparison: BaselineComparison;
}) {
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
        {standardVersion === null ? "" : ` · version ${digits(standardVersion)}`}
        {counts.notChecked === 0 ? "" : groupDigits(` · ${counts.notChecked} earlier findings not checked`)}
      </p>
    </>
  );
}
