import { useSyncExternalStore } from "react";
import { type Reachable, reachability } from "./reachability.ts";

/** Whether the server answers this page, and since when it does not. */
export function useReachable(): Reachable {
  return useSyncExternalStore(reachability.subscribe, reachability.getState, reachability.getState);
}
