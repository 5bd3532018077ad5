/** Requests for an approval: asking, and ends other than an approval. Carrying out is in `carrying-out.ts`, reading in `request-list.ts`. */
import type { ApprovalChange, ApprovalKind, ApprovalState } from "../../contract/approvals.ts";
import { MAX_WAITING_REQUESTS } from "../../contract/approvals.ts";
import type { AuditAction } from "../../contract/audit-actions.ts";
import { z } from "zod";
import { isoTime } from "../sql/time.ts";
import { auditEventWhere } from "../audit/audit-events.ts";
import { notFenced } from "../moves/fences.ts";
import type { TenantDatabase } from "../databases.ts";

export interface NewApprovalRequest {
  id: string;
  tenantId: string;
  kind: ApprovalKind;
  /** Normalized, as JSON. */
  input: string;
  change: ApprovalChange;
  hash: string;
  requesterId: string;
  reason: string;
  askedAt: number;
  endsAt: number;
  sealedSecret: string | null;
}

/** The longest change, as JSON, that an event repeats; of a longer one the hash stands for it, and the request has it. */
const TOLD_CHANGE_LENGTH = 4_000;

/**
 * Stores a request, unless an equal one waits; one that has expired does not count. `deduplicated` names the one that waits. `full`: as many
 * wait as may.
 */
export async function insertApprovalRequest(
  database: TenantDatabase,
  request: NewApprovalRequest,
): Promise<{ kind: "asked" | "deduplicated"; id: string } | { kind: "full" }> {
  const { id, tenantId, kind, change, hash, requesterId, reason, askedAt, endsAt } = request;
  const changeText = JSON.stringify(change);
  for (;;) {
    const ended = await endedWith(database, tenantId, hash, askedAt);
    const [inserted] = await database.batch([
      database
        .prepare(
          `insert into approval_requests (id, tenant_id, kind, input, change, hash, requester_id, reason, asked_at, ends_at, state, sealed_secret)
           select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'waiting', ?11
            where (select count(*) from approval_requests where tenant_id = ?2 and state = 'waiting') < ?12
           on conflict do nothing`,
        )
        .bind(
          id,
          tenantId,
          kind,
          request.input,
          changeText,
          hash,
          requesterId,
          reason,
          askedAt,
          endsAt,
          request.sealedSecret,
          MAX_WAITING_REQUESTS,
        ),
      auditEventWhere(
        database,
        {
          tenantId,
          at: askedAt,
          action: "approval.request",
          actorId: requesterId,
          targetKind: "approval-request",
          targetId: id,
          detail: {
            kind,
            hash,
            reason,
            state: "waiting",
            endsAt: isoTime(endsAt),
            ...(changeText.length <= TOLD_CHANGE_LENGTH ? { change } : {}),
          },
        },
        { condition: "exists (select 1 from approval_requests where id = ?9)", values: [id] },
      ),
    ]);
    if (inserted?.meta.changes === 1) return { kind: "asked", id };
    const waiting = await waitingWith(database, tenantId, hash);
    if (waiting !== null) return { kind: "deduplicated", id: waiting };
    if (ended === null) return { kind: "full" };
  }
}

const idSchema = z.object({ id: z.string() }).nullable();

/** The request that waits with a hash. */
async function waitingWith(database: TenantDatabase, tenantId: string, hash: string): Promise<string | null> {
  const found = await database
    .prepare("select id from approval_requests where tenant_id = ?1 and hash = ?2 and state = 'waiting'")
    .bind(tenantId, hash)
    .first();
  return idSchema.parse(found)?.id ?? null;
}

/** Ends the request of that hash whose time is over and that the sweep has not come to; its id, or null where there is none. */
async function endedWith(
  database: TenantDatabase,
  tenantId: string,
  hash: string,
  now: number,
): Promise<string | null> {
  const found = await database
    .prepare(
      "select id from approval_requests where tenant_id = ?1 and hash = ?2 and state = 'waiting' and ends_at <= ?3",
    )
    .bind(tenantId, hash, now)
    .first();
  const id = idSchema.parse(found)?.id ?? null;
  if (id !== null) await expire(database, { tenantId, requestId: id }, now);
  return id;
}

