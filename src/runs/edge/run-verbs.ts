/** What units may do to other runs. */
import type { TenantEnv } from "../../database/databases.ts";
import type { RunVerbs } from "../operation.ts";
import { cancelRun } from "./change-run.ts";
import { retryRun } from "./retry-run.ts";
import { startRun } from "./start-run.ts";

/** `env` is that of the unit's own run; `note` counts a request of the invocation that is no query. */
export function runVerbs(env: TenantEnv, note: () => void): RunVerbs {
  const cancelIn: RunVerbs["cancelIn"] = (there, request, requestId) => {
    note();
    return cancelRun(there, request, requestId);
  };
  const retryIn: RunVerbs["retryIn"] = (there, request, requestId) => {
    note();
    return retryRun(there, request, requestId);
  };
  return {
    cancel: (request, requestId) => cancelIn(env, request, requestId),
    retry: (request, requestId) => retryIn(env, request, requestId),
    cancelIn,
    retryIn,
    startIn: (there, request) => {
      note();
      return startRun(there, request);
    },
  };
}
