import { useInfiniteQuery } from "@tanstack/react-query";
import { useWholeList } from "../api/use-whole-list.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { toSearchable } from "./policy-filter.ts";
import { policiesQuery } from "./queries.ts";

/** The whole inventory of the tenant. */
export function useInventory() {
  const { items: policies, ...state } = useWholeList(useInfiniteQuery(policiesQuery(useTenant())), toSearchable);
  return { policies, ...state };
}
