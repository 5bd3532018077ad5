/**
 * What restores have replaced and made, kept so that they can be undone: a backup set of origin `undo` for each run that writes, an item for each policy
 * (decisions/186-every-restore-can-be-undone.md). Writing; reading is in `undo-sets.ts`.
 */
import { z } from "zod";
import { type BackupSetOrigin, backupSetOriginSchema, MAX_BACKUP_SET_NAME_LENGTH } from "../../contract/backup-sets.ts";
import type { PolicyFacts } from "../../graph/policy-facts.ts";
import { auditEventWhere } from "../audit/audit-events.ts";
import type { UndoneWrite } from "../backups/tables.ts";
import { foldName } from "../inventory/policies.ts";
import type { TenantDatabase } from "../databases.ts";

/** An item of a plan, as a run of it writes it. */
export interface UndoKey {
  tenantId: string;
  planId: string;
  /** The plan item's. */
  ordinal: number;
  runId: string;
}

/** The set that a run fills; one a run, so that a repeated step finds it. */
export function undoSetIdOf(runId: string): string {
  return `set_undo_${runId.replace(/^run_/, "")}`;
}

export function undoItemIdOf({ runId, ordinal }: Pick<UndoKey, "runId" | "ordinal">): string {
  return `${runId}-${ordinal}`;
}

/** Stands for a policy's id from before it is made until Graph has told it. */
export function unknownIdOf(ordinal: number): string {
  return `not-known-${ordinal}`;
}

export function isUnknownId(graphId: string): boolean {
  return graphId.startsWith("not-known-");
}

/** Items of all runs that have begun to write the plan item ?1, ?2: what one of them leaves behind, all have left. */
const OF_PLAN_ITEM = `(select distinct run_id || '-' || ordinal from restore_journal where plan_id = ?1 and ordinal = ?2)`;

/** For the batch that ends an attempt: what is kept of a policy that was to be made learns its id, where the attempt has it now. */
export function knownAsStatement(
  database: TenantDatabase,
  { tenantId, planId, ordinal }: Omit<UndoKey, "runId">,
  policyId: string | null,
): D1PreparedStatement {
  return database
    .prepare(
      `update backup_set_items set graph_id = ?4
        where ?4 is not null and tenant_id = ?3 and undoes = 'create' and graph_id = ?5 and id in ${OF_PLAN_ITEM}
          and exists (select 1 from restore_journal where plan_id = ?1 and ordinal = ?2 and tenant_id = ?3 and policy_id = ?4)`,
    )
    .bind(planId, ordinal, tenantId, policyId, unknownIdOf(ordinal));
}

const stateSchema = z.object({
  kept: z.int(),
  set_name: z.string().nullable(),
  set_origin: backupSetOriginSchema.nullable(),
  assignments: z.int().nullable(),
  made_id: z.string().nullable(),
  earlier_id: z.string().nullable(),
  earlier_secrets: z.string().nullable(),
});

export interface UndoState {
  /** This run has kept the item already. */
  kept: boolean;
  /** What the run restores; null when the plan or its set is gone. */
  plan: { setName: string; setOrigin: BackupSetOrigin; assignments: boolean } | null;
  /** The policy that the plan has made of the item, in whichever run. */
  madeId: string | null;
  /** What an earlier run of the plan has kept of the item, if that began to write it. */
  earlier: { itemId: string; sealedSecrets: string | null } | null;
}

/** One query, by keys. */
export async function readUndoState(database: TenantDatabase, key: UndoKey): Promise<UndoState> {
  const { planId, ordinal, tenantId } = key;
  const raw = await database
    .prepare(
      `select exists (select 1 from backup_set_items where id = ?4 and tenant_id = ?3) as kept,
              s.name as set_name, s.origin as set_origin, json_extract(p.options, '$.assignments') as assignments,
              (select policy_id from restore_journal where plan_id = ?1 and ordinal = ?2 and policy_id is not null) as made_id,
              e.id as earlier_id, e.sealed_secrets as earlier_secrets
         from (select 1)
         left join restore_plans p on p.id = ?1 and p.tenant_id = ?3
         left join backup_sets s on s.id = p.backup_set_id and s.tenant_id = ?3 and s.status <> 'deleted'
         left join backup_set_items e on e.id = (
           select id from backup_set_items where tenant_id = ?3 and undoes is not null and id <> ?4 and id in ${OF_PLAN_ITEM}
            order by captured_at limit 1)`,
    )
    .bind(planId, ordinal, tenantId, undoItemIdOf(key))
    .first();
  const row = stateSchema.parse(raw);
  return {
    kept: row.kept === 1,
    plan:
      row.set_name === null || row.set_origin === null
        ? null
        : { setName: row.set_name, setOrigin: row.set_origin, assignments: row.assignments === 1 },
    madeId: row.made_id,
    earlier: row.earlier_id === null ? null : { itemId: row.earlier_id, sealedSecrets: row.earlier_secrets },
  };
}

