/** What needs another person's approval in a tenant. */
import { eq } from "drizzle-orm";
import { z } from "zod";
import {
  type ApprovalSettings,
  DEFAULT_APPROVAL_SETTINGS,
  OWNERS_FOR_APPROVALS,
  type ShownApprovalSettings,
} from "../../contract/approvals.ts";
import { auditEventWhere, PLATFORM_LOG } from "../audit/audit-events.ts";
import { firstOf, query } from "../sql/read.ts";
import { applyChange } from "./carrying-out.ts";
import { activeOwners } from "./may-do.ts";
import { approvalSettings } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

/** One query, by key. */
export async function readApprovalSettings(database: TenantDatabase, tenantId: string): Promise<ApprovalSettings> {
  const { subjects, requestHours } = approvalSettings;
  const stored = await firstOf(
    query(database)
      .select({ subjects, requestHours })
      .from(approvalSettings)
      .where(eq(approvalSettings.tenantId, tenantId)),
  );
  return stored ?? DEFAULT_APPROVAL_SETTINGS;
}

/** The settings with who there is to decide. */
export async function showApprovalSettings(database: TenantDatabase, tenantId: string): Promise<ShownApprovalSettings> {
  const [settings, row] = await Promise.all([
    readApprovalSettings(database, tenantId),
    database
      .prepare(`select ${activeOwners("?1")} as owners`)
      .bind(tenantId)
      .first(),
  ]);
  return { ...settings, activeOwners: z.object({ owners: z.int() }).parse(row).owners };
}

/** Something needs an approval in the tenant. SQL, by the name of a parameter. */
export function asksForApprovals(tenant: string): string {
  return `exists (select 1 from approval_settings where tenant_id = ${tenant} and subjects <> '[]')`;
}

/** `too_few_owners`: nobody could decide on what a lone owner asks for. `changed_meanwhile`: the settings are not those that were seen. */
export type SettingsChange = "changed" | "unchanged" | "too_few_owners" | "changed_meanwhile";

/** Stores the settings where they are still those that were seen. */
export async function writeApprovalSettings(
  database: TenantDatabase,
  { tenantId, actorId, at }: { tenantId: string; actorId: string; at: number },
  seen: ApprovalSettings,
  settings: ApprovalSettings,
): Promise<SettingsChange> {
  const [before, after] = [textOf(seen), textOf(settings)];
  if (before === after) return "unchanged";
  const stored = (tenant: string, usual: string): string =>
    `coalesce((select json_object('subjects', json(subjects), 'requestHours', request_hours)
                 from approval_settings where tenant_id = ${tenant}), ${usual})`;
  const [tenant, usual, was, subjects] = [9, 10, 11, 12].map((number) => `?${number}`);
  const holds = (...[t = "", u = "", w = "", s = ""]: (string | undefined)[]): string =>
    `${stored(t, u)} = ${w} and (${s} = '[]' or ${activeOwners(t)} >= ${OWNERS_FOR_APPROVALS})`;
  const values = [tenantId, textOf(DEFAULT_APPROVAL_SETTINGS), before, JSON.stringify(settings.subjects)];
  const [event] = await applyChange(database, [
    auditEventWhere(
      database,
      {
        tenantId,
        at,
        action: "approval-settings.change",
        actorId,
        targetKind: "settings",
        targetId: tenantId,
        detail: { ...settings, previous: seen },
      },
      { condition: holds(tenant, usual, was, subjects), values },
    ),
    database
      .prepare(
        `insert into approval_settings (tenant_id, subjects, request_hours, updated_at)
         select ?1, ?4, ?5, ?6 where ${holds("?1", "?2", "?3", "?4")}
         on conflict (tenant_id) do update set subjects = ?4, request_hours = ?5, updated_at = ?6`,
      )
      .bind(...values, settings.requestHours, at),
  ]);
  if (event?.meta.changes === 1) return "changed";
  return textOf(await readApprovalSettings(database, tenantId)) === before ? "too_few_owners" : "changed_meanwhile";
}

/**
 * Ends all approvals of a tenant in which too few owners are left to decide. Told in the tenant's log and in the platform's. False for a tenant
 * that has enough owners, or nothing that needs an approval.
 */
export async function liftApprovals(
  database: TenantDatabase,
  { tenantId, actorId, at, reason }: { tenantId: string; actorId: string; at: number; reason: string },
): Promise<boolean> {
  const lost = (tenant: string): string =>
    `${asksForApprovals(tenant)} and ${activeOwners(tenant)} < ${OWNERS_FOR_APPROVALS}`;
  const event = (log: string) =>
    auditEventWhere(
      database,
      {
        tenantId: log,
        at,
        action: "approval-settings.lift",
        actorId,
        targetKind: "tenant",
        targetId: tenantId,
        detail: { reason },
      },
      {
        condition: lost("?9"),
        values: [tenantId],
        detail: "(select json_object('previousSubjects', json(subjects)) from approval_settings where tenant_id = ?9)",
      },
    );
  const [told] = await database.batch([
    event(tenantId),
    event(PLATFORM_LOG),
    database
      .prepare(`update approval_settings set subjects = '[]', updated_at = ?2 where tenant_id = ?1 and ${lost("?1")}`)
      .bind(tenantId, at),
  ]);
  return told?.meta.changes === 1;
}

/** The spelling that the database compares: its keys in the order of `json_object` above. */
function textOf({ subjects, requestHours }: ApprovalSettings): string {
  return JSON.stringify({ subjects, requestHours });
}
