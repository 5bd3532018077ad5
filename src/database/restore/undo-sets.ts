/** What undoes a restore, as people and previews of an undo read it. Writing is in `undo-items.ts`. */
import { z } from "zod";
import { backupSetStateSchema } from "../../contract/backup-sets.ts";
import type { RestoreUndo } from "../../contract/restore.ts";
import { isoTimeOrNull } from "../sql/time.ts";
import type { TenantDatabase } from "../databases.ts";
import { undoSetIdOf } from "./undo-items.ts";

const setSchema = z.object({
  id: z.string(),
  name: z.string(),
  status: backupSetStateSchema,
  updated: z.int(),
  created: z.int(),
  deleted: z.int(),
  assignments: z.int().nullable(),
});
const undoneSchema = z.object({ run_id: z.string(), started_at: z.int().nullable() });

/** What undoes a restore, and what that restore undoes. Null when the tenant has no such run, and has kept nothing of it. Three queries of one moment, by keys. */
export async function readRestoreUndo(
  database: TenantDatabase,
  tenantId: string,
  runId: string,
): Promise<RestoreUndo | null> {
  const [owned, kept, undone] = await database.batch([
    database
      .prepare(
        `select 1 where exists (select 1 from operation_runs where id = ?1 and tenant_id = ?2 and type = 'policy.restore')
                     or exists (select 1 from backup_sets where id = ?3 and tenant_id = ?2 and origin = 'undo' and status <> 'deleted')`,
      )
      .bind(runId, tenantId, undoSetIdOf(runId)),
    database
      .prepare(
        `select s.id, s.name, s.status, sum(i.undoes = 'update') as updated, sum(i.undoes = 'create') as created,
                sum(i.undoes = 'delete') as deleted, max(i.undoes_assignments) as assignments
           from backup_sets s join backup_set_items i on i.backup_set_id = s.id and i.undoes is not null
          where s.id = ?1 and s.tenant_id = ?2 and s.origin = 'undo' and s.status <> 'deleted' group by s.id`,
      )
      .bind(undoSetIdOf(runId), tenantId),
    database
      .prepare(
        `select s.origin_id as run_id, restored.created_at as started_at
           from operation_runs o
           join backup_sets s on s.id = json_extract(o.input, '$.backupSetId') and s.tenant_id = ?2 and s.origin = 'undo'
           left join operation_runs restored on restored.id = s.origin_id and restored.tenant_id = ?2
          where o.id = ?1 and o.tenant_id = ?2 and s.origin_id is not null`,
      )
      .bind(runId, tenantId),
  ]);
  if (owned?.results.length !== 1) return null;
  const set = setSchema.optional().parse(kept?.results[0]);
  const restore = undoneSchema.optional().parse(undone?.results[0]);
  return {
    undo:
      set === undefined
        ? null
        : {
            backupSet: { id: set.id, name: set.name, state: set.status },
            updated: set.updated,
            created: set.created,
            deleted: set.deleted,
            assignments: set.assignments === 1,
          },
    undoes: restore === undefined ? null : { runId: restore.run_id, startedAt: isoTimeOrNull(restore.started_at) },
  };
}

/** Whether the restore that a set of origin `undo` undoes wrote assignments. One query, by key. */
export async function undoesAssignments(database: TenantDatabase, tenantId: string, setId: string): Promise<boolean> {
  const flag = await database
    .prepare("select max(undoes_assignments) as flag from backup_set_items where backup_set_id = ?1 and tenant_id = ?2")
    .bind(setId, tenantId)
    .first<number | null>("flag");
  return flag === 1;
}

const restoredSchema = z.object({
  detail_key: z.string().nullable(),
  detail_hash: z.string().nullable(),
  open: z.int(),
});

export interface RestoredItem {
  /** Of the plan's item, which tells what the restore wanted; null when the run or its plan is not kept any more. */
  detail: { key: string; hash: string } | null;
  /** Whether the answer to a write of any run to the plan's item is not known. */
  isOpen: boolean;
}

/** Of an item of an undo set, what its restore was to do. One query, by keys. Null when the run is not kept any more. */
export async function readRestoredItem(
  database: TenantDatabase,
  tenantId: string,
  { runId, ordinal }: { runId: string; ordinal: number },
): Promise<RestoredItem | null> {
  const raw = await database
    .prepare(
      `select i.detail_key, i.detail_hash,
              exists (select 1 from restore_journal j where j.plan_id = json_extract(o.input, '$.planId') and j.ordinal = ?3
                         and json_extract(j.entry, '$.outcome') is null) as open
         from operation_runs o
         left join restore_plan_items i on i.plan_id = json_extract(o.input, '$.planId') and i.ordinal = ?3
        where o.id = ?1 and o.tenant_id = ?2 and o.type = 'policy.restore'`,
    )
    .bind(runId, tenantId, ordinal)
    .first();
  if (raw === null) return null;
  const { detail_key: key, detail_hash: hash, open } = restoredSchema.parse(raw);
  return { detail: key === null || hash === null || hash === "" ? null : { key, hash }, isOpen: open === 1 };
}
