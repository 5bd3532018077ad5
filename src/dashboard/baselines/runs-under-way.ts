/** Comparisons that are under way, each with its baseline. */
import { useQuery } from "@tanstack/react-query";
import type { Run } from "../../contract/runs.ts";
import { useRunsUnderWay } from "../runs/use-runs-under-way.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { comparisonsUnderWayQuery } from "./queries.ts";

export interface ComparisonUnderWay {
  run: Run;
  /** Null as long as the comparison has not begun: nobody but its run knows it then. */
  baseline: { id: string; name: string } | null;
}

export function useComparisonsUnderWay(): ComparisonUnderWay[] {
  const tenant = useTenant();
  const active = useRunsUnderWay("baseline.compare");
  const moment = active.map(({ id, progress }) => `${id} ${progress.text}`).join(", ");
  const { data } = useQuery(comparisonsUnderWayQuery(tenant, moment));
  const byRun = new Map(data?.items.map(({ runId, baseline }) => [runId, baseline]));
  return active.map((run) => ({ run, baseline: byRun.get(run.id) ?? null }));
}
