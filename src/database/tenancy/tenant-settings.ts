/** What a tenant has chosen; the defaults where it has not. */
import { eq } from "drizzle-orm";
import { DEFAULT_TENANT_SETTINGS, type TenantSettings } from "../../contract/settings.ts";
import { firstOf, query } from "../sql/read.ts";
import { auditEventWhere } from "../audit/audit-events.ts";
import { tenantSettings } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

/** What the log says of a limit that there is none of. */
const NEVER = "never";

/** One query. */
export async function readTenantSettings(database: TenantDatabase, tenantId: string): Promise<TenantSettings> {
  const { reviewPackRetentionDays, backupAgeLimitDays, tags } = tenantSettings;
  const stored = await firstOf(
    query(database)
      .select({ reviewPackRetentionDays, backupAgeLimitDays, tags })
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
  const { reviewPackRetentionDays: packDays, backupAgeLimitDays: ageDays } = settings;
  const tags = JSON.stringify(settings.tags);
  const stored = (column: string, standard: string) =>
    `(select ${column} from (select ${column} from tenant_settings where tenant_id = ?9 union all select ${standard} limit 1))`;
  const [pack, age, tagged] = [
    stored("review_pack_retention_days", "?10"),
    stored("backup_age_limit_days", "?11"),
    stored("tags", "?14"),
  ];
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
        // An event is merged, so a null in it would be left out.
        detail: { ...settings, backupAgeLimitDays: ageDays ?? NEVER },
      },
      {
        condition: `(${pack} is not ?12 or ${age} is not ?13 or ${tagged} is not ?15)`,
        values: [
          tenantId,
          DEFAULT_TENANT_SETTINGS.reviewPackRetentionDays,
          DEFAULT_TENANT_SETTINGS.backupAgeLimitDays,
          packDays,
          ageDays,
          JSON.stringify(DEFAULT_TENANT_SETTINGS.tags),
          tags,
        ],
        detail: `json_object('previous', json_object('reviewPackRetentionDays', ${pack}, 'backupAgeLimitDays', coalesce(${age}, '${NEVER}'), 'tags', json(${tagged})))`,
      },
    ),
    database
      .prepare(
        `insert into tenant_settings (tenant_id, review_pack_retention_days, backup_age_limit_days, updated_at, tags) values (?1, ?2, ?3, ?4, ?5)
         on conflict (tenant_id) do update set review_pack_retention_days = ?2, backup_age_limit_days = ?3, updated_at = ?4, tags = ?5
                                         where review_pack_retention_days is not ?2 or backup_age_limit_days is not ?3 or tags is not ?5`,
      )
      .bind(tenantId, packDays, ageDays, at, tags),
  ]);
}
