/** Decisions on requests. All conditions are looked at when the decision is made; those of the two people once more in its transaction. */
import type { TenantAccess } from "../../access/guard.ts";
import { APPROVAL_KINDS, type ApprovalRequest, type ApprovalState } from "../../contract/approvals.ts";
import { PROBLEMS, type ProblemCode } from "../../contract/problems.ts";
import {
  failRequest,
  rejectRequest,
  type RequestEnd,
  withdrawRequest,
} from "../../database/approvals/approval-requests.ts";
import { ApprovalOverError, carryingOut } from "../../database/approvals/carrying-out.ts";
import { findRequest, readRequest, type StoredRequest } from "../../database/approvals/request-list.ts";
import { readMember, type User } from "../../database/tenancy/members.ts";
import { findMembership } from "../../database/tenancy/tenants.ts";
import { keysOf } from "../../environment.ts";
import { approvalSecretContext, openSecret } from "../../secrets/secret-box.ts";
import { ApiError } from "../routing/problems.ts";
import { orNotFound } from "../routing/requests.ts";
import { ACTS } from "./acts.ts";
import { requestHash } from "./request-hash.ts";
import type { TenantEnv } from "../../database/databases.ts";

/** Who decides. */
export interface Decider {
  env: TenantEnv;
  tenant: TenantAccess;
  user: User;
}

interface Failure {
  code: string;
  message: string;
}

/** What is not the request's fault: the person may try again. */
const PASSING: readonly ProblemCode[] = ["unavailable", "tenant_moving", "too_many_runs", "rate_limited"];

/** Approves a request and carries it out. One that cannot be carried out ends as `failed`, with the reason. */
export async function approveRequest(
  decider: Decider,
  requestId: string,
  { hash, reason }: { hash: string; reason: string | null },
): Promise<ApprovalRequest> {
  const { env, tenant, user } = decider;
  const now = Date.now();
  const request = await decidable(decider, requestId, now);
  if (hash !== request.hash) throw new ApiError("approval_hash_differs");
  const end: RequestEnd = { tenantId: tenant.id, requestId, actorId: user.id, at: now, reason };
  const failure = (await reasonAgainst(decider, request)) ?? (await carryOut(decider, request, { reason, at: now }));
  if (failure !== null) await failRequest(env.DATABASE, end, failure);
  const shown = orNotFound(await shownTo(decider, requestId));
  if (shown.state === "carried_out" || shown.state === "failed") return shown;
  throw over(shown.state);
}

export async function rejectAsked(decider: Decider, requestId: string, reason: string): Promise<ApprovalRequest> {
  const { env, tenant, user } = decider;
  const at = Date.now();
  await decidable(decider, requestId, at);
  const end = { tenantId: tenant.id, requestId, actorId: user.id, at, reason };
  const ended = await rejectRequest(env.DATABASE, end);
  return endedOr(decider, requestId, ended);
}

export async function withdrawAsked(decider: Decider, requestId: string): Promise<ApprovalRequest> {
  const { env, tenant, user } = decider;
  const at = Date.now();
  const request = orNotFound(await findRequest(env.DATABASE, tenant.id, requestId));
  if (request.requesterId !== user.id) {
    throw new ApiError("forbidden", { detail: "A request is withdrawn by the person who asked for it." });
  }
  const ended = await withdrawRequest(env.DATABASE, {
    tenantId: tenant.id,
    requestId,
    actorId: user.id,
    at,
    reason: null,
  });
  return endedOr(decider, requestId, ended);
}

async function endedOr(decider: Decider, requestId: string, ended: boolean): Promise<ApprovalRequest> {
  const shown = orNotFound(await shownTo(decider, requestId));
  if (!ended) throw over(shown.state);
  return shown;
}

function shownTo({ env, tenant, user }: Decider, requestId: string): Promise<ApprovalRequest | null> {
  const reader = { tenantId: tenant.id, userId: user.id, capabilities: tenant.capabilities, now: Date.now() };
  return readRequest(env.DATABASE, reader, requestId);
}

