/** Packs as rows, newest first; those that are being written show the progress of their run. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import type { Run } from "../../contract/runs.ts";
import type { ReviewPack } from "../../contract/review-packs.ts";
import { reviewPacksQuery } from "../api/queries.ts";
import { AppLink } from "../components/app-link.tsx";
import { LoadMore } from "../components/load-more.tsx";
import { RunProgress } from "../components/run-progress.tsx";
import { RunStatusBadge } from "../components/run-status.tsx";
import { EmptyState, ErrorState, Skeleton } from "../components/states.tsx";
import { Time } from "../components/time.tsx";
import { useActivity } from "../runs/run-store.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { PackRow, ROW } from "./pack-row.tsx";

export function PackList() {
  const tenant = useTenant();
  const query = useInfiniteQuery(reviewPacksQuery(tenant));
  const active = useActivity(tenant.id).active.filter(({ type }) => type === "review-pack.generate");
  const underWay = new Set(active.map(({ id }) => id));
  const packs = (query.data?.pages.flatMap((page) => page.items) ?? []).filter(({ runId }) => !underWay.has(runId));
  return (
    <>
      {active.length + packs.length > 0 ? (
        <ul className="divide-y divide-kumo-line">
          {active.map((run) => (
            <ActiveRow key={run.id} run={run} />
          ))}
          {packs.map((pack) => (
            <Revealed key={pack.id} pack={pack} />
          ))}
        </ul>
      ) : query.data !== undefined ? (
        <EmptyState title="No pack has been made yet">
          Take an evidence snapshot first, then press “New review pack”.
        </EmptyState>
      ) : null}
      {query.data !== undefined ? null : query.error === null ? (
        <Skeleton lines={5} lineHeight="h-9" />
      ) : (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      )}
      <LoadMore query={query} label="Load older packs" />
    </>
  );
}

/** The pack that the address names is scrolled to and has the focus: a run's result leads here. */
function Revealed({ pack }: { pack: ReviewPack }) {
  const named = useSearch({ from: PAGES.reviewPacks }).pack === pack.id;
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (!named) return;
    row.current?.scrollIntoView({ block: "nearest" });
    row.current?.focus({ preventScroll: true });
  }, [named]);
  return (
    <li ref={row} tabIndex={named ? -1 : undefined} className={named ? "bg-kumo-tint outline-none" : ""}>
      <PackRow pack={pack} />
    </li>
  );
}

/** A run may be there before its pack: this row is of the run. */
function ActiveRow({ run }: { run: Run }) {
  return (
    <li className={ROW}>
      <div className="min-w-0">
        <AppLink href={run.href} className="font-medium hover:underline">
          Pack being written
        </AppLink>
        <p className="truncate text-xs text-kumo-subtle">
          {run.initiator === null ? "Automatic" : run.initiator.name} · <Time at={run.createdAt} />
        </p>
      </div>
      <RunProgress run={run} bars="any" />
      <div className="sm:justify-self-end">
        <RunStatusBadge run={run} />
      </div>
    </li>
  );
}
