/** Captures and comparisons that are under way, from the run store; for comparisons, with which baseline. */
import { useQuery } from "@tanstack/react-query";
import type { Run } from "../../contract/runs.ts";
import { comparisonsUnderWayQuery } from "../api/baseline-queries.ts";
import { useActivity } from "../runs/run-store.ts";
import { useTenant } from "../shell/tenant-context.ts";

export interface ComparisonUnderWay {
  run: Run;
  /** Null as long as the comparison has not begun: nobody but its run knows it then. */
  baseline: { id: string; name: string } | null;
}

export function useCapturesUnderWay(): Run[] {
  return useActivity(useTenant().id).active.filter(({ type }) => type === "baseline.capture");
}

export function useComparisonsUnderWay(): ComparisonUnderWay[] {
  const tenant = useTenant();
  const active = useActivity(tenant.id).active.filter(({ type }) => type === "baseline.compare");
  const moment = active.map(({ id, progress }) => `${id} ${progress.text}`).join(", ");
  const { data } = useQuery(comparisonsUnderWayQuery(tenant, moment));
  const byRun = new Map(data?.items.map(({ runId, baseline }) => [runId, baseline]));
  return active.map((run) => ({ run, baseline: byRun.get(run.id) ?? null }));
}
