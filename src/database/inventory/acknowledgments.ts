/** What people say of policies that cannot be read. Each decision is one batch with its audit event; all or nothing. */
import type { AuditAction } from "../../contract/audit-actions.ts";
import { auditEventWhere } from "../audit/audit-events.ts";
import { isoTime } from "../sql/time.ts";
import { decodePolicyId } from "./policy-id.ts";
import type { TenantDatabase } from "../databases.ts";

export interface Acknowledging {
  tenantId: string;
  /** The policy's outside id. */
  policyId: string;
  actorId: string;
  /** Milliseconds since the epoch. */
  at: number;
}

/**
 * Acknowledges until a time that the policy cannot be read, for the reason that it has now; acknowledged again, reason and time are the
 * new ones. Nothing is changed for a policy that can be read or is not there.
 */
export async function acknowledgeUnreadable(
  database: TenantDatabase,
  acknowledging: Acknowledging,
  { reason, until }: { reason: string; until: number },
): Promise<void> {
  await decide(
    database,
    acknowledging,
    { action: "policy.acknowledge-unreadable", detail: { reason, until: isoTime(until) } },
    { condition: "true", values: { reason, by: acknowledging.actorId, at: acknowledging.at, until } },
  );
}

/** Takes an acknowledgment back. Nothing is changed where there is none. */
export async function withdrawAcknowledgment(database: TenantDatabase, acknowledging: Acknowledging): Promise<void> {
  await decide(
    database,
    acknowledging,
    { action: "policy.withdraw-acknowledgment", detail: {} },
    {
      condition: "acknowledged_until is not null",
      values: { reason: null, by: null, at: null, until: null },
    },
  );
}

interface Acknowledgment {
  reason: string | null;
  by: string | null;
  at: number | null;
  until: number | null;
}

/** The audit event comes first: it asks whether there is anything to decide, which the update then changes. */
async function decide(
  database: TenantDatabase,
  { tenantId, policyId, actorId, at }: Acknowledging,
  audit: { action: AuditAction; detail: Record<string, unknown> },
  { condition, values }: { condition: string; values: Acknowledgment },
): Promise<void> {
  const key = decodePolicyId(policyId);
  if (key === null) return;
  const which = [tenantId, key.family, key.graphId] as const;
  const where = `tenant_id = ?1 and family = ?2 and graph_id = ?3 and ${condition}`;
  await database.batch([
    auditEventWhere(
      database,
      { tenantId, at, action: audit.action, actorId, targetKind: "policy", targetId: policyId, detail: audit.detail },
      {
        from: "unreadable_policies",
        condition: `tenant_id = ?9 and family = ?10 and graph_id = ?11 and ${condition}`,
        values: which,
        detail: "json_object('name', name, 'cause', reason_code)",
      },
    ),
    database
      .prepare(
        `update unreadable_policies
            set acknowledged_reason = ?4, acknowledged_by = ?5, acknowledged_at = ?6, acknowledged_until = ?7
          where ${where}`,
      )
      .bind(...which, values.reason, values.by, values.at, values.until),
  ]);
}
