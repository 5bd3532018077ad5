import type { Run } from "../../contract/runs.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { useKnownActivity } from "./run-store.ts";

const NOT_KNOWN: Run[] = [];

/** The runs of these types that are known to go on in the tenant, live. That it names none does not say that there is none. */
export function useRunsUnderWay(...types: string[]): Run[] {
  const known = useKnownActivity(useTenant().id);
  // oxlint-disable-next-line tenantatlas/unknown-is-not-zero -- Rows are added by it, and nothing is said where there is none.
  return known === null ? NOT_KNOWN : known.active.filter(({ type }) => types.includes(type));
}
