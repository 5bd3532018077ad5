/**
 * `operations.retry`: a unit is one run that had ended, has something to retry, was not retried and matched the filter; it starts that run's
 * one retry. What the retries come to is theirs: this run has ended when all of them were started.
 */
import { needsApproval, retryApprovalOf } from "../../contract/approvals.ts";
import { FULL_RETRY_AFTER_SECONDS, MAX_ACTIVE_RUNS } from "../../contract/limits.ts";
import { readApprovalSettings } from "../../database/approvals/approval-settings.ts";
import { failed } from "../../graph-work/failure-results.ts";
import { declarationOf } from "../../runs/facts/declarations.ts";
import { implement } from "../../runs/implement.ts";
import { actOnRun, overRuns, skipped } from "./matching-runs.ts";

export const retryRuns = implement("operations.retry", {
  ...overRuns("retry"),

  execute: (task, context) =>
    actOnRun(
      task,
      context,
      (type) => {
        const own = declarationOf(type)?.capability;
        return own === undefined ? ["operations.retry"] : ["operations.retry", own];
      },
      async ({ runs, request, type, requestId, env }) => {
        const approval = retryApprovalOf(type);
        if (approval !== null && needsApproval(approval, await readApprovalSettings(env.DATABASE, request.tenantId))) {
          return failed(
            "approval_required",
            "Another person has to approve this retry. Ask for it on the operation's page.",
          );
        }
        const outcome = await runs.retry(env, request, requestId);
        switch (outcome.kind) {
          case "started":
            return { kind: "succeeded" };
          case "deduplicated":
            return skipped("already_retried", "The operation was retried before.");
          case "not_found":
            return skipped("not_found", "There is no such operation any more.");
          case "nothing_to_retry":
            return skipped("nothing_to_retry", "Nothing of the operation failed.");
          case "not_finished":
            return skipped("not_finished", "The operation has not ended.");
          case "tenant_closing":
            return failed("tenant_closing", "The tenant is to be deleted: nothing is started in it any more.");
          case "tenant_moving":
            // To wait would last for ever: the move waits for this run.
            return failed("tenant_moving", "The tenant moves to another database. Retry it when it has moved.");
          case "too_many_runs":
            return {
              kind: "deferred",
              delaySeconds: FULL_RETRY_AFTER_SECONDS,
              reasonCode: "too_many_runs",
              message: `${MAX_ACTIVE_RUNS} operations of this tenant are under way. The retry is started when one has ended.`,
            };
        }
      },
    ),
});
