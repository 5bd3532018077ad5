/** Baselines as rows, newest first; captures and comparisons that are under way show their phase, never a number. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { Baseline } from "../../contract/baselines.ts";
import type { Run } from "../../contract/runs.ts";
import { listedItems } from "../api/listed-items.ts";
import { Badge } from "../components/badge.tsx";
import { EmptyState } from "../components/states.tsx";
import { Time } from "../components/time.tsx";
import { RecordList, RecordRow } from "../runs/record-list.tsx";
import { RunLink } from "../runs/run-link.tsx";
import { RunProgress } from "../runs/run-progress.tsx";
import { useRunsUnderWay } from "../runs/use-runs-under-way.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { coverageText, findingsText } from "./baseline-words.ts";
import { BaselineStatusBadge } from "./build-status.tsx";
import { baselinesQuery } from "./queries.ts";
import { useComparisonsUnderWay } from "./runs-under-way.ts";

export function BaselineList() {
  const tenant = useTenant();
  const query = useInfiniteQuery(baselinesQuery(tenant));
  const captures = useRunsUnderWay("baseline.capture");
  const comparisons = useComparisonsUnderWay();
  useReadingWithEach(
    captures.map(({ id, progress }) => `${id} ${progress.text}`).join(", "),
    () => void query.refetch(),
  );
  const known = listedItems(query);
  return (
    <RecordList
      query={query}
      active={captures}
      activeTitle={(run) => known?.find(({ runId }) => runId === run.id)?.name ?? "Baseline being captured"}
      renderRow={(baseline) => (
        <BaselineRow
          baseline={baseline}
          comparing={comparisons.find((each) => each.baseline?.id === baseline.id)?.run}
        />
      )}
      empty={
        <EmptyState title="No baseline has been captured yet">
          Sync the inventory, so that there is something to hold, then press “Capture baseline”.
        </EmptyState>
      }
      loadMore="Load older baselines"
    />
  );
}

/** A capture's baseline is there, with its name, some phases before it is sealed: the list is read with each of them. */
function useReadingWithEach(moment: string, read: () => void): void {
  const previous = useRef(moment);
  useEffect(() => {
    if (previous.current === moment) return;
    previous.current = moment;
    read();
  }, [moment, read]);
}

function BaselineRow({ baseline, comparing }: { baseline: Baseline; comparing: Run | undefined }) {
  return (
    <RecordRow
      title={baseline.name}
      href={baseline.href}
      initiator={baseline.initiator}
      at={baseline.createdAt}
      state={
        baseline.isStandard ? (
          <Badge variant="outline">Gold standard</Badge>
        ) : (
          <BaselineStatusBadge status={baseline.status} />
        )
      }
    >
      <BaselineContent baseline={baseline} comparing={comparing} />
    </RecordRow>
  );
}

function BaselineContent({ baseline, comparing }: { baseline: Baseline; comparing: Run | undefined }) {
  switch (baseline.status) {
    case "building":
      return <p className="text-kumo-subtle">The last of it is being recorded. Nothing is compared with it before.</p>;
    case "sealed":
      return (
        <>
          <p className="tabular">{coverageText(baseline)}</p>
          {comparing === undefined ? (
            <LatestComparison baseline={baseline} />
          ) : (
            <div className="mt-1 text-xs">
              <RunProgress run={comparing} bars="any" />
            </div>
          )}
        </>
      );
    case "failed":
      return (
        <p className="text-kumo-subtle">
          Never used: not all of it was recorded. <RunLink runId={baseline.runId}>See why</RunLink>, then capture
          another.
        </p>
      );
  }
}

/** The findings as they are now; the comparison's own count is history, and stands on its page. */
function LatestComparison({ baseline: { latestComparison, findingsNow } }: { baseline: Baseline }) {
  return (
    <p className="text-xs text-kumo-subtle tabular">
      {latestComparison === null || findingsNow === null ? (
        "Not compared yet"
      ) : (
        <>
          {findingsText(findingsNow)} · compared <Time at={latestComparison.sealedAt} />
        </>
      )}
    </p>
  );
}