/** What is kept of an item before anything is written. */
export type KeptBefore =
  /** The policy, whole, as it was; its content is in R2 already. */
  | {
      kind: "policy";
      undoes: Extract<UndoneWrite, "update" | "delete">;
      facts: PolicyFacts;
      content: KeptContent;
      sealedSecrets: string | null;
    }
  /** There is none: the fact alone, with the content that was asked for. */
  | { kind: "nothing"; graphId: string; family: string; name: string; sourceItemId: string }
  /** What an earlier run of the plan has kept. Its sealed values were sealed anew for this item. */
  | { kind: "earlier"; itemId: string; sealedSecrets: string | null };

export interface KeptContent {
  contentHash: string;
  contentBytes: number;
  comparableHash: string;
  requestId: string | null;
}

/**
 * Keeps an item, and makes the run's set where there is none yet, told of in the audit log. Durable when it resolves; again, it changes nothing. In a set that
 * a person has deleted for good meanwhile it keeps nothing. One batch of three statements.
 * @param at milliseconds since the epoch
 */
export async function keepBefore(
  database: TenantDatabase,
  key: UndoKey & { family: string; at: number },
  plan: NonNullable<UndoState["plan"]>,
  kept: KeptBefore,
): Promise<void> {
  const { tenantId, runId, at } = key;
  const setId = undoSetIdOf(runId);
  const name = undoSetName(plan);
  await database.batch([
    // The event first: it asks whether there is a set yet.
    auditEventWhere(
      database,
      {
        id: `${runId}/undo-set`,
        tenantId,
        at,
        action: "backup-set.create",
        actorId: null,
        runId,
        targetKind: "backup-set",
        targetId: setId,
        detail: { name, description: "", undoes: runId },
      },
      { condition: "not exists (select 1 from backup_sets where id = ?9)", values: [setId] },
    ),
    database
      .prepare(
        `insert into backup_sets (id, tenant_id, name, sort_name, description, status, created_at, created_by, updated_at, origin, origin_id)
         select ?1, ?2, ?3, ?4, '', 'active', ?5, (select initiator_id from operation_runs where id = ?6), ?5, 'undo', ?6
          where true on conflict do nothing`,
      )
      .bind(setId, tenantId, name, foldName(name), at, runId),
    itemStatement(database, key, plan.assignments, kept),
  ]);
}

const COLUMNS = `id, tenant_id, backup_set_id, run_id, captured_at, undoes_assignments, family, undoes, graph_id, name, sort_name, description, platform,
  odata_type, assignment_count, content_hash, content_bytes, comparable_hash, sealed_secrets, request_id, left_hash`;
const OWN = "?1, ?2, ?3, ?4, ?5, ?6";
const INTO_SET = "exists (select 1 from backup_sets where id = ?3 and tenant_id = ?2 and status <> 'deleted')";

function itemStatement(
  database: TenantDatabase,
  key: UndoKey & { family: string; at: number },
  assignments: boolean,
  kept: KeptBefore,
): D1PreparedStatement {
  const { tenantId, runId, at, family } = key;
  const own = [undoItemIdOf(key), tenantId, undoSetIdOf(runId), runId, at, assignments ? 1 : 0];
  const insert = (select: string, from: string, ...values: (string | number | null)[]) =>
    database
      .prepare(
        `insert into backup_set_items (${COLUMNS}) select ${OWN}, ${select} ${from} ${INTO_SET} on conflict do nothing`,
      )
      .bind(...own, ...values);
  switch (kept.kind) {
    case "policy": {
      const { facts, content, undoes, sealedSecrets } = kept;
      return insert(
        "?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, null",
        "where",
        family,
        undoes,
        facts.graphId,
        facts.name,
        foldName(facts.name),
        facts.description,
        facts.platform,
        facts.odataType,
        facts.assignmentCount,
        content.contentHash,
        content.contentBytes,
        content.comparableHash,
        sealedSecrets,
        content.requestId,
      );
    }
    case "nothing":
      return insert(
        `?7, 'create', ?8, ?9, ?10, s.description, s.platform, s.odata_type, s.assignment_count, s.content_hash, s.content_bytes,
         s.comparable_hash, null, null, null`,
        "from backup_set_items s where s.id = ?11 and s.tenant_id = ?2 and",
        family,
        kept.graphId,
        kept.name,
        foldName(kept.name),
        kept.sourceItemId,
      );
    case "earlier":
      return insert(
        `s.family, s.undoes, s.graph_id, s.name, s.sort_name, s.description, s.platform, s.odata_type, s.assignment_count, s.content_hash,
         s.content_bytes, s.comparable_hash, ?7, s.request_id, null`,
        "from backup_set_items s where s.id = ?8 and s.tenant_id = ?2 and",
        kept.sealedSecrets,
        kept.itemId,
      );
  }
}

