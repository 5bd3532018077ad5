/** What a failed reading or connection means for its unit, in words for the people who have to act on it. Pure. */
import { permissionToGrant } from "../graph/calls/classify.ts";
import type { Family } from "../graph/families/family.ts";
import type { GraphFailure } from "../graph/calls/result.ts";
import { SERVICE_GROUPS, type ServiceGroup } from "../graph/calls/service-groups.ts";
import type { UnitResult } from "../runs/operation.ts";
import type { Connecting } from "./connect.ts";

export type Unsuccessful = Exclude<UnitResult, { kind: "succeeded" | "skipped" }>;

const TRANSIENT_DELAY_SECONDS = 10;
const THROTTLED_DELAY_SECONDS = 15;
/** Beyond this a Retry-After is not believed; the unit asks again and is told again. */
const MAX_DELAY_SECONDS = 3_600;

/** Not "not found": what that means is for each operation to say. */
export type UnreadableFailure = Exclude<GraphFailure, { kind: "not_found" }>;

/**
 * Waiting helps against throttling and outages; nothing else is tried again. `again` is the sentence that says how to do it
 * later: "Start the sync again later to read this family."
 */
export function graphFailureResult(failure: UnreadableFailure, family: Family, again: string): Unsuccessful {
  if (failure.kind !== "permission_missing") return unansweredResult(failure, again);
  const permission = permissionToGrant(failure.named, family.reading.permission);
  return failed(
    "permission_missing",
    `The application lacks ${permission}. Grant it in Microsoft Entra with admin consent, then retry.`,
  );
}

/** Likewise for what says nothing of a permission, and so nothing of what was asked for. */
export function unansweredResult(
  failure: Exclude<UnreadableFailure, { kind: "permission_missing" }>,
  again: string,
): Unsuccessful {
  switch (failure.kind) {
    case "throttled":
      if (failure.unsent?.cause === "paced") {
        return {
          kind: "deferred",
          delaySeconds: wholeSeconds(failure.retryAfterSeconds, THROTTLED_DELAY_SECONDS),
          reasonCode: "waiting_for_graph",
          message: turnMessage(failure.unsent.group),
          uncounted: true,
        };
      }
      return {
        kind: "deferred",
        delaySeconds: wholeSeconds(failure.retryAfterSeconds, THROTTLED_DELAY_SECONDS),
        reasonCode: "throttled",
        message: `Microsoft Graph is limiting requests to this tenant. ${again}`,
      };
    case "transient":
      return {
        kind: "deferred",
        delaySeconds: wholeSeconds(failure.retryAfterSeconds, TRANSIENT_DELAY_SECONDS),
        reasonCode: failure.lacksPart === true ? "part_not_found" : "graph_unavailable",
        message: `${failure.detail}. ${again}`,
      };
    case "aborted":
      return {
        kind: "deferred",
        delaySeconds: 1,
        reasonCode: "interrupted",
        message: `The reading was interrupted. ${again}`,
      };
    case "unauthorized":
      return failed(
        "credentials_rejected",
        `Microsoft refused the application's credentials (${printable(failure.code)}). Renew the client secret or certificate in the tenant's connection, then retry.`,
      );
    case "malformed":
      return failed(
        "malformed_response",
        `Microsoft Graph's answer could not be read: ${failure.detail}. Nothing was changed; retry later.`,
      );
    case "too_large":
      return failed("answer_too_large", `${failure.detail}, also in the smallest pages. Nothing was changed.`);
    case "not_licensed":
      return failed(
        "intune_not_licensed",
        `This tenant has no Intune licence, so Microsoft Graph does not offer its policies. Microsoft Graph says: “${failure.message}”.`,
      );
    case "rejected":
      return failed(
        "graph_rejected",
        `Microsoft Graph refused the request (${failure.status} ${printable(failure.code)}). Nothing was changed.`,
      );
    case "over_budget":
      return failed(
        "over_budget",
        `${failure.detail}. Nothing was changed; retry when Microsoft Graph answers faster.`,
      );
  }
}

