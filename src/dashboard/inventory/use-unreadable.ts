import { useInfiniteQuery } from "@tanstack/react-query";
import type { UnreadablePolicy } from "../../contract/inventory.ts";
import { useWholeList } from "../api/use-whole-list.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { unreadableQuery } from "./queries.ts";

/** The tenant's policies that could not be read, by family; none while they are being loaded. */
export function useUnreadable(): UnreadablePolicy[] {
  return useWholeList(useInfiniteQuery(unreadableQuery(useTenant())), asTheyCome).items;
}

function asTheyCome(policies: readonly UnreadablePolicy[]): UnreadablePolicy[] {
  return [...policies];
}
