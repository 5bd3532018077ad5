/** What a tenant has chosen; the defaults where it has not. */
import { DEFAULT_TENANT_SETTINGS, type TenantSettings } from "../../contract/settings.ts";
import { auditEventStatement } from "./audit-events.ts";

/** One query. */
export async function readTenantSettings(database: D1Database, tenantId: string): Promise<TenantSettings> {
  const days = await database
    .prepare("select review_pack_retention_days from tenant_settings where tenant_id = ?1")
    .bind(tenantId)
    .first<number>("review_pack_retention_days");
  return days === null ? DEFAULT_TENANT_SETTINGS : { reviewPackRetentionDays: days };
}

/** Stores the settings and the event that tells of it, in one batch. */
export async function writeTenantSettings(
  database: D1Database,
  change: { tenantId: string; actorId: string; at: number; settings: TenantSettings },
): Promise<void> {
  const { tenantId, actorId, at, settings } = change;
  await database.batch([
    database
      .prepare(
        `insert into tenant_settings (tenant_id, review_pack_retention_days, updated_at) values (?1, ?2, ?3)
         on conflict (tenant_id) do update set review_pack_retention_days = ?2, updated_at = ?3`,
      )
      .bind(tenantId, settings.reviewPackRetentionDays, at),
    auditEventStatement(database, {
      tenantId,
      at,
      action: "settings.change",
      actorId,
      targetKind: "settings",
      targetId: tenantId,
      detail: { ...settings },
    }),
  ]);
}