/** "Before Weekly was restored"; of a standard "Before Edge was deployed"; of an undo "Before an undo: Before Weekly was restored". */
function undoSetName({ setName, setOrigin }: NonNullable<UndoState["plan"]>): string {
  const [start, end] = FRAMES[setOrigin];
  const named = setOrigin === "undo" && setName.startsWith(UNDONE) ? setName.slice(UNDONE.length) : setName;
  return start + named.slice(0, MAX_BACKUP_SET_NAME_LENGTH - start.length - end.length).toWellFormed() + end;
}

const UNDONE = "Before an undo: ";
const RESTORED = ["Before ", " was restored"] as const;
const FRAMES = {
  captured: RESTORED,
  import: RESTORED,
  standard: ["Before ", " was deployed"],
  undo: [UNDONE, ""],
} as const satisfies Record<BackupSetOrigin, readonly [string, string]>;

/**
 * Keeps how a run has left a policy, in the sets of all runs that have written to the plan's item. Of a policy that was made, `made` is all that there is
 * to keep: null of any other. Its content is in R2 already. One batch of three statements at most.
 */
export async function keepAfter(
  database: TenantDatabase,
  { tenantId, planId, ordinal }: UndoKey,
  left: { hash: string; at: number; made: { facts: PolicyFacts; content: KeptContent } | null },
): Promise<void> {
  const those = `tenant_id = ?3 and undoes is not null and id in ${OF_PLAN_ITEM}`;
  const leave = database
    .prepare(`update backup_set_items set left_hash = ?4 where ${those}`)
    .bind(planId, ordinal, tenantId, left.hash);
  if (left.made === null) {
    await leave.run();
    return;
  }
  const { facts, content } = left.made;
  await database.batch([
    leave,
    // What was made takes the place of what was asked for.
    database
      .prepare(
        `insert into released_payloads (tenant_id, content_hash, due_at)
         select distinct ?3, content_hash, ?4 from backup_set_items where undoes = 'create' and content_hash <> ?5 and ${those}
             on conflict (tenant_id, content_hash) do update set due_at = excluded.due_at`,
      )
      .bind(planId, ordinal, tenantId, left.at, content.contentHash),
    database
      .prepare(
        `update backup_set_items
            set name = ?4, sort_name = ?5, description = ?6, platform = ?7, odata_type = ?8, assignment_count = ?9, content_hash = ?10,
                content_bytes = ?11, comparable_hash = ?12, request_id = ?13
          where undoes = 'create' and ${those}`,
      )
      .bind(
        planId,
        ordinal,
        tenantId,
        facts.name,
        foldName(facts.name),
        facts.description,
        facts.platform,
        facts.odataType,
        facts.assignmentCount,
        content.contentHash,
        content.contentBytes,
        content.comparableHash,
        content.requestId,
      ),
  ]);
}

/** For the batch that keeps a unit's result: what was kept goes, where the run has certainly written nothing of the item. */
export function unneededStatements(database: TenantDatabase, result: UndoKey & { at: number }): D1PreparedStatement[] {
  const { tenantId, planId, ordinal, runId, at } = result;
  const unneeded = `id = ?1 and tenant_id = ?2 and undoes is not null and not exists (
    select 1 from restore_journal where plan_id = ?3 and ordinal = ?4 and run_id = ?5
       and coalesce(json_extract(entry, '$.outcome.kind'), 'unknown') not in ('not_applied', 'parked', 'declined'))`;
  const values = [undoItemIdOf({ runId, ordinal }), tenantId, planId, ordinal, runId];
  return [
    database
      .prepare(
        `insert into released_payloads (tenant_id, content_hash, due_at)
         select ?2, content_hash, ?6 from backup_set_items where ${unneeded}
             on conflict (tenant_id, content_hash) do update set due_at = excluded.due_at`,
      )
      .bind(...values, at),
    database.prepare(`delete from backup_set_items where ${unneeded}`).bind(...values),
  ];
}
