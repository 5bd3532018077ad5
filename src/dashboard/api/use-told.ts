import { type QueryFacts, type Told, toldBy } from "./told.ts";
import { useReachable } from "./use-reachable.ts";

/** What a query knows at this moment, and whether that still holds. */
export function useTold<T>(query: QueryFacts<T>): Told<T> {
  return toldBy(query, useReachable());
}
