/** Events of the audit log in words. */
import type { AuditEvent, AuditOrigin } from "../../contract/audit-events.ts";
import { isOperationType, OPERATION_TYPES } from "../../contract/operation-types.ts";

/** What an event is about, by the name that it had then; null where the event tells none. */
export function nameOf({ detail, target }: Pick<AuditEvent, "detail" | "target">): string | null {
  const { name, subject, type, archive } = detail;
  if (typeof type === "string") {
    const label = isOperationType(type) ? OPERATION_TYPES[type].label : type;
    return typeof subject === "string" && subject !== "" ? `${label}, ${subject}` : label;
  }
  if (typeof name === "string" && name !== "") return name;
  if (typeof archive === "string") return archive;
  return target.kind === "route" ? target.id : null;
}

const WAYS: Record<NonNullable<AuditOrigin["way"]>, string> = {
  local: "Local mode of the product",
  entra: "Signed in with Microsoft",
  access: "Cloudflare Access",
  token: "API token",
  run: "An operation",
  schedule: "A schedule",
  system: "The product itself",
};

/** Where an event comes from: terms and values, without what is not known. */
export function originFacts(origin: AuditOrigin): [string, string][] {
  const facts: [string, string | undefined][] = [
    ["By way of", origin.way === undefined ? undefined : WAYS[origin.way]],
    ["Known by", origin.issuer],
    ["As", origin.subject],
    ["Token", origin.tokenId],
    ["Operation", origin.runId],
    ["Schedule", origin.scheduleId],
    ["Address", origin.address],
    ["Request", origin.requestId],
  ];
  return facts.flatMap(([term, value]) => (value === undefined ? [] : [[term, value]]));
}
