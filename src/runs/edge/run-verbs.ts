/** What units may do to other runs. */
import type { RunVerbs } from "../operation.ts";
import { cancelRun } from "./change-run.ts";
import { retryRun } from "./retry-run.ts";
import { startRun } from "./start-run.ts";

/** `note` counts a request of the invocation that is no query. */
export function runVerbs(note: () => void): RunVerbs {
  return {
    start: (env, request) => {
      note();
      return startRun(env, request);
    },
    retry: (env, request, requestId) => {
      note();
      return retryRun(env, request, requestId);
    },
    cancel: (env, request, requestId) => {
      note();
      return cancelRun(env, request, requestId);
    },
  };
}
