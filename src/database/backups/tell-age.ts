/** Tells people that the newest whole backup of a tenant is old, or that a schedule of backups has never made one. */
import type { TenantDatabase } from "../databases.ts";
import { noticeStatement } from "../runs/notices.ts";
import { readTenantSettings } from "../tenancy/tenant-settings.ts";
import { newestWholeBackup } from "./whole-backups.ts";

const DAY_MS = 86_400_000;

/**
 * Notifies all who may make backups when the newest whole one is older than the tenant's limit: once for that backup. Of a tenant without one, when a schedule
 * that makes backups is older than the limit: a tenant that has never meant to make backups is told nothing. Three queries at most.
 */
export async function tellOfOldBackups(database: TenantDatabase, tenantId: string, now: number): Promise<void> {
  const { backupAgeLimitDays: days } = await readTenantSettings(database, tenantId);
  if (days === null) return;
  const newest = await newestWholeBackup(database, tenantId);
  const before = now - days * DAY_MS;
  if (newest !== null && newest.at >= before) return;
  const key = `backup-age/${tenantId}/${newest === null ? "none" : newest.at}`;
  const about = { page: "backup-sets" } as const;
  const planned = `exists (select 1 from schedules s where s.tenant_id = ?1 and s.status <> 'removed' and s.created_at < ?8
                            and s.steps like '%"backup-set.add-policies"%')`;
  await noticeStatement(
    database,
    { tenantId, to: "backup.write", key, about, outcome: "failed", at: now },
    {
      title: "case ?7 when 0 then 'There is no whole backup' else 'The newest whole backup is old' end",
      body: `case ?7 when 0 then 'A schedule should have made one. Look at what became of it.'
                  else 'It is older than ' || ?6 || case ?6 when 1 then ' day.' else ' days.' end end`,
      from: "(select 1)",
      condition: `(?7 = 1 or ${planned})`,
      values: [days, newest === null ? 0 : 1, before],
    },
  ).run();
}
