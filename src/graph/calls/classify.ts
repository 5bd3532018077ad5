/** From an answer's status, headers and error body to a typed result. Pure. */
import { z } from "zod";
import { parseRetryAfterMs } from "./backoff.ts";
import { malformed, ok, type GraphResult } from "./result.ts";

/** An answer with its body parsed; also the shape of one part of a `$batch`. */
export interface GraphAnswer {
  status: number;
  /** Case-insensitive look-up. */
  header: (name: string) => string | null;
  /** `undefined` stands for a body that is not JSON. */
  body: unknown;
}

/** Graph's error envelope, and the token endpoint's. */
const errorSchema = z.union([
  z
    .object({ error: z.object({ code: z.string().default(""), message: z.string().default("") }) })
    .transform((e) => e.error),
  z
    .object({ error: z.string(), error_description: z.string().default("") })
    .transform((e) => ({ code: e.error, message: e.error_description })),
]);

/** `DeviceManagementConfiguration.Read.All`, `Policy.ReadWrite.ConditionalAccess`. */
const PERMISSION = /\b[A-Z][A-Za-z]+(?:-[A-Z][A-Za-z]+)*\.(?:Read|ReadWrite)\.[A-Z][A-Za-z]+\b/g;
/** Characters of a message in which permissions are looked for: the pattern takes time that grows with the square of them. */
const MAX_MATCHED = 2_000;
/** 403 as well, but no permission would help: the tenant lacks the licence. */
const LICENCE_CODE = /NonPremium/;

/** Classifies an answer. The value of `ok` is the parsed body, `null` for an empty answer (204). */
export function classify(answer: GraphAnswer, now: number): GraphResult<unknown> {
  const requestId = answer.header("request-id");
  const { status } = answer;
  if (status === 204) return ok(null, requestId);
  if (status >= 200 && status < 300) {
    return answer.body === undefined
      ? malformed("The answer is not well-formed JSON", requestId)
      : ok(answer.body, requestId);
  }
  const { code, message } = readError(answer.body);
  const retryAfterMs = parseRetryAfterMs(answer.header("retry-after"), now);
  const retryAfterSeconds = retryAfterMs === null ? null : retryAfterMs / 1000;
  if (status === 429 || status === 509) return { kind: "throttled", retryAfterSeconds, requestId };
  if (status === 408 || status === 424 || (status >= 500 && status !== 501)) {
    return { kind: "transient", detail: `Microsoft Graph answered ${status}`, retryAfterSeconds, requestId };
  }
  const unlicensed = status === 400 || status === 401 || status === 403 ? withoutIntune(message) : null;
  if (unlicensed !== null) return { kind: "not_licensed", message: unlicensed, requestId };
  if (status === 401) return { kind: "unauthorized", code: code || "401", requestId };
  if (status === 403 && !LICENCE_CODE.test(code)) {
    const named = [...new Set(message.slice(0, MAX_MATCHED).match(PERMISSION) ?? [])];
    return { kind: "permission_missing", named, message: printableMessage(message), requestId };
  }
  if (status === 404) return { kind: "not_found", requestId };
  if (status >= 400) {
    return { kind: "rejected", status, code: code || String(status), message: printableMessage(message), requestId };
  }
  return malformed(`Microsoft Graph answered ${status}`, requestId);
}

/** Intune's own word for a tenant that it does not know, with 400. */
const NOT_APPLICABLE = /not applicable to target tenant/i;
/** Likewise with 401 and 403. A missing permission and a refused token are said by Graph, which writes no `ErrorCode`. */
const intuneRefusalSchema = z.object({ ErrorCode: z.enum(["Unauthorized", "Forbidden"]), Message: z.string() });

/** What Intune says to a tenant that has no licence for it; null when the message is of something else. */
function withoutIntune(message: string): string | null {
  if (NOT_APPLICABLE.test(message)) return printableMessage(message);
  return intuneRefusalSchema.safeParse(jsonIn(message)).success ? printableMessage(message) : null;
}

/** Long enough for Graph's own sentence; what follows are ids and addresses for its support. */
const MAX_MESSAGE_LENGTH = 400;
/** Intune's message is JSON in a string, with the sentence in `Message`. */
const intuneMessageSchema = z.object({ Message: z.string() });
const SUPPORT_DETAILS = / - Operation ID \(for customer support\):.*$/s;

/** What Graph says in an error, as it may be shown to the tenant's people: one line, without control characters, cut. */
export function printableMessage(message: string): string {
  const sentence = innerMessage(message)
    .replace(SUPPORT_DETAILS, "")
    .replace(/[\p{C}\s]+/gu, " ")
    .trim();
  return (sentence.length > MAX_MESSAGE_LENGTH ? `${sentence.slice(0, MAX_MESSAGE_LENGTH)}…` : sentence).toWellFormed();
}

function innerMessage(message: string): string {
  const parsed = intuneMessageSchema.safeParse(jsonIn(message));
  return parsed.success ? parsed.data.Message : message;
}

/** The JSON that a message is; undefined when it is plain text. */
function jsonIn(message: string): unknown {
  if (!message.startsWith("{")) return undefined;
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}

/** Graph's error code and message, empty where the body tells none. */
export function readError(body: unknown): { code: string; message: string } {
  const parsed = errorSchema.safeParse(body);
  return parsed.success ? parsed.data : { code: "", message: "" };
}

/**
 * The permission to name to a person: the family's own when Graph's list contains it or names none, else the least of those
 * that it names (Graph lists the writing twin beside the reading one, and either would do).
 */
export function permissionToGrant(named: readonly string[], familyPermission: string): string {
  if (named.length === 0 || named.includes(familyPermission)) return familyPermission;
  return named.find((permission) => permission.includes(".Read.")) ?? named[0] ?? familyPermission;
}

/** Likewise for a write: no reading permission would do, unless it is the only one that Graph asks for. */
export function permissionToGrantForWriting(named: readonly string[], writePermission: string): string {
  if (named.length === 0 || named.includes(writePermission)) return writePermission;
  return named.find((permission) => permission.includes(".ReadWrite.")) ?? named[0] ?? writePermission;
}
