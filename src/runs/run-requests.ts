/** What people ask of runs, and what they get: plain data, which routes and `database/` share with the verbs in `runs/edge/`. */
import type { Occasion } from "./facts/occasion.ts";
import type { ParentUnit } from "./facts/run-specification.ts";
import type { NewSet } from "./facts/new-set.ts";
import type { Proof, Run, StartedOperation } from "../contract/runs.ts";

export interface Actor {
  id: string;
  name: string;
}

export interface TenantRequest {
  tenantId: string;
  tenantSlug: string;
  actor: Actor;
}

export interface StartRequest extends TenantRequest {
  type: string;
  input: Record<string, unknown>;
  idempotencyKey: string | null;
  /** What a schedule starts it for; absent where a person does. */
  occasion?: Occasion;
  /** The unit of a run over tenants that it is started for; absent for all others. */
  parent?: ParentUnit;
  /** A backup set that comes into being with the run, or not at all: the input names it. */
  newSet?: NewSet;
}

export type StartOutcome =
  | { kind: "started"; status: 202; body: StartedOperation }
  | { kind: "deduplicated"; status: 200; body: StartedOperation }
  /** The Idempotency-Key was seen before: the first answer, word for word. */
  | { kind: "replayed"; status: number; body: StartedOperation }
  | { kind: "unknown_type" }
  | { kind: "invalid_input"; fields: { path: string; message: string }[] }
  | { kind: "idempotency_key_reused" }
  /** A legal hold keeps what the run would delete; nothing was started. */
  | { kind: "legal_hold"; message: string }
  /** The tenant has as many unfinished runs as it may have; nothing was started. */
  | { kind: "too_many_runs" }
  /** The tenant is to be deleted; nothing was started. */
  | { kind: "tenant_closing" | "tenant_moving" }
  /** Of a schedule's start: it was begun or ended meanwhile, or another occurrence is under way. Nothing was started. */
  | { kind: "occasion_over" };

/** A request about a run that there is. */
export interface RunRequest extends TenantRequest {
  runId: string;
  /** Of a retry: the unit of a run over tenants that the new run is started for. */
  parent?: ParentUnit;
}

/** What a new run does. */
export interface Work {
  /** Two unfinished runs never share it. */
  identity: string;
  /** SHA-256 of the request, for its Idempotency-Key; empty without one. */
  requestHash: string;
  /** Normalized input. */
  inputJson: string;
  /** What the run is about, by the names of now; null for a run of which nothing can be told. */
  subject: string | null;
  /** For the audit event of the start, beside the type. */
  audited: Readonly<Record<string, unknown>>;
  /** The run whose failed units this one does again. */
  retryOf: string | null;
}

export type CancelOutcome = { kind: "ok"; run: Run } | { kind: "not_found" } | { kind: "already_completed"; run: Run };

/** `nothing_to_pause`: the run has ended, or all of its units have. */
export type PauseOutcome = { kind: "ok"; run: Run } | { kind: "not_found" } | { kind: "nothing_to_pause" };

export type RetryOutcome =
  | { kind: "started" | "deduplicated"; body: StartedOperation }
  | { kind: "not_found" }
  | { kind: "nothing_to_retry" }
  | { kind: "not_finished" }
  | { kind: "too_many_runs" }
  | { kind: "tenant_closing" | "tenant_moving" };

export type ProofOutcome = { kind: "ok"; proof: Proof } | { kind: "not_found" };
