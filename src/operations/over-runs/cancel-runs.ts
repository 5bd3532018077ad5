/** `operations.cancel`: a unit is one run that had not ended and matched the filter; it cancels that run. */
import { implement } from "../../runs/implement.ts";
import { actOnRun, overRuns, skipped } from "./matching-runs.ts";

export const cancelRuns = implement("operations.cancel", {
  ...overRuns("cancel"),

  execute: (task, context) =>
    actOnRun(
      task,
      context,
      () => ["operations.cancel"],
      async ({ runs, request, requestId, env }) => {
        const outcome = await runs.cancel(env, request, requestId);
        switch (outcome.kind) {
          case "ok":
            return { kind: "succeeded" };
          case "already_completed":
            return skipped("already_ended", "The operation had ended before. Nothing was changed.");
          case "not_found":
            return skipped("not_found", "There is no such operation any more.");
        }
      },
    ),
});
