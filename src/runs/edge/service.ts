/** Starting, canceling, retrying and proving runs: what the routes call. Reads and writes D1; commands go to the run's object. */
import { sha256Hex } from "../../digests/sha256.ts";
import { type Capability } from "../../contract/access.ts";
import { type Proof, type Run, type StartedOperation } from "../../contract/runs.ts";
import { normalizeSummaryCounts } from "../../contract/summary-counts.ts";
import { auditEventStatement } from "../../database/tenancy/audit-events.ts";
import { type KeyOwner, keyedAnswerStatement, readKeyedAnswer } from "../../database/runs/idempotency-keys.ts";
import { readActiveRunRow, readRetryRow, readRunInput, readRunRow } from "../../database/runs/operation-runs.ts";
import { insertRun } from "../../database/runs/run-writing.ts";
import { errorFields, logEvent } from "../../observability/log.ts";
import { operationByType } from "../../operations/registry.ts";
import { declarationOf } from "../declarations.ts";
import type { ProjectionRow } from "../projection-row.ts";
import { present } from "./run-reader.ts";
import type { RunSpecification } from "../run-store.ts";

export interface Actor {
  id: string;
  name: string;
}

interface TenantRequest {
  tenantId: string;
  tenantSlug: string;
  actor: Actor;
}

export interface StartRequest extends TenantRequest {
  type: string;
  input: Record<string, unknown>;
  idempotencyKey: string | null;
}

export type StartOutcome =
  | { kind: "started"; status: 202; body: StartedOperation }
  | { kind: "deduplicated"; status: 200; body: StartedOperation }
  /** The Idempotency-Key was seen before: the first answer, word for word. */
  | { kind: "replayed"; status: number; body: StartedOperation }
  | { kind: "unknown_type" }
  | { kind: "invalid_input"; fields: { path: string; message: string }[] }
  | { kind: "idempotency_key_reused" };

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
  const key = keyOf(request);
  if (operation.prepare !== undefined && key !== null) {
    const known = await readFirstAnswer(env, key, requestHash);
    if (known !== null) return known;
  }
  const prepared = await operation.prepare?.(request.tenantId, parsed.data, env);
  if (prepared?.kind === "refused") {
    const fields = prepared.fields.map(({ path, message }) => ({ path: `input.${path}`, message }));
    return { kind: "invalid_input", fields };
  }
  // The schema's output has its keys in the schema's order, so equal input has equal text.
  const inputJson = JSON.stringify(prepared?.input ?? parsed.data);
  const subject = prepared?.subject ?? null;
  const identity = await digest(["run", request.tenantId, request.type, inputJson]);
  return begin(env, request, { identity, requestHash, inputJson, subject, retryOf: null });
}

interface Work {
  identity: string;
  requestHash: string;
  inputJson: string;
  subject: string | null;
  retryOf: string | null;
}

async function begin(env: Env, request: StartRequest, work: Work): Promise<StartOutcome> {
  const { tenantId, tenantSlug, actor } = request;
  const { requestHash, retryOf } = work;
  const key = keyOf(request);
  // An active run may finish, and a key may be stored, between our insert and our look: then the next round decides.
  for (let round = 0; round < 5; round += 1) {
    if (key !== null) {
      const known = await readFirstAnswer(env, key, requestHash);
      if (known !== null) return known;
    }
    const row = newRow(request, work);
    const body: StartedOperation = { run: present(row, tenantSlug), deduplicated: false };
    const { id, type, createdAt } = row;
    const run = { id, tenantId, type, ...work, actorId: actor.id, createdAt };
    const answer = key === null ? null : { ...key, requestHash, runId: id, status: 202, body, at: Date.now() };
    if (await insertRun(env.DATABASE, run, answer)) {
      await wake(env, {
        runId: id,
        tenantId,
        tenantSlug,
        type,
        input: JSON.parse(work.inputJson),
        subject: work.subject,
        initiator: { id: actor.id, name: actor.name },
        retryOf,
        createdAt,
      });
      return { kind: "started", status: 202, body };
    }
    const active =
      retryOf === null
        ? await readActiveRunRow(env.DATABASE, tenantId, work.identity)
        : await readRetryRow(env.DATABASE, tenantId, retryOf);
    if (active === null) continue;
    const found: StartedOperation = { run: present(active, tenantSlug), deduplicated: true };
    if (key !== null) {
      const answer = { ...key, requestHash, runId: active.id, status: 200, body: found, at: Date.now() };
      await keyedAnswerStatement(env.DATABASE, answer).run();
      const known = await readFirstAnswer(env, key, requestHash);
      if (known !== null && (known.kind !== "replayed" || known.body.run.id !== active.id)) return known;
    }
    return { kind: "deduplicated", status: 200, body: found };
  }
  throw new Error("a run of this identity kept appearing and disappearing");
}

