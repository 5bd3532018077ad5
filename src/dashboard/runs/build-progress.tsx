/** In place of a record that is not complete yet: the progress of its run. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { NotLoaded } from "../components/states.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { runQuery } from "./queries.ts";
import { RunProgress } from "./run-progress.tsx";
import { useRun } from "./run-store.ts";

export function BuildProgress({ runId, children }: { runId: string; children: ReactNode }) {
  const { error, refetch } = useQuery(runQuery(useTenant(), runId));
  const run = useRun(runId);
  return (
    <section aria-label="Progress" className="rounded-lg bg-kumo-base p-4 ring ring-kumo-line">
      {run !== undefined ? (
        <RunProgress run={run} bars="any" />
      ) : (
        <NotLoaded lines={2} error={error} onRetry={() => void refetch()} />
      )}
      <p className="mt-3 text-kumo-subtle">{children}</p>
    </section>
  );
}
