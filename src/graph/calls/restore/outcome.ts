/** Names the outcomes of performing a restore, in words for the people who have to act on them. Pure. */
import { permissionToGrant, permissionToGrantForWriting } from "../classify.ts";
import type { PolicyDocument } from "../family-reader.ts";
import type { Family } from "../../families/family.ts";
import type { GraphFailure, Throttled } from "../result.ts";
import type { WriteFailure } from "../write.ts";
import { APPROVAL_REQUESTS } from "../../permissions/needs.ts";
import type { Refusal } from "../../restore/approval-times.ts";
import type { Difference } from "../../restore/differences.ts";
import type { RestoreStep } from "../../restore/restore-step.ts";

/** Stable codes (docs/operations.md); those of blocked plans are in `rule.ts`. */
export type RestoreFailure = { message: string } & (
  | { code: "approval_required"; approvalCode: string; justification: string }
  | { code: "approval_denied" | "approval_canceled" | "approval_expired"; approvalCode: string }
  | { code: "conflict" | "credentials_rejected" | "dependency_missing" | "encrypted_value" }
  | { code: "graph_rejected"; status: number; graphCode: string; graphMessage: string; step: string }
  | { code: "answer_too_large" | "intune_not_licensed" | "malformed_response" | "not_found" }
  | { code: "permission_missing"; permission: string }
  | { code: "still_there" }
  | { code: "readback_mismatch"; differences: readonly Difference[] }
);

export type DeferralReason =
  | "throttled"
  /** Not sent: the tenant's other work has the turn before. */
  | "waiting_for_graph"
  | "graph_unavailable"
  /** Graph tells of the policy, and does not find a part of it. */
  | "part_not_found"
  /** A write may have been applied and does not show yet. It is not sent again before it would. */
  | "uncertain"
  /** Graph does not show yet what this restore has just made, or has not made it ready. */
  | "not_shown"
  | "interrupted"
  | "over_budget"
  /** Somebody else is performing the same restore. */
  | "elsewhere"
  /** Another administrator has to approve a write. */
  | "waiting_for_approval";

/** A write that Graph answered, for finding it in Microsoft's logs. */
export interface StepRequest {
  step: string;
  method: RestoreStep["method"];
  path: string;
  requestId: string;
}

export type RestoreStop =
  | { kind: "failed"; failure: RestoreFailure }
  /** To be performed again later, with the same journal; nothing is lost or done twice. Null: soon. */
  | { kind: "deferred"; reason: DeferralReason; retryAfterSeconds: number | null };

export type RestoreOutcome = {
  /** The policy in the tenant, as far as it is known; null when none was created. */
  graphId: string | null;
  requests: readonly StepRequest[];
} & (
  | RestoreStop
  /** `policy` as it was read back, equal to what was wanted. */
  | { kind: "restored"; policy: PolicyDocument }
  /** Graph does not find it any more. */
  | { kind: "deleted" }
);

export function fails(failure: RestoreFailure): RestoreStop {
  return { kind: "failed", failure };
}

export function deferred(reason: DeferralReason, retryAfterSeconds: number | null = null): RestoreStop {
  return { kind: "deferred", reason, retryAfterSeconds };
}

export function throttledStop({ retryAfterSeconds, unsent }: Throttled): RestoreStop {
  return deferred(unsent?.cause === "paced" ? "waiting_for_graph" : "throttled", retryAfterSeconds);
}

