/** Starts runs that people ask for. */
import type { Capability } from "../../contract/access.ts";
import { operationByType } from "../../operations/registry.ts";
import { declarationOf } from "../facts/declarations.ts";
import type { StartOutcome, StartRequest } from "../run-requests.ts";
import { beginRun, digest, firstAnswer } from "./begin-run.ts";

/** The capability that starting a type takes; null for a type that does not exist. */
export function operationCapability(type: string): Capability | null {
  return declarationOf(type)?.capability ?? null;
}

/** Starts a run, or finds the one that is active for the same work, or repeats the answer that a key was given before. */
export async function startRun(env: Env, request: StartRequest): Promise<StartOutcome> {
  const operation = operationByType(request.type);
  if (operation === null) return { kind: "unknown_type" };
  const parsed = operation.inputSchema.safeParse(request.input);
  if (!parsed.success) {
    const fields = parsed.error.issues.map((issue) => ({
      path: ["input", ...issue.path].join("."),
      message: issue.message,
    }));
    return { kind: "invalid_input", fields };
  }
  // Over what was asked for, not over what it comes to today: a repeated request is the same one whatever "newest" is by now.
  const requestHash = await digest(["request", request.type, JSON.stringify(parsed.data)]);
  if (operation.prepare !== undefined) {
    const known = await firstAnswer(env, request, requestHash);
    if (known !== null) return known;
  }
  const prepared = await operation.prepare?.(request.tenantId, parsed.data, env);
  if (prepared?.kind === "refused") {
    const fields = prepared.fields.map(({ path, message }) => ({ path: `input.${path}`, message }));
    return { kind: "invalid_input", fields };
  }
  if (prepared?.kind === "held") return { kind: "legal_hold", message: prepared.message };
  // The schema's output has its keys in the schema's order, so equal input has equal text.
  const inputJson = JSON.stringify(prepared?.input ?? parsed.data);
  const identity = await digest(["run", request.tenantId, request.type, inputJson]);
  return beginRun(env, request, {
    identity,
    requestHash,
    inputJson,
    subject: prepared?.subject ?? null,
    audited: prepared?.audited ?? {},
    retryOf: null,
  });
}