function newRow(request: StartRequest, work: Work): ProjectionRow {
  return {
    id: `run_${crypto.randomUUID()}`,
    tenantId: request.tenantId,
    type: request.type,
    status: "queued",
    outcome: "pending",
    sealed: false,
    finalizerPending: false,
    phase: null,
    summaryCounts: {},
    failure: null,
    result: null,
    subject: work.subject,
    extent: null,
    initiator: { id: request.actor.id, name: request.actor.name },
    retryOf: work.retryOf,
    version: 1,
    createdAt: Date.now(),
    startedAt: null,
    completedAt: null,
  };
}

/** The request's key; null for a request without one. */
function keyOf({ tenantId, actor, idempotencyKey: key }: StartRequest): KeyOwner | null {
  return key === null ? null : { tenantId, userId: actor.id, key };
}

async function readFirstAnswer(env: Env, key: KeyOwner, requestHash: string): Promise<StartOutcome | null> {
  const answer = await readKeyedAnswer(env.DATABASE, key);
  if (answer === null) return null;
  if (answer.requestHash !== requestHash) return { kind: "idempotency_key_reused" };
  return { kind: "replayed", status: answer.status, body: answer.body };
}

/** Creates or wakes the run's object. A failure is left to the sweep: the row in D1 says that the run has to be. */
export async function wake(env: Env, specification: RunSpecification): Promise<void> {
  try {
    await env.OPERATION_RUNS.getByName(specification.runId).start(specification);
  } catch (error) {
    const { runId, tenantId } = specification;
    logEvent("error", "run_wake_failed", { runId, tenantId, ...errorFields(error) });
  }
}

export type CancelOutcome = { kind: "ok"; run: Run } | { kind: "not_found" } | { kind: "already_completed"; run: Run };

/** Cancels: the object decides, once; the answer is what it will project. */
export async function cancelRun(env: Env, request: TenantRequest & { runId: string }): Promise<CancelOutcome> {
  const { tenantId, tenantSlug, runId, actor } = request;
  const row = await readRunRow(env.DATABASE, tenantId, runId);
  if (row === null) return { kind: "not_found" };
  if (row.status === "completed") return { kind: "already_completed", run: present(row, tenantSlug) };
  const answer = await env.OPERATION_RUNS.getByName(runId).cancel(await specificationOf(env, row, tenantSlug));
  const run = present(answer.row, tenantSlug);
  if (!answer.canceled) return { kind: "already_completed", run };
  const event = {
    tenantId,
    at: Date.now(),
    action: "operation.cancel",
    actorId: actor.id,
    targetKind: "operation",
    targetId: runId,
  };
  await auditEventStatement(env.DATABASE, { ...event, detail: { type: row.type } }).run();
  return { kind: "ok", run };
}

async function specificationOf(env: Env, row: ProjectionRow, tenantSlug: string): Promise<RunSpecification> {
  return {
    runId: row.id,
    tenantId: row.tenantId,
    tenantSlug,
    type: row.type,
    input: await readRunInput(env.DATABASE, row.id),
    subject: row.subject,
    initiator: row.initiator,
    retryOf: row.retryOf,
    createdAt: row.createdAt,
  };
}

export type RetryOutcome =
  | { kind: "started" | "deduplicated"; body: StartedOperation }
  | { kind: "not_found" }
  | { kind: "nothing_to_retry" }
  | { kind: "not_finished" };

