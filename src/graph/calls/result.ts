import type { ServiceGroup } from "./service-groups.ts";

/**
 * Graph refused for now, or (`unsent`) the request was not even sent: `paced`, because the tenant's other work has the turn before, `closed`,
 * because Graph has told that other work how long to wait.
 */
export interface Throttled {
  kind: "throttled";
  retryAfterSeconds: number | null;
  unsent?: { cause: "paced" | "closed"; group: ServiceGroup };
}

/** What asking Microsoft Graph can come to. Every expected failure is a value here; only bugs throw. */
export type GraphFailure = { requestId: string | null } &
  /** Seconds may be fractional; null when Graph did not say how long. */
  (
    | Throttled
    /**
     * `named` holds the permissions that Graph's message names, in its order; often none. `message` is Graph's own, printable and short;
     * empty when it said none.
     */
    | { kind: "permission_missing"; named: readonly string[]; message: string }
    /** The token endpoint refused the credentials, or Graph refused a token just renewed. `code` is theirs ("invalid_client"). */
    | { kind: "unauthorized"; code: string }
    | { kind: "not_found" }
    /**
     * 5xx, 408, 424, a dropped connection, a timeout: the same request may well succeed later. So it may where Graph tells of a policy and
     * does not find a part of it (`lacksPart`), which was deleted meanwhile, or stays broken.
     */
    | { kind: "transient"; detail: string; retryAfterSeconds: number | null; lacksPart?: true }
    /** An answer that is not what Graph's contract says: no JSON, cut-off JSON, another shape, a link to another origin. */
    | { kind: "malformed"; detail: string }
    /** More than the isolate can bear: fewer or smaller things may be asked for instead. */
    | { kind: "too_large"; detail: string }
    /** The tenant has no Intune: no permission and no secret would help. `message` is Graph's own sentence, printable and short. */
    | { kind: "not_licensed"; message: string }
    /** Any other 4xx. `message` is Graph's own, printable and short; empty when it said none. */
    | { kind: "rejected"; status: number; code: string; message: string }
    /** The unit's budget is spent without Graph being at fault. */
    | { kind: "over_budget"; detail: string }
    | { kind: "aborted" }
  );

export type GraphResult<T> = { kind: "ok"; value: T; requestId: string | null } | GraphFailure;

/** A token, or why there is none: the token endpoint says nothing of permissions or of policies. */
export type TokenResult<T> =
  | { kind: "ok"; value: T; requestId: string | null }
  | Exclude<GraphFailure, { kind: "permission_missing" | "not_found" | "rejected" }>;

export function ok<T>(value: T, requestId: string | null = null): GraphResult<T> & { kind: "ok" } {
  return { kind: "ok", value, requestId };
}

export function malformed(detail: string, requestId: string | null): GraphFailure & { kind: "malformed" } {
  return { kind: "malformed", detail, requestId };
}

/** Stands where a batch's answer is missing. */
export const NO_ANSWER: GraphFailure = malformed("The reading has no answer", null);

/** True for what may be asked again. */
export function isRetryable(
  result: GraphResult<unknown>,
): result is GraphFailure & { kind: "throttled" | "transient" } {
  return result.kind === "throttled" || result.kind === "transient";
}
