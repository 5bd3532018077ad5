import type { Run } from "../../contract/runs.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { useActivity } from "./run-store.ts";

/** The runs of these types that are going on in the tenant, live. */
export function useRunsUnderWay(...types: string[]): Run[] {
  return useActivity(useTenant().id).active.filter(({ type }) => types.includes(type));
}
