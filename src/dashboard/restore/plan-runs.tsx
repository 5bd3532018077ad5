/** The runs of a plan: the latest one live with what came of it, older ones as links. */
import { useQuery } from "@tanstack/react-query";
import type { RestorePlan } from "../../contract/restore.ts";
import { Time } from "../components/time.tsx";
import { SyncInventoryButton } from "../inventory/sync-button.tsx";
import { FollowedRun } from "../runs/followed-run.tsx";
import { runQuery } from "../runs/queries.ts";
import { RunActions } from "../runs/run-actions.tsx";
import { RunLink } from "../runs/run-link.tsx";
import { useRun } from "../runs/run-store.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { RestoreApprovals } from "./restore-approvals.tsx";
import { RestoreResults } from "./restore-results.tsx";

/** Nothing before the first run. */
export function PlanRuns({ plan }: { plan: RestorePlan }) {
  const [latest, ...earlier] = plan.runs;
  if (latest === undefined) return null;
  return (
    <>
      <LatestRun runId={latest.id} />
      {earlier.length === 0 ? null : <EarlierRuns runs={earlier} />}
    </>
  );
}

function LatestRun({ runId }: { runId: string }) {
  const tenant = useTenant();
  useQuery(runQuery(tenant, runId));
  const run = useRun(runId);
  return (
    <>
      <FollowedRun runId={runId} />
      {run === undefined ? null : (
        <>
          {run.status === "completed" ? (
            <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 rounded-lg bg-kumo-base px-4 py-3 ring ring-kumo-line">
              <p className="max-w-xl text-kumo-subtle">
                The inventory and the comparisons show the tenant as last synced. Sync it to see what was restored.
              </p>
              <div className="flex flex-wrap gap-2">
                <RunActions againInput={null} run={run} />
                <SyncInventoryButton variant="secondary" />
              </div>
            </div>
          ) : null}
          <RestoreApprovals run={run} />
          <RestoreResults run={run} failedOpen />
        </>
      )}
    </>
  );
}

function EarlierRuns({ runs }: { runs: RestorePlan["runs"] }) {
  return (
    <details>
      <summary className="w-fit cursor-pointer rounded-sm text-kumo-subtle">Earlier runs of this plan</summary>
      <ul className="mt-1.5 flex flex-col gap-1">
        {runs.map((run) => (
          <li key={run.id}>
            <RunLink runId={run.id}>
              Run of <Time at={run.createdAt} />
            </RunLink>
          </li>
        ))}
      </ul>
    </details>
  );
}