/** The request, if it waits and is the caller's to decide on. */
async function decidable({ env, tenant, user }: Decider, requestId: string, now: number): Promise<StoredRequest> {
  const request = orNotFound(await findRequest(env.DATABASE, tenant.id, requestId));
  if (!tenant.capabilities.includes(APPROVAL_KINDS[request.kind].capability)) throw new ApiError("forbidden");
  if (request.requesterId === user.id) {
    throw new ApiError("forbidden", { detail: "Nobody decides on their own request. Another person has to." });
  }
  if (request.state !== "waiting") throw over(request.state);
  if (request.endsAt <= now) throw over("expired");
  return request;
}

const OVER_WORDS: Readonly<Record<ApprovalState, string>> = {
  waiting: "It changed at the same moment. Try again.",
  carried_out: "It was approved and carried out.",
  failed: "It was approved, and could not be carried out.",
  rejected: "It was rejected.",
  withdrawn: "It was withdrawn.",
  expired: "It has expired. Ask again.",
};

function over(state: ApprovalState): ApiError {
  return new ApiError("approval_over", { detail: OVER_WORDS[state] });
}

/** Why the request cannot be carried out as it was asked for; null when nothing is against it. */
async function reasonAgainst({ env, tenant }: Decider, request: StoredRequest): Promise<Failure | null> {
  const { kind, input, requesterId } = request;
  const membership = await findMembership(env.DATABASE, requesterId, tenant.id);
  const member = await readMember(env.DATABASE, tenant.id, requesterId);
  if (member === null || member.disabled || membership === null) {
    return { code: "requester_gone", message: "The person who asked is no active member of this tenant any more." };
  }
  if (!membership.capabilities.includes(APPROVAL_KINDS[kind].capability)) {
    return { code: "requester_lost_right", message: "The role of the person who asked does not allow this any more." };
  }
  const change = await ACTS[kind].describe({ env, tenant }, JSON.parse(input)).catch(toFailure);
  if (change === null) {
    return { code: "gone", message: "What it was to change is not there any more." };
  }
  if ("code" in change) return change;
  if ((await requestHash({ tenantId: tenant.id, kind, input, change })) !== request.hash) {
    return {
      code: "changed",
      message: "What it would change is not what it was when it was asked for. Look at it, and ask again.",
    };
  }
  return null;
}

/** Null when it was carried out, or has ended otherwise. */
async function carryOut(
  { env, tenant, user }: Decider,
  request: StoredRequest,
  { reason, at }: { reason: string | null; at: number },
): Promise<Failure | null> {
  const { id: requestId, kind, hash, requesterId, sealedSecret } = request;
  const requester = orNotFound(await readMember(env.DATABASE, tenant.id, requesterId));
  const secret =
    sealedSecret === null
      ? null
      : await openSecret(keysOf(env), sealedSecret, approvalSecretContext(tenant.id, requestId));
  const context = {
    env,
    tenant: { id: tenant.id, slug: tenant.slug },
    actor: { id: requesterId, name: requester.name },
    secret,
    idempotencyKey: null,
  };
  const approval = { requestId, tenantId: tenant.id, kind, hash, requesterId, deciderId: user.id, reason, at };
  try {
    await carryingOut(approval, () => ACTS[kind].perform(context, JSON.parse(request.input)));
  } catch (error) {
    if (error instanceof ApprovalOverError) return null;
    return toFailure(error);
  }
  // Success without the batch that ends the request: there was nothing left to do.
  const after = await findRequest(env.DATABASE, tenant.id, requestId);
  return after?.state === "waiting"
    ? { code: "nothing_to_do", message: "It is so already, or is being done by another request." }
    : null;
}

/** What a refusal says against a request; what is not the request's fault is thrown on. */
function toFailure(error: unknown): Failure {
  if (!(error instanceof ApiError) || PASSING.includes(error.code)) throw error;
  return { code: error.code, message: messageOf(error) };
}

function messageOf({ code, detail, fields = [] }: ApiError): string {
  const named = fields.map(({ path, message }) => `${path} ${message}`).join("; ");
  const { title } = PROBLEMS[code];
  if (named !== "") return `${title}: ${named}.`;
  return detail ?? `${title}.`;
}