/** Starts the one retry that a run can have, of its failed units only; pressed again, answers with that same run. */
export async function retryRun(env: Env, request: TenantRequest & { runId: string }): Promise<RetryOutcome> {
  const { tenantId, tenantSlug, runId } = request;
  const row = await readRunRow(env.DATABASE, tenantId, runId);
  if (row === null) return { kind: "not_found" };
  const existing = await readRetryRow(env.DATABASE, tenantId, runId);
  if (existing !== null) {
    return { kind: "deduplicated", body: { run: present(existing, tenantSlug), deduplicated: true } };
  }
  if (row.status !== "completed") return { kind: "not_finished" };
  if (!retriable(row)) return { kind: "nothing_to_retry" };
  const { input } = await specificationOf(env, row, tenantSlug);
  const inputJson = JSON.stringify(input);
  const { subject } = row;
  const identity = await digest(["retry", tenantId, row.type, runId]);
  const start: StartRequest = { ...request, type: row.type, input: {}, idempotencyKey: null };
  const outcome = await begin(env, start, { identity, requestHash: "", inputJson, subject, retryOf: runId });
  if (outcome.kind === "started" || outcome.kind === "deduplicated") return { kind: outcome.kind, body: outcome.body };
  throw new Error(`a retry cannot come to ${outcome.kind}`);
}

/** Units that failed can be done again; what is only worth something whole, also when something else made it come to nothing. */
function retriable(row: ProjectionRow): boolean {
  const declaration = declarationOf(row.type);
  if (declaration === null || declaration.progressMode === "phased") return false;
  if (declaration.retry === "everything") return row.outcome === "failed" || row.outcome === "partially_succeeded";
  return (normalizeSummaryCounts(row.summaryCounts).failed ?? 0) > 0;
}

/** Recounts the run's ledger and sets it beside the projection. */
export async function proveRun(
  env: Env,
  request: { tenantId: string; runId: string },
): Promise<{ kind: "ok"; proof: Proof } | { kind: "not_found" }> {
  const { tenantId, runId } = request;
  if ((await readRunRow(env.DATABASE, tenantId, runId)) === null) return { kind: "not_found" };
  const ledger = await env.OPERATION_RUNS.getByName(runId).proof();
  // The projection is read after the ledger, so that it can only be as new or newer.
  const row = await readRunRow(env.DATABASE, tenantId, runId);
  if (row === null) return { kind: "not_found" };
  const projected = normalizeSummaryCounts(row.summaryCounts);
  const projection = {
    total: projected.total ?? 0,
    processed: projected.processed ?? 0,
    succeeded: projected.succeeded ?? 0,
    failed: projected.failed ?? 0,
    skipped: projected.skipped ?? 0,
  };
  const recountedAt = new Date().toISOString();
  if (ledger === null) {
    const none = { total: 0, processed: 0, succeeded: 0, failed: 0, skipped: 0 };
    const empty = { deliveries: 0, duplicatesSuppressed: 0, redispatched: 0 };
    const drift = projection.processed > 0 || row.status === "completed";
    return { kind: "ok", proof: { ledger: none, projection, ...empty, drift, projectionPending: !drift, recountedAt } };
  }
  const { succeeded, failed, skipped } = ledger.recounted;
  const recounted = { total: ledger.total ?? 0, processed: succeeded + failed + skipped, succeeded, failed, skipped };
  const projectionPending = row.version < ledger.version;
  const countsDiffer = KINDS.some((kind) => ledger.recounted[kind] !== ledger.running[kind]);
  const projectionDiffers =
    row.version === ledger.version && (["total", ...KINDS] as const).some((key) => recounted[key] !== projection[key]);
  return {
    kind: "ok",
    proof: {
      ledger: recounted,
      projection,
      deliveries: ledger.deliveries,
      duplicatesSuppressed: ledger.duplicatesSuppressed,
      redispatched: ledger.redispatched,
      drift: countsDiffer || ledger.settledTwice > 0 || projectionDiffers,
      projectionPending,
      recountedAt,
    },
  };
}

const KINDS = ["succeeded", "failed", "skipped"] as const;

function digest(parts: string[]): Promise<string> {
  return sha256Hex(JSON.stringify(parts));
}
