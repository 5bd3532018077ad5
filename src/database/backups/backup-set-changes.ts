/** Making, naming and describing backup sets. What runs do with them is in `backup-set-status.ts`. */
import type { ChangeBackupSet, CreateBackupSet } from "../../contract/backup-sets.ts";
import { foldName } from "../inventory/policies.ts";
import { auditEventStatement } from "../tenancy/audit-events.ts";
import { readBackupSet } from "./backup-sets.ts";

/** Who does something with one set, and when (milliseconds since the epoch). */
export interface BackupSetAct {
  tenantId: string;
  backupSetId: string;
  actorId: string;
  at: number;
}

/** Makes a set; durable when it resolves to its id. Names need not differ: two sets are two by their ids. */
export async function createBackupSet(
  database: D1Database,
  act: Omit<BackupSetAct, "backupSetId">,
  { name, description }: CreateBackupSet,
): Promise<string> {
  const id = `set_${crypto.randomUUID()}`;
  await database.batch([
    database
      .prepare(
        `insert into backup_sets (id, tenant_id, name, sort_name, description, status, created_at, created_by, updated_at)
         values (?1, ?2, ?3, ?4, ?5, 'active', ?6, ?7, ?6)`,
      )
      .bind(id, act.tenantId, name, foldName(name), description, act.at, act.actorId),
    setEvent(database, { ...act, backupSetId: id }, "backup-set.create", { name }),
  ]);
  return id;
}

/** Renames, describes. False when there is no such set; what is the same already is no change and no event. */
export async function changeBackupSet(
  database: D1Database,
  act: BackupSetAct,
  change: ChangeBackupSet,
): Promise<boolean> {
  const before = await readBackupSet(database, act.tenantId, act.backupSetId);
  if (before === null) return false;
  const name = change.name ?? before.name;
  const description = change.description ?? before.description;
  if (name === before.name && description === before.description) return true;
  await database.batch([
    database
      .prepare(
        `update backup_sets set name = ?3, sort_name = ?4, description = ?5, updated_at = ?6
          where id = ?2 and tenant_id = ?1 and status <> 'deleted'`,
      )
      .bind(act.tenantId, act.backupSetId, name, foldName(name), description, act.at),
    setEvent(database, act, "backup-set.change", { ...change, previousName: before.name }),
  ]);
  return true;
}

function setEvent(
  database: D1Database,
  { tenantId, backupSetId, actorId, at }: BackupSetAct,
  action: string,
  detail: Record<string, unknown>,
): D1PreparedStatement {
  return auditEventStatement(database, {
    tenantId,
    at,
    action,
    actorId,
    targetKind: "backup-set",
    targetId: backupSetId,
    detail,
  });
}