/** What a reading that failed means for the restore. Nothing was written by it, and it may be asked again. */
export function readingStop(failure: GraphFailure, family: Family): RestoreStop {
  switch (failure.kind) {
    case "throttled":
      return throttledStop(failure);
    case "transient":
      return deferred(failure.lacksPart === true ? "part_not_found" : "graph_unavailable", failure.retryAfterSeconds);
    case "aborted":
      return deferred("interrupted");
    case "over_budget":
      return deferred("over_budget");
    case "unauthorized":
      return fails(credentialsRejected);
    case "permission_missing":
      return fails(permissionMissing(permissionToGrant(failure.named, family.reading.permission)));
    case "not_found":
      return fails({ code: "not_found", message: "The policy is not in the tenant any more." });
    case "malformed":
      return fails({
        code: "malformed_response",
        message: `Microsoft Graph's answer could not be read: ${failure.detail}. Retry later.`,
      });
    case "too_large":
      return fails({ code: "answer_too_large", message: `${failure.detail}. Nothing was written.` });
    case "not_licensed":
      return fails({
        code: "intune_not_licensed",
        message: `This tenant has no Intune licence. Microsoft Graph says: “${failure.message}”.`,
      });
    case "rejected":
      return fails(graphRejected(failure, "read"));
  }
}

/** What a write that was certainly not applied means for the restore. */
export function writingStop(
  failure: Exclude<WriteFailure, { kind: "unknown" | "approval_required" | "aborted" }>,
  step: RestoreStep,
  writePermission: string,
): RestoreStop {
  switch (failure.kind) {
    case "throttled":
      return throttledStop(failure);
    case "not_sent":
      return deferred("graph_unavailable", failure.retryAfterSeconds);
    case "over_budget":
      return deferred("over_budget");
    case "unauthorized":
      return fails(credentialsRejected);
    case "permission_missing":
      return fails(permissionMissing(permissionToGrantForWriting(failure.named, writePermission)));
    case "not_found":
      return fails({
        code: "not_found",
        message: `Microsoft Graph found nothing to write to (${step.name}): the policy, or what it needs, is gone.`,
      });
    case "rejected":
      return fails(graphRejected(failure, step.name));
  }
}

const credentialsRejected: RestoreFailure = {
  code: "credentials_rejected",
  message:
    "Microsoft refused the application's credentials. Renew the client secret in the tenant's connection, then retry.",
};

function permissionMissing(permission: string): RestoreFailure {
  const message = `The application lacks ${permission}. Grant it in Microsoft Entra with admin consent, then retry.`;
  return { code: "permission_missing", permission, message };
}

function graphRejected(answer: { status: number; code: string; message: string }, step: string): RestoreFailure {
  const graphCode = answer.code.replace(/[^\w.-]/g, "").slice(0, 60);
  const said = answer.message === "" ? "and gave no reason" : `and says: ${answer.message}`;
  return {
    code: "graph_rejected",
    status: answer.status,
    graphCode,
    graphMessage: answer.message,
    step,
    message: `Microsoft Graph refused the request "${step}" (${answer.status} ${graphCode}) ${said}`,
  };
}

/** For an application that cannot see when the request is decided. */
export function approvalRequired(approvalCode: string, justification: string): RestoreFailure {
  const message = `Another administrator has to approve this change in Intune (request ${approvalCode}). The application may not read approval requests, so this run cannot wait for it: grant ${APPROVAL_REQUESTS.permission}, or retry once it is approved.`;
  return { code: "approval_required", approvalCode, justification, message };
}

const REFUSALS: Record<Refusal, { code: "approval_denied" | "approval_canceled" | "approval_expired"; said: string }> =
  {
    rejected: { code: "approval_denied", said: "Another administrator did not approve this change" },
    canceled: { code: "approval_canceled", said: "The request to approve this change was withdrawn in Intune" },
    expired: { code: "approval_expired", said: "No administrator approved this change within three days" },
  };

export function approvalRefused(approvalCode: string, how: Refusal): RestoreFailure {
  const { code, said } = REFUSALS[how];
  return { code, approvalCode, message: `${said} (request ${approvalCode}). Nothing was written; retry to ask again.` };
}

export function mismatch(differences: readonly Difference[]): RestoreFailure {
  const where = differences.slice(0, 3).map(({ path }) => path);
  const more = differences.length > where.length ? " and more" : "";
  const message = `The policy was written and reads differently: ${where.join(", ")}${more}.`;
  return { code: "readback_mismatch", differences, message };
}
