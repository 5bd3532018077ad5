/** Making, naming and describing backup sets. What runs do with them is in `backup-set-status.ts`. */
import type { AuditAction } from "../../contract/audit-actions.ts";
import type { ChangeBackupSet, CreateBackupSet } from "../../contract/backup-sets.ts";
import { MAX_BACKUP_SETS } from "../../contract/limits.ts";
import { foldName } from "../inventory/policies.ts";
import type { NewSet } from "../../runs/facts/new-set.ts";
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

/** SQL of whether the tenant may have another set, by the name of a parameter. */
export function isRoomForSet(tenant: string): string {
  return `(select count(*) from backup_sets where tenant_id = ${tenant} and status <> 'deleted' and origin in ('captured', 'import')) < ${MAX_BACKUP_SETS}`;
}

/** Whether the tenant may have another set at this moment. One query. */
export async function mayHaveAnotherSet(database: TenantDatabase, tenantId: string): Promise<boolean> {
  return (
    (await database
      .prepare(`select 1 where ${isRoomForSet("?1")}`)
      .bind(tenantId)
      .first()) !== null
  );
}

/**
 * Makes a set; durable when it resolves to its id. Names need not differ: two sets are two by their ids.
 * @throws {TooManyBackupSets}
 */
export async function createBackupSet(
  database: TenantDatabase,
  act: Omit<BackupSetAct, "backupSetId">,
  set: CreateBackupSet,
): Promise<string> {
  const id = `set_${crypto.randomUUID()}`;
  const [made] = await database.batch([
    setStatement(database, act, { ...set, id, schedule: null }, isRoomForSet("?2")),
    madeEvent(
      database,
      act,
      { ...set, id },
      { condition: "exists (select 1 from backup_sets where id = ?9)", values: [id] },
    ),
  ]);
  if (made?.meta.changes !== 1) throw new TooManyBackupSets("the tenant has all the backup sets that it may have");
  return id;
}

/** For the batch that inserts a run: the set is made, and told of, where the run is. */
export function newSetStatements(
  database: TenantDatabase,
  act: Omit<BackupSetAct, "backupSetId">,
  set: NewSet,
  runId: string,
): D1PreparedStatement[] {
  return [
    setStatement(database, act, set, "exists (select 1 from operation_runs where id = ?10)", runId),
    // Not by the set: a start that comes second finds the set of the first.
    madeEvent(database, act, set, {
      condition: "exists (select 1 from operation_runs where id = ?9)",
      values: [runId],
    }),
  ];
}

/** `condition` has the tenant as `?2`, and its own value as `?10`. */
function setStatement(
  database: TenantDatabase,
  act: Omit<BackupSetAct, "backupSetId">,
  { id, name, description, schedule, origin }: NewSet,
  condition: string,
  value: string | null = null,
): D1PreparedStatement {
  return database
    .prepare(
      `insert into backup_sets (id, tenant_id, name, sort_name, description, status, created_at, created_by, updated_at, schedule_id, due_at, origin, origin_id)
       select ?1, ?2, ?3, ?4, ?5, 'active', ?6, ?7, ?6, ?8, ?9, ?11, ?12 where ${condition} on conflict do nothing`,
    )
    .bind(
      id,
      act.tenantId,
      name,
      foldName(name),
      description,
      act.at,
      act.actorId,
      schedule?.id ?? null,
      schedule?.dueAt ?? null,
      value,
      origin?.kind ?? "captured",
      origin?.id ?? null,
    );
}

function madeEvent(
  database: TenantDatabase,
  act: Omit<BackupSetAct, "backupSetId">,
  { id, name, description }: Pick<NewSet, "id" | "name" | "description">,
  where: Parameters<typeof auditEventWhere>[2],
): D1PreparedStatement {
  const event = setEvent({ ...act, backupSetId: id }, "backup-set.create", { name, description });
  return auditEventWhere(database, event, where);
}

/** Renames, describes. False when there is no such set; what is the same already is no change and no event, also when two ask at once. */
export async function changeBackupSet(
  database: TenantDatabase,
  act: BackupSetAct,
  change: ChangeBackupSet,
): Promise<boolean> {
  const before = await readBackupSet(database, act.tenantId, act.backupSetId, act.at);
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
