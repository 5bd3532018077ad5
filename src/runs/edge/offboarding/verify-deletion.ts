/** The proof: all is read again, and what is found is written down. */
import type { Verification } from "../../../contract/offboarding.ts";
import { auditEventWhere, PLATFORM_LOG } from "../../../database/audit/audit-events.ts";
import { advance, countLeft, type Deletion, endDeletion } from "../../../database/offboarding/removal.ts";
import { logEvent } from "../../../observability/log.ts";
import { tenantPrefix } from "../../../storage/tenant-contents.ts";
import { callGraphBudget } from "../../../graph-work/budget/graph-budget.ts";
import { callMetricsBoard } from "../../reading/metrics-board.ts";
import { callActivityHub } from "../../reading/activity-hub.ts";
import type { StepResult } from "./step-result.ts";
import type { TenantEnv } from "../../../database/databases.ts";

/** Times that the deletion begins again at what it has found, before it says that it is incomplete. */
const MAX_ROUNDS = 3;
const HOUR_MS = 3_600_000;

/** Makes the tenant's Graph budget and the board of metrics forget, and reads each table, the tenant's prefix in R2 and its hub again. Only when nothing is found, it is done. */
export async function verifyDeletion(env: TenantEnv, deletion: Deletion, now: number): Promise<StepResult> {
  const { tenantId, position } = deletion;
  await callGraphBudget(env, tenantId, (budget) => budget.forget());
  await callMetricsBoard(env, (board) => board.forgetTenant(tenantId));
  const verification: Verification = {
    at: new Date(now).toISOString(),
    rows: await countLeft(env.DATABASE, tenantId),
    objects: await countObjects(env.ARTIFACTS, tenantPrefix(tenantId)),
    sockets: await callActivityHub(env, tenantId, (hub) => hub.closeAll()),
  };
  const { rows, objects, sockets } = verification;
  const left = Object.values(rows).reduce((sum, count) => sum + count, objects + sockets);
  const again = { step: "uploads", phase: "Deleting files", after: "", table: 0 } as const;
  if (left > 0 && position.round + 1 < MAX_ROUNDS) {
    return { kind: "on", deletion: await advance(env.DATABASE, deletion, { ...again, round: position.round + 1 }) };
  }
  const status = left === 0 ? "deleted" : "incomplete";
  const event = auditEventWhere(
    env.DATABASE,
    {
      id: `${deletion.id}-${status}`,
      tenantId: PLATFORM_LOG,
      at: now,
      action: left === 0 ? "tenant.delete" : "tenant.delete-incomplete",
      actorId: deletion.requestedBy.id,
      targetKind: "tenant",
      targetId: tenantId,
      detail: { offboarding: deletion.id, left },
    },
    {
      from: "offboardings",
      condition: "offboardings.id = ?9 and offboardings.status = ?10",
      values: [deletion.id, status],
      detail: `json_object('name', tenant_name, 'auditHead', audit_seq || ':' || audit_hash, 'export', export_hash,
                 'rows', (select coalesce(sum(removed), 0) from offboarding_counts where offboarding_id = ?9 and kind = 'rows'),
                 'objects', (select coalesce(sum(removed), 0) from offboarding_counts where offboarding_id = ?9 and kind = 'objects'))`,
    },
  );
  const end = { status, verification, now, position: { ...position, ...again, round: 0 } } as const;
  await endDeletion(env.DATABASE, deletion, end, event);
  logEvent(left === 0 ? "info" : "error", `offboarding_${status}`, { offboardingId: deletion.id, tenantId, left });
  return left === 0 ? { kind: "ended" } : { kind: "later", afterMs: HOUR_MS };
}

async function countObjects(bucket: R2Bucket, prefix: string): Promise<number> {
  let count = 0;
  let after = "";
  for (;;) {
    const { objects, truncated } = await bucket.list({ prefix, ...(after === "" ? {} : { startAfter: after }) });
    count += objects.length;
    if (!truncated) return count;
    after = objects.at(-1)?.key ?? after;
  }
}
