/**
 * An approved change is made by the same code as a change that needs no approval. That code does not know of approvals: what the work of now
 * is approved by follows it through every `await`, as its origin does, and `applyChange` ends the request in the batch of the change.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { type ApprovalKind, APPROVAL_KINDS } from "../../contract/approvals.ts";
import { currentOrigin, withOrigin } from "../../observability/origin.ts";
import { auditEventWhere } from "../audit/audit-events.ts";
import { mayDo } from "./may-do.ts";
import type { TenantDatabase } from "../databases.ts";

/** An approval, while what it is for is done. */
export interface Approval {
  requestId: string;
  tenantId: string;
  kind: ApprovalKind;
  hash: string;
  requesterId: string;
  deciderId: string;
  /** Why it is approved; null where nothing was said. */
  reason: string | null;
  /** Milliseconds since the epoch. */
  at: number;
}

/** The request ended otherwise in between, or one of the two people lost the right: nothing was changed. */
export class ApprovalOverError extends Error {
  override name = "ApprovalOverError";
}

const approvals = new AsyncLocalStorage<Approval>();

/**
 * Does the work that an approval is for. Its audit events name the request and the person who approved it; their actor is the requester.
 * @throws {ApprovalOverError} when the request does not wait any more at the moment of the change.
 */
export function carryingOut<T>(approval: Approval, work: () => Promise<T>): Promise<T> {
  const origin = { ...currentOrigin(), approvalId: approval.requestId, approvedBy: approval.deciderId };
  return approvals.run(approval, () => withOrigin(origin, work));
}

/** What a statement of a change came to. */
export interface Applied {
  meta: { changes: number };
}

const EVENTS_LOOKED_AT = 8;

/**
 * Runs the statements of a change as one batch: what `batch` does, and what each change that may need an approval goes through. Within
 * `carryingOut` the batch also ends the request. Either all of it holds or nothing: a change is told by its audit event, and a batch that
 * writes none counts as one that changed nothing.
 */
export async function applyChange(
  database: TenantDatabase,
  statements: readonly D1PreparedStatement[],
): Promise<readonly Applied[]> {
  const approval = approvals.getStore();
  if (approval === undefined) return database.batch([...statements]);
  const decisionId = crypto.randomUUID();
  try {
    const results = await database.batch([
      claim(database, approval, decisionId),
      ...statements,
      approveEvent(database, approval, decisionId),
      orNothing(database, approval, decisionId),
    ]);
    return results.slice(1, 1 + statements.length);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (!(await isOpen(database, approval))) throw new ApprovalOverError("The request does not wait any more");
    return statements.map(() => ({ meta: { changes: 0 } }));
  }
}

/** Parameters: request, tenant, now, requester, decider. */
const OPEN = (kind: ApprovalKind): string =>
  `id = ?1 and tenant_id = ?2 and state = 'waiting' and ends_at > ?3 and requester_id = ?4 and requester_id <> ?5
   and ${mayDo("?2", "?4", APPROVAL_KINDS[kind].capability)} and ${mayDo("?2", "?5", APPROVAL_KINDS[kind].capability)}`;

const openValues = ({ requestId, tenantId, at, requesterId, deciderId }: Approval): (string | number)[] => [
  requestId,
  tenantId,
  at,
  requesterId,
  deciderId,
];

function claim(database: TenantDatabase, approval: Approval, decisionId: string): D1PreparedStatement {
  return database
    .prepare(
      `update approval_requests
          set state = 'carried_out', decided_at = ?3, decider_id = ?5, decision_reason = ?6, decision_id = ?7, sealed_secret = null
        where ${OPEN(approval.kind)}`,
    )
    .bind(...openValues(approval), approval.reason, decisionId);
}

function approveEvent(database: TenantDatabase, approval: Approval, decisionId: string): D1PreparedStatement {
  const { tenantId, at, deciderId, requestId, requesterId, kind, hash, reason } = approval;
  return auditEventWhere(
    database,
    {
      tenantId,
      at,
      action: "approval.approve",
      actorId: deciderId,
      targetKind: "approval-request",
      targetId: requestId,
      detail: { kind, hash, requesterId, state: "carried_out", previousState: "waiting", reason },
    },
    {
      condition: "exists (select 1 from approval_requests where id = ?9 and decision_id = ?10)",
      values: [requestId, decisionId],
    },
  );
}

/**
 * Notes the run that was started. Breaks a rule of the table, and so undoes the batch, unless this attempt has ended the request and the change
 * has written its event.
 */
function orNothing(
  database: TenantDatabase,
  { requestId, tenantId }: Approval,
  decisionId: string,
): D1PreparedStatement {
  const event = `from audit_events
                  where tenant_id = ?3 and seq > 0 and action <> 'approval.approve' and json_extract(origin, '$.approvalId') = ?1
                    and seq > (select max(seq) from audit_events where tenant_id = ?3 and seq > 0) - ${EVENTS_LOOKED_AT}`;
  return database
    .prepare(
      `update approval_requests
          set state = case when decision_id = ?2 and exists (select 1 ${event}) then state end,
              run_id = (select target_id ${event} and target_kind = 'operation')
        where id = ?1`,
    )
    .bind(requestId, decisionId, tenantId);
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.message.includes("approval_requests.state");
}

async function isOpen(database: TenantDatabase, approval: Approval): Promise<boolean> {
  const found = await database
    .prepare(`select 1 from approval_requests where ${OPEN(approval.kind)}`)
    .bind(...openValues(approval))
    .first();
  return found !== null;
}
