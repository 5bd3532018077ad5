/** What a tenant has chosen; the defaults where it has not. */
import { eq } from "drizzle-orm";
import { DEFAULT_TENANT_SETTINGS, type TenantSettings } from "../../contract/settings.ts";
import { firstOf, query } from "../sql/read.ts";
import { auditEventWhere } from "../audit/audit-events.ts";
import { tenantSettings } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

/** One query. */
export async function readTenantSettings(database: TenantDatabase, tenantId: string): Promise<TenantSettings> {
  const { reviewPackRetentionDays } = tenantSettings;
  const stored = await firstOf(
    query(database)
      .select({ reviewPackRetentionDays })
      .from(tenantSettings)
      .where(eq(tenantSettings.tenantId, tenantId)),
  );
  return stored ?? DEFAULT_TENANT_SETTINGS;
}

/** Stores the settings, and the event that tells what they were; of settings that are so already, nothing. One batch. */
export async function writeTenantSettings(
  database: TenantDatabase,
  change: { tenantId: string; actorId: string; at: number; settings: TenantSettings },
): Promise<void> {
  const { tenantId, actorId, at, settings } = change;
  const days = `coalesce((select review_pack_retention_days from tenant_settings where tenant_id = ?9), ?10)`;
  await database.batch([
    auditEventWhere(
      database,
      {
        tenantId,
        at,
        action: "settings.change",
        actorId,
        targetKind: "settings",
        targetId: tenantId,
        detail: { ...settings },
      },
      {
        condition: `${days} <> ?11`,
        values: [tenantId, DEFAULT_TENANT_SETTINGS.reviewPackRetentionDays, settings.reviewPackRetentionDays],
        detail: `json_object('previous', json_object('reviewPackRetentionDays', ${days}))`,
      },
    ),
    database
      .prepare(
        `insert into tenant_settings (tenant_id, review_pack_retention_days, updated_at) values (?1, ?2, ?3)
         on conflict (tenant_id) do update set review_pack_retention_days = ?2, updated_at = ?3
                                         where review_pack_retention_days <> ?2`,
      )
      .bind(tenantId, settings.reviewPackRetentionDays, at),
  ]);
}
