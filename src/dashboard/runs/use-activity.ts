import type { Told } from "../api/told.ts";
import { useReachable } from "../api/use-reachable.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { useConnectionNews } from "./activity-provider.tsx";
import { toldActivity } from "./told-activity.ts";
import type { Activity } from "./run-merge.ts";
import { useKnownActivity } from "./run-store.ts";

/** The tenant's active and lately finished runs, as far as they are known at this moment. */
export function useActivity(): Told<Activity> {
  return toldActivity(useKnownActivity(useTenant().id), useConnectionNews(), useReachable());
}
