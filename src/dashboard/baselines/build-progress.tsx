/** A baseline or a comparison that is under way: its run's phase and a bar without an end, never a number. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { runQuery } from "../api/queries.ts";
import { RunProgress } from "../runs/run-progress.tsx";
import { ErrorState, Skeleton } from "../components/states.tsx";
import { useRun } from "../runs/run-store.ts";
import { useTenant } from "../shell/tenant-context.ts";

export function BuildProgress({ runId, children }: { runId: string; children: ReactNode }) {
  const { error, refetch } = useQuery(runQuery(useTenant(), runId));
  const run = useRun(runId);
  return (
    <section aria-label="Progress" className="rounded-lg bg-kumo-base p-4 ring ring-kumo-line">
      {run !== undefined ? (
        <RunProgress run={run} bars="any" />
      ) : error === null ? (
        <Skeleton lines={2} />
      ) : (
        <ErrorState error={error} onRetry={() => void refetch()} />
      )}
      <p className="mt-3 text-kumo-subtle">{children}</p>
    </section>
  );
}
