/** Baselines as rows, newest first; captures and comparisons that are under way show their phase, never a number. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import type { Run } from "../../contract/runs.ts";
import type { Baseline } from "../../contract/baselines.ts";
import { baselinesQuery } from "../api/baseline-queries.ts";
import { AppLink } from "../components/app-link.tsx";
import { LoadMore } from "../components/load-more.tsx";
import { RunProgress } from "../components/run-progress.tsx";
import { RunStatusBadge } from "../components/run-status.tsx";
import { EmptyState, ErrorState, Skeleton } from "../components/states.tsx";
import { Time } from "../components/time.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { coverageText, findingsText } from "./baseline-words.ts";
import { BaselineStatusBadge } from "./build-status.tsx";
import { useCapturesUnderWay, useComparisonsUnderWay } from "./runs-under-way.ts";

export function BaselineList() {
  const tenant = useTenant();
  const query = useInfiniteQuery(baselinesQuery(tenant));
  const captures = useCapturesUnderWay();
  const comparisons = useComparisonsUnderWay();
  useReadingWithEach(
    captures.map(({ id, progress }) => `${id} ${progress.text}`).join(", "),
    () => void query.refetch(),
  );
  const known = query.data?.pages.flatMap((page) => page.items) ?? [];
  const underWay = new Set(captures.map(({ id }) => id));
  const baselines = known.filter(({ runId }) => !underWay.has(runId));
  return (
    <>
      {captures.length + baselines.length > 0 ? (
        <ul className="divide-y divide-kumo-line">
          {captures.map((run) => (
            <CaptureRow key={run.id} run={run} name={known.find(({ runId }) => runId === run.id)?.name} />
          ))}
          {baselines.map((baseline) => (
            <BaselineRow
              key={baseline.id}
              baseline={baseline}
              comparing={comparisons.find((each) => each.baseline?.id === baseline.id)?.run}
            />
          ))}
        </ul>
      ) : query.data !== undefined ? (
        <EmptyState title="No baseline has been captured yet">
          Sync the inventory, so that there is something to hold, then press “Capture baseline”.
        </EmptyState>
      ) : null}
      {query.data !== undefined ? null : query.error === null ? (
        <Skeleton lines={5} lineHeight="h-9" />
      ) : (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      )}
      <LoadMore query={query} label="Load older baselines" />
    </>
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

const ROW = "grid gap-x-6 gap-y-1.5 px-4 py-3 sm:grid-cols-[minmax(0,1fr)_minmax(0,1.3fr)_9rem] sm:items-center";

/** A run may be there before its baseline: this row is of the run. */
function CaptureRow({ run, name }: { run: Run; name: string | undefined }) {
  return (
    <li className={ROW}>
      <div className="min-w-0">
        <AppLink href={run.href} className="font-medium [overflow-wrap:anywhere] hover:underline">
          {name ?? "Baseline being captured"}
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

function BaselineRow({ baseline, comparing }: { baseline: Baseline; comparing: Run | undefined }) {
  return (
    <li className={ROW}>
      <div className="min-w-0">
        <AppLink href={baseline.href} className="font-medium [overflow-wrap:anywhere] hover:underline">
          {baseline.name}
        </AppLink>
        <Origin initiator={baseline.initiator} at={baseline.createdAt} />
      </div>
      <BaselineContent baseline={baseline} comparing={comparing} />
      <div className="sm:justify-self-end">
        <BaselineStatusBadge status={baseline.status} />
      </div>
    </li>
  );
}

function Origin({ initiator, at }: { initiator: Baseline["initiator"]; at: string }) {
  return (
    <p className="truncate text-xs text-kumo-subtle">
      {initiator === null ? "Automatic" : initiator.name} · <Time at={at} />
    </p>
  );
}

function BaselineContent({ baseline, comparing }: { baseline: Baseline; comparing: Run | undefined }) {
  const tenant = useTenant();
  switch (baseline.status) {
    case "building":
      return <p className="text-kumo-subtle">The last of it is being recorded. Nothing is compared with it before.</p>;
    case "sealed":
      return (
        <div className="min-w-0">
          <p className="tabular">{coverageText(baseline)}</p>
          {comparing === undefined ? (
            <LatestComparison baseline={baseline} />
          ) : (
            <div className="mt-1 text-xs">
              <RunProgress run={comparing} bars="any" />
            </div>
          )}
        </div>
      );
    case "failed":
      return (
        <p className="text-kumo-subtle">
          Never used: not all of it was recorded.{" "}
          <Link
            to={PAGES.run}
            params={{ slug: tenant.slug, runId: baseline.runId }}
            className="text-kumo-link underline underline-offset-2"
          >
            See why
          </Link>
          , then capture another.
        </p>
      );
  }
}

function LatestComparison({ baseline: { latestComparison } }: { baseline: Baseline }) {
  return (
    <p className="text-xs text-kumo-subtle tabular">
      {latestComparison === null ? (
        "Not compared yet"
      ) : (
        <>
          {findingsText(latestComparison.counts)} · compared <Time at={latestComparison.sealedAt} />
        </>
      )}
    </p>
  );
}
