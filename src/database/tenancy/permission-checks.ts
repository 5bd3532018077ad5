/** Permission checks: one at a time for a tenant, and what the last one found. */
import { and, eq } from "drizzle-orm";
import type { ConnectionPurpose } from "../../contract/connections.ts";
import type { PermissionReason } from "../../contract/permissions.ts";
import type { CheckFindings } from "../../graph/permissions/permission-report.ts";
import { auditEventWhere } from "../audit/audit-events.ts";
import { firstOf, query } from "../sql/read.ts";
import { permissionChecks } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

/** A check that has not ended by then was cut off: it may be begun anew. Longer than a check may take. */
export const CHECK_LEASE_MS = 60_000;
/** How long the last check's result is the answer: presses in a row cost the tenant one check. */
export const CHECK_REST_MS = 10_000;

/** What a check is of. */
export interface CheckedConnection {
  tenantId: string;
  purpose: ConnectionPurpose;
}

/** Whether a row is of a check that is under way or has just ended. Parameters from `first` on: time, lease, rest. */
function isRecent(first: number): string {
  const [at, lease, rest] = [0, 1, 2].map((offset) => `?${first + offset}`);
  return `((ended_at is null and started_at > ${at} - ${lease}) or (ended_at is not null and ended_at > ${at} - ${rest}))`;
}

/**
 * Begins a check, with its audit event, unless one is under way or has ended a moment ago. Of several at once, one begins.
 * @param at milliseconds since the epoch; it names the check to `endPermissionCheck`
 */
export async function beginPermissionCheck(
  database: TenantDatabase,
  { tenantId, purpose }: CheckedConnection,
  { at, actorId }: { at: number; actorId: string },
): Promise<boolean> {
  const event = { tenantId, at, actorId, targetKind: "connection", targetId: purpose, detail: {} };
  const [, begun] = await database.batch([
    auditEventWhere(
      database,
      { ...event, action: "permissions.check" },
      {
        condition: `not exists (select 1 from permission_checks where tenant_id = ?2 and purpose = ?9 and ${isRecent(10)})`,
        values: [purpose, at, CHECK_LEASE_MS, CHECK_REST_MS],
      },
    ),
    database
      .prepare(
        `insert into permission_checks (tenant_id, purpose, started_at) values (?1, ?2, ?3)
         on conflict (tenant_id, purpose) do update set started_at = ?3, ended_at = null where not ${isRecent(3)}
         returning started_at`,
      )
      .bind(tenantId, purpose, at, CHECK_LEASE_MS, CHECK_REST_MS),
  ]);
  return begun?.results.length === 1;
}

export type CheckResult =
  | { kind: "checked"; findings: CheckFindings }
  /** Graph could not be asked at all: the connection, the credentials, or the token endpoint. */
  | { kind: "failed"; reason: PermissionReason };

/** Stores the result of a check, unless another has begun since. A failure leaves the findings of the last check as they are. */
export async function endPermissionCheck(
  database: TenantDatabase,
  { tenantId, purpose, startedAt, endedAt }: CheckedConnection & { startedAt: number; endedAt: number },
  result: CheckResult,
): Promise<void> {
  const statement =
    result.kind === "checked"
      ? database
          .prepare(
            `update permission_checks set ended_at = ?3, checked_at = ?2, findings = ?4, failed_at = null, failure = null
             where tenant_id = ?1 and purpose = ?5 and started_at = ?2 and ended_at is null`,
          )
          .bind(tenantId, startedAt, endedAt, JSON.stringify(result.findings), purpose)
      : database
          .prepare(
            `update permission_checks set ended_at = ?3, failed_at = ?3, failure = ?4
             where tenant_id = ?1 and purpose = ?5 and started_at = ?2 and ended_at is null`,
          )
          .bind(tenantId, startedAt, endedAt, JSON.stringify(result.reason), purpose);
  await statement.run();
}

export type StoredPermissionCheck = typeof permissionChecks.$inferSelect;

/** Null when the connection was never checked. */
export async function readPermissionCheck(
  database: TenantDatabase,
  { tenantId, purpose }: CheckedConnection,
): Promise<StoredPermissionCheck | null> {
  return firstOf(
    query(database)
      .select()
      .from(permissionChecks)
      .where(and(eq(permissionChecks.tenantId, tenantId), eq(permissionChecks.purpose, purpose))),
  );
}
