/** Making, naming and describing backup sets. What runs do with them is in `backup-set-status.ts`. */
import type { AuditAction } from "../../contract/audit-actions.ts";
import type { ChangeBackupSet, CreateBackupSet } from "../../contract/backup-sets.ts";
import { MAX_BACKUP_SETS } from "../../contract/limits.ts";
import { foldName } from "../inventory/policies.ts";
import { auditEventWhere, type NewAuditEvent } from "../audit/audit-events.ts";
import { readBackupSet } from "./backup-sets.ts";
import type { TenantDatabase } from "../databases.ts";

/** Who does something with one set, and when (milliseconds since the epoch). */
export interface BackupSetAct {
  tenantId: string;
  backupSetId: string;
  actorId: string;
  at: number;
}

/** The tenant has all the sets that it may have. The HTTP layer answers with the limit. */
export class TooManyBackupSets extends Error {
  override name = "TooManyBackupSets";
}

/**
 * Makes a set; durable when it resolves to its id. Names need not differ: two sets are two by their ids. Who makes one for something that may be repeated
 * gives it an id, which is then not there yet.
 * @throws {TooManyBackupSets}
 */
export async function createBackupSet(
  database: TenantDatabase,
  act: Omit<BackupSetAct, "backupSetId">,
  { name, description }: CreateBackupSet,
  id = `set_${crypto.randomUUID()}`,
): Promise<string> {
  const [made] = await database.batch([
    database
      .prepare(
        `insert into backup_sets (id, tenant_id, name, sort_name, description, status, created_at, created_by, updated_at)
         select ?1, ?2, ?3, ?4, ?5, 'active', ?6, ?7, ?6
          where (select count(*) from backup_sets where tenant_id = ?2 and status <> 'deleted') < ?8`,
      )
      .bind(id, act.tenantId, name, foldName(name), description, act.at, act.actorId, MAX_BACKUP_SETS),
    auditEventWhere(database, setEvent({ ...act, backupSetId: id }, "backup-set.create", { name, description }), {
      condition: "exists (select 1 from backup_sets where id = ?9)",
      values: [id],
    }),
  ]);
  if (made?.meta.changes !== 1) throw new TooManyBackupSets("the tenant has all the backup sets that it may have");
  return id;
}

/** Renames, describes. False when there is no such set; what is the same already is no change and no event, also when two ask at once. */
export async function changeBackupSet(
  database: TenantDatabase,
  act: BackupSetAct,
  change: ChangeBackupSet,
): Promise<boolean> {
  const before = await readBackupSet(database, act.tenantId, act.backupSetId);
  if (before === null) return false;
  const name = change.name ?? before.name;
  const description = change.description ?? before.description;
  const key = [act.tenantId, act.backupSetId, name, description] as const;
  await database.batch([
    auditEventWhere(database, setEvent(act, "backup-set.change", { ...change }), {
      from: "backup_sets",
      condition: "tenant_id = ?9 and id = ?10 and status <> 'deleted' and (name <> ?11 or description <> ?12)",
      values: key,
      detail: "json_object('previousName', name, 'previousDescription', description)",
    }),
    database
      .prepare(
        `update backup_sets set name = ?3, sort_name = ?5, description = ?4, updated_at = ?6
          where tenant_id = ?1 and id = ?2 and status <> 'deleted' and (name <> ?3 or description <> ?4)`,
      )
      .bind(...key, foldName(name), act.at),
  ]);
  return true;
}

function setEvent(
  { tenantId, backupSetId, actorId, at }: BackupSetAct,
  action: AuditAction,
  detail: Record<string, unknown>,
): NewAuditEvent {
  return { tenantId, at, action, actorId, targetKind: "backup-set", targetId: backupSetId, detail };
}
