import { useQuery } from "@tanstack/react-query";
import type { Run } from "../../contract/runs.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { timelineQuery } from "./queries.ts";

/**
 * When it was seen that a run has told its end, in milliseconds since the epoch; null before. It does so a moment after it has ended, of its
 * timeline and its units together.
 */
export function useEndSeen(run: Run): number | null {
  const { data, dataUpdatedAt } = useQuery(timelineQuery(useTenant(), run));
  return run.status === "completed" && data !== undefined && data.version >= run.version ? dataUpdatedAt : null;
}