/** Of a unit that waits for its turn: nothing has failed. */
export function turnMessage(group: ServiceGroup): string {
  return `Other work of this tenant has its turn first: Microsoft Graph limits ${SERVICE_GROUPS[group].words}.`;
}

/** Why one policy could not be read while others of its family were: a code, and a sentence that may stand beside its name. */
export function unreadReason(failure: GraphFailure, family: Family): { reasonCode: string; message: string } {
  switch (failure.kind) {
    case "not_found":
      return {
        reasonCode: "not_found",
        message: "Microsoft Graph lists it, and does not find it or a part of it (404).",
      };
    case "permission_missing":
      return {
        reasonCode: "permission_missing",
        message: `Microsoft Graph refuses it to the application (403). It may lack ${permissionToGrant(failure.named, family.reading.permission)}.`,
      };
    case "transient":
      return { reasonCode: "graph_unavailable", message: `${failure.detail}.` };
    case "rejected":
      return {
        reasonCode: "graph_rejected",
        message: `Microsoft Graph refuses it (${failure.status} ${printable(failure.code)}). ${failure.message}`.trim(),
      };
    case "malformed":
      return { reasonCode: "malformed_response", message: `${failure.detail}.` };
    case "too_large":
      return { reasonCode: "answer_too_large", message: `${failure.detail}.` };
    default: {
      const { reasonCode, message } = graphFailureResult(failure, family, "");
      return { reasonCode, message: message.trim() };
    }
  }
}

/** Names that a unit's message spells out; the inventory lists all. */
const MAX_NAMES = 10;

/** What a unit says whose family was read except for some policies. */
export function partlyReadMessage(names: readonly string[]): string {
  const more = names.length - MAX_NAMES;
  const listed =
    names
      .slice(0, MAX_NAMES)
      .map((name) => `“${name}”`)
      .join(", ") + (more > 0 ? ` and ${more} more` : "");
  const [count, they] = names.length === 1 ? ["1 policy", "It is"] : [`${names.length} policies`, "They are"];
  return `${count} could not be read: ${listed}. ${they} kept as last known; all others were read.`;
}

export function connectionResult(connecting: Exclude<Connecting, { kind: "connected" }>): Unsuccessful {
  switch (connecting.kind) {
    case "not_connected":
      return failed("not_connected", "This tenant is not connected to Microsoft Graph. Connect it, then retry.");
    case "connection_unusable":
      return failed("connection_unusable", UNUSABLE[connecting.cause]);
  }
}

const UNUSABLE = {
  secret: "The tenant's stored client secret cannot be opened. Enter it again in the tenant's connection, then retry.",
  cloud: "The cloud of the tenant's connection is not available here. Correct the connection, then retry.",
  application:
    "The application that an administrator consented to is not this deployment's any more. Give the consent again in the tenant's connection, then retry.",
} as const;

/** An outage that outlives this many deferrals is told rather than waited for; throttling may take the type's whole allowance. */
const MAX_OUTAGE_DEFERRALS = 3;
const OUTAGES: ReadonlySet<string> = new Set(["graph_unavailable", "part_not_found", "storage_unavailable"]);

/** Turns a deferral into its failure once the unit has waited for an outage often enough. */
export function withinPatience(result: UnitResult, deferrals: number): UnitResult {
  if (result.kind !== "deferred" || !OUTAGES.has(result.reasonCode) || deferrals < MAX_OUTAGE_DEFERRALS) return result;
  return failed(result.reasonCode, result.message);
}

export function failed(reasonCode: string, message: string): Unsuccessful {
  return { kind: "failed", reasonCode, message };
}

function wholeSeconds(seconds: number | null, otherwise: number): number {
  return Math.min(MAX_DELAY_SECONDS, Math.max(1, Math.ceil(seconds ?? otherwise)));
}

/** A code from outside, as far as it may stand in a sentence of ours. */
function printable(code: string): string {
  return code.replace(/[^\w.-]/g, "").slice(0, 60) || "no code";
}