/** An end of a request that changes nothing else. `actorId` null: the product's own act. */
export interface RequestEnd {
  tenantId: string;
  requestId: string;
  actorId: string | null;
  at: number;
  reason: string | null;
}

/** Rejects a request of another person. False for one that does not wait. */
export function rejectRequest(database: TenantDatabase, end: RequestEnd): Promise<boolean> {
  return endRequest(database, end, "rejected", "requester_id <> @actor and ends_at > @at");
}

/** Takes a request of one's own back. False for one that does not wait. */
export function withdrawRequest(database: TenantDatabase, end: RequestEnd): Promise<boolean> {
  return endRequest(database, end, "withdrawn", "requester_id = @actor and ends_at > @at");
}

/** Ends a request that was approved and could not be carried out. False for one that does not wait. */
export function failRequest(
  database: TenantDatabase,
  end: RequestEnd,
  failure: { code: string; message: string },
): Promise<boolean> {
  return endRequest(database, end, "failed", "requester_id <> @actor", failure);
}

function expire(
  database: TenantDatabase,
  request: { tenantId: string; requestId: string },
  at: number,
): Promise<boolean> {
  return endRequest(database, { ...request, actorId: null, at, reason: null }, "expired", "ends_at <= @at");
}

const EXPIRED_PER_SWEEP = 100;
const rowSchema = z.object({ id: z.string(), tenant_id: z.string() });

/** Ends requests whose time is over; a bounded number. For the sweep: readers and deciders go by the time, not by this. */
export async function expireRequests(database: TenantDatabase, now: number): Promise<void> {
  const { results } = await database
    .prepare(
      `select id, tenant_id from approval_requests
        where state = 'waiting' and ends_at <= ?1 and ${notFenced("approval_requests.tenant_id")} order by ends_at limit ?2`,
    )
    .bind(now, EXPIRED_PER_SWEEP)
    .all();
  for (const row of results) {
    const { id: requestId, tenant_id: tenantId } = rowSchema.parse(row);
    await expire(database, { tenantId, requestId }, now);
  }
}

const ACTIONS: Readonly<Record<Exclude<ApprovalState, "waiting" | "carried_out">, AuditAction>> = {
  rejected: "approval.reject",
  withdrawn: "approval.withdraw",
  failed: "approval.fail",
  expired: "approval.expire",
};

/** One batch. The condition names the actor and the time. What was sealed is wiped. */
async function endRequest(
  database: TenantDatabase,
  { tenantId, requestId, actorId, at, reason }: RequestEnd,
  state: keyof typeof ACTIONS,
  condition: string,
  failure: { code: string; message: string } | null = null,
): Promise<boolean> {
  // The same condition with the event's parameters, then with the update's.
  const holds = (first: number): string =>
    `id = ?${first} and tenant_id = ?${first + 1} and state = 'waiting' and ${condition
      .replaceAll("@actor", `?${first + 2}`)
      .replaceAll("@at", `?${first + 3}`)}`;
  const values = [requestId, tenantId, actorId, at];
  const [event] = await database.batch([
    auditEventWhere(
      database,
      {
        tenantId,
        at,
        action: ACTIONS[state],
        actorId,
        targetKind: "approval-request",
        targetId: requestId,
        detail: { state, previousState: "waiting", reason, ...(failure === null ? {} : { failure }) },
        ...(actorId === null ? { origin: { way: "system" } } : {}),
      },
      {
        condition: holds(9),
        values,
        from: "approval_requests",
        detail: "json_object('kind', kind, 'hash', hash, 'requesterId', requester_id)",
      },
    ),
    database
      .prepare(
        `update approval_requests set state = ?5, decider_id = ?6, decided_at = ?4, decision_reason = ?7,
           failure_code = ?8, failure_message = ?9, sealed_secret = null where ${holds(1)}`,
      )
      .bind(
        ...values,
        state,
        // Nobody decides on a request that expires or is withdrawn.
        state === "expired" || state === "withdrawn" ? null : actorId,
        reason,
        failure?.code ?? null,
        failure?.message ?? null,
      ),
  ]);
  return event?.meta.changes === 1;
}
