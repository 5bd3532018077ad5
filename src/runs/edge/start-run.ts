/** Starts runs that people ask for. */
import type { z } from "zod";
import { operationByType } from "../../operations/registry.ts";
import type { Operation } from "../operation.ts";
import type { StartOutcome, StartRequest } from "../run-requests.ts";
import { beginRun, digest, firstAnswer } from "./begin-run.ts";
import type { TenantEnv } from "../../database/databases.ts";

/** A start's input as it would be stored now: parsed, normalized, and filled in from stored truth. Starts nothing. */
export async function normalizeStart(
  env: TenantEnv,
  { tenantId, type, input }: { tenantId: string; type: string; input: unknown },
): Promise<
  | { kind: "ready"; input: unknown }
  | { kind: "invalid_input"; fields: Fields }
  | { kind: "legal_hold"; message: string }
> {
  const operation = startableType(type);
  if (operation === null) return invalid([{ path: "type", message: "is not an operation type" }]);
  const parsed = operation.inputSchema.safeParse(input);
  if (!parsed.success) return invalid(fieldsOf(parsed.error));
  const prepared = await operation.prepare?.(tenantId, parsed.data, env);
  if (prepared?.kind === "refused") return invalid(preparedFields(prepared));
  if (prepared?.kind === "held") return { kind: "legal_hold", message: prepared.message };
  return { kind: "ready", input: prepared?.input ?? parsed.data };
}

/** Starts a run, or finds the one that is active for the same work, or repeats the answer that a key was given before. */
export async function startRun(env: TenantEnv, request: StartRequest): Promise<StartOutcome> {
  const operation = startableType(request.type);
  if (operation === null) return { kind: "unknown_type" };
  const parsed = operation.inputSchema.safeParse(request.input);
  if (!parsed.success) {
    return invalid(fieldsOf(parsed.error));
  }
  // Over what was asked for, not over what it comes to today: a repeated request is the same one whatever "newest" is by now.
  const requestHash = await digest(["request", request.type, JSON.stringify(parsed.data)]);
  if (operation.prepare !== undefined) {
    const known = await firstAnswer(env, request, requestHash);
    if (known !== null) return known;
  }
  const making = request.newSet === undefined ? undefined : { backupSet: request.newSet };
  const prepared = await operation.prepare?.(request.tenantId, parsed.data, env, making);
  if (prepared?.kind === "refused") {
    return invalid(preparedFields(prepared));
  }
  if (prepared?.kind === "held") return { kind: "legal_hold", message: prepared.message };
  // The schema's output has its keys in the schema's order, so equal input has equal text.
  const inputJson = JSON.stringify(prepared?.input ?? parsed.data);
  const identity = await digest(["run", request.tenantId, request.type, inputJson]);
  const newSet = prepared?.newSet ?? request.newSet;
  return beginRun(env, newSet === undefined ? request : { ...request, newSet }, {
    identity,
    requestHash,
    inputJson,
    subject: prepared?.subject ?? null,
    audited: prepared?.audited ?? {},
    retryOf: null,
  });
}

/** A type whose runs are started in a tenant. */
function startableType(type: string): Operation | null {
  const operation = operationByType(type);
  return operation?.overTenants === true ? null : operation;
}

type Fields = { path: string; message: string }[];

function invalid(fields: Fields): { kind: "invalid_input"; fields: Fields } {
  return { kind: "invalid_input", fields };
}

function fieldsOf(error: z.ZodError): Fields {
  return error.issues.map((issue) => ({ path: ["input", ...issue.path].join("."), message: issue.message }));
}

function preparedFields({ fields }: { fields: Fields }): Fields {
  return fields.map(({ path, message }) => ({ path: `input.${path}`, message }));
}
