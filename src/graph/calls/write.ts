/**
 * What writing to Microsoft Graph can come to. It differs from reading in one thing that matters: a read may always be asked
 * again, a write only when it is certain not to have been applied.
 */
import type { JsonObject } from "../../policies/json-value.ts";
import { classify, printableMessage, readError } from "./classify.ts";
import type { ExchangeAnswer } from "./exchange.ts";
import type { GraphFailure, Throttled } from "./result.ts";

export interface GraphWrite {
  method: "POST" | "PATCH" | "PUT" | "DELETE";
  /** An absolute address of this Graph. */
  url: string;
  body: JsonObject | null;
  approval: {
    /** Told to whoever has to approve, should the tenant ask for that. */
    justification: string;
    /** Of an approval given to this very request, byte for byte; null where none was asked for yet. */
    code: string | null;
  };
  /**
   * How long to go on after 429s before answering `throttled`; the budget may end it sooner. Nothing is sent later than a few
   * seconds after it, so that whoever finds the write begun knows when it can no longer be under way.
   */
  patienceMs: number;
}

export type WriteFailure = { requestId: string | null } &
  /** Not applied, by Graph's word. Seconds may be fractional; null when it did not say how long. */
  (
    | Throttled
    /** Never sent: no token was to be had for the moment. */
    | { kind: "not_sent"; detail: string; retryAfterSeconds: number | null }
    /** Sent, and no answer that tells: it may have been applied, or may still be. */
    | { kind: "unknown"; detail: string }
    /** Parked until another administrator approves; the same request sent with the code is then applied. */
    | { kind: "approval_required"; code: string; justification: string }
    | { kind: "permission_missing"; named: readonly string[] }
    | { kind: "unauthorized"; code: string }
    | { kind: "not_found" }
    /** Refused, and so not applied. `message` is Graph's own, printable and short; empty when it said none. */
    | { kind: "rejected"; status: number; code: string; message: string }
    | { kind: "over_budget"; detail: string }
    /** Stopped by the caller's signal. What was under way may have been applied. */
    | { kind: "aborted" }
  );

export type WriteResult = { kind: "ok"; value: unknown; requestId: string | null } | WriteFailure;

/** Graph wants a justification first. Nothing was applied, nothing is parked. */
export interface ApprovalDemanded {
  kind: "approval_demanded";
  status: number;
  code: string;
  message: string;
  requestId: string | null;
}

const JUSTIFICATION_HEADER = "x-msft-approval-justification";
const CODE_HEADER = "x-msft-approval-code";
const MAX_JUSTIFICATION_LENGTH = 500;

/** The headers of a write; `justified` when Graph has asked for the justification. */
export function writeHeaders(write: GraphWrite, justified: boolean): Record<string, string> {
  const headers: Record<string, string> = write.body === null ? {} : { "content-type": "application/json" };
  if (write.approval.code !== null) headers[CODE_HEADER] = write.approval.code;
  else if (justified) headers[JUSTIFICATION_HEADER] = headerText(write.approval.justification);
  return headers;
}

/** Reads the answer to a write. Anything but Graph's word that it was or was not applied is `unknown`. */
export function classifyWrite(answer: ExchangeAnswer, write: GraphWrite, now: number): WriteResult | ApprovalDemanded {
  const requestId = answer.header("request-id");
  const code = answer.header(CODE_HEADER);
  if (write.approval.code === null && code !== null && code !== "") {
    return { kind: "approval_required", code, justification: headerText(write.approval.justification), requestId };
  }
  if (answer.status >= 200 && answer.status < 300 && answer.isEmpty) return { kind: "ok", value: null, requestId };
  const result = classify(answer, now);
  switch (result.kind) {
    case "transient":
    case "malformed":
      // A redirect, and 501 for a method that is not there, are answers before anything was applied.
      return answer.status >= 300 && answer.status < 500 && answer.status !== 408 && answer.status !== 424
        ? refused(answer, requestId)
        : unansweredWrite(result);
    case "too_large":
      return unansweredWrite(result);
    case "not_licensed":
      return refused(answer, requestId);
    case "rejected": {
      const told = readError(answer.body).message;
      return told.toLowerCase().includes(JUSTIFICATION_HEADER) ? { ...result, kind: "approval_demanded" } : result;
    }
    default:
      return result;
  }
}

/** For a request that was sent and whose answer was lost or could not be read. */
export function unansweredWrite(
  failure: GraphFailure & { kind: "transient" | "malformed" | "too_large" },
): WriteFailure {
  return { kind: "unknown", detail: failure.detail, requestId: failure.requestId };
}

/** For what happened before the write was sent, which therefore was not applied. */
export function unsentWrite(failure: GraphFailure): WriteFailure {
  switch (failure.kind) {
    case "transient":
      return { ...failure, kind: "not_sent" };
    case "malformed":
    case "too_large":
      return { kind: "not_sent", detail: failure.detail, retryAfterSeconds: null, requestId: failure.requestId };
    case "not_licensed":
      return {
        kind: "rejected",
        status: 403,
        code: "NotLicensed",
        message: failure.message,
        requestId: failure.requestId,
      };
    default:
      return failure;
  }
}

function refused(answer: ExchangeAnswer, requestId: string | null): WriteFailure {
  const { code, message } = readError(answer.body);
  const { status } = answer;
  return { kind: "rejected", status, code: code || String(status), message: printableMessage(message), requestId };
}

/** As far as a header can carry it: one line of printable ASCII. */
function headerText(text: string): string {
  return (
    text
      .replace(/[^\x20-\x7e]+/g, "?")
      .trim()
      .slice(0, MAX_JUSTIFICATION_LENGTH) || "Restore"
  );
}
