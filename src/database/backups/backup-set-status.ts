/**
 * Changes of a set's status: archived, back in service, removed for good. Each is one transaction with the audit event that tells
 * of it, and the event is the receipt: whoever makes the same change again is told that it is done, whatever became of the set
 * since, and changes nothing.
 */
import type { AuditAction } from "../../contract/audit-actions.ts";
import { z } from "zod";
import { auditEventWhere } from "../audit/audit-events.ts";
import { notHeld } from "../retention/legal-holds.ts";
import { releasePlansStatement } from "../restore/restore-plan-removal.ts";
import type { TenantDatabase } from "../databases.ts";

export interface StatusChange {
  tenantId: string;
  backupSetId: string;
  /** Milliseconds since the epoch. */
  at: number;
  by: StatusActor;
}

export type StatusActor =
  /** A person, once. */
  | { kind: "member"; userId: string }
  /** A unit, which may be executed again. Its event names who started the run. */
  | { kind: "unit"; runId: string; ordinal: number }
  /** The rule of the schedule that made the set. */
  | { kind: "rule"; scheduleId: string };

export type StatusChangeOutcome =
  /** By this change, now or before. */
  | { kind: "done" }
  /** The set has another status than the change begins with; nothing was changed. */
  | { kind: "other_status"; status: string }
  /** The tenant has no such set, or it was removed for good by another change. */
  | { kind: "not_found" };

interface Transition {
  action: AuditAction;
  /** The statuses that it begins with, as JSON. */
  from: string;
  to: string;
  /** What else becomes of the row; ?3 is the time. */
  also: string;
  /** SQL that has to hold as well; ?2 is the tenant. */
  onlyIf?: string;
}

const ARCHIVE: Transition = {
  action: "backup-set.archive",
  from: '["active"]',
  to: "archived",
  also: "archived_at = ?3",
};
/** Nothing keeps it any more: out of service, for a person to bring back while it is there. What a person archived before only gets its end. */
const EXPIRE: Transition = {
  action: "backup-set.archive",
  from: '["active","archived"]',
  to: "archived",
  also: "archived_at = coalesce(archived_at, ?3), expired_at = ?3",
  onlyIf: `expired_at is null and ${notHeld("?2")}`,
};
const RESTORE: Transition = {
  action: "backup-set.restore",
  from: '["archived"]',
  to: "active",
  also: "archived_at = null",
};
const REMOVE: Transition = {
  action: "backup-set.force-delete",
  from: '["active","archived"]',
  to: "deleted",
  also: "name = '', sort_name = '', description = '', created_by = null, archived_at = null",
  onlyIf: notHeld("?2"),
};

/** Takes an active set out of service. */
export async function archiveBackupSet(database: TenantDatabase, change: StatusChange): Promise<StatusChangeOutcome> {
  return changeStatus(database, change, ARCHIVE);
}

/** Takes a set out of service that the rule of its schedule does not keep, once. */
export async function expireBackupSet(database: TenantDatabase, change: StatusChange): Promise<StatusChangeOutcome> {
  return changeStatus(database, change, EXPIRE);
}

/** Brings an archived set back into service, with all its items. */
export async function restoreBackupSet(database: TenantDatabase, change: StatusChange): Promise<StatusChangeOutcome> {
  return changeStatus(database, change, RESTORE);
}

export type RemovalOutcome =
  /** `released`: contents that the set's items referred to, each once; empty when it was removed before. */
  | { kind: "done"; released: string[] }
  /** A legal hold keeps the set; nothing was changed. */
  | { kind: "held" }
  | { kind: "not_found" };

const hashRowsSchema = z.array(z.object({ content_hash: z.string() }));
/** By the rule of a schedule goes only what it has archived, and nobody has brought back. */
const REMOVE_BY_RULE: Transition = {
  ...REMOVE,
  from: '["archived"]',
  onlyIf: `expired_at is not null and ${notHeld("?2")}`,
};

/**
 * Removes a set and its items for good, in one transaction: nothing can be added to it afterwards, and what its items referred to
 * is noted as released, to be freed by `free-payloads.ts`; so are its restore plans, for the sweep. One batch of nine statements.
 */
export async function removeBackupSet(database: TenantDatabase, change: StatusChange): Promise<RemovalOutcome> {
  const { backupSetId, tenantId, at, by } = change;
  const transition = by.kind === "rule" ? REMOVE_BY_RULE : REMOVE;
  const { begin, end } = statements(database, change, transition);
  // Under the conditions of the change itself, which comes last: after it there is no such set any more.
  const OF_LIVE_SET = `backup_set_id = ?1 and tenant_id = ?2
    and exists (select 1 from backup_sets where id = ?1 and tenant_id = ?2 and status in (${transition.from.slice(1, -1).replaceAll('"', "'")})
                   and ${transition.onlyIf ?? "true"})`;
  const HELD = `from backup_set_items where ${OF_LIVE_SET}`;
  const results = await database.batch([
    ...begin,
    database.prepare(`select distinct content_hash ${HELD}`).bind(backupSetId, tenantId),
    database
      .prepare(
        `insert into released_payloads (tenant_id, content_hash, due_at) select distinct ?2, content_hash, ?3 ${HELD}
             on conflict (tenant_id, content_hash) do update set due_at = excluded.due_at`,
      )
      .bind(backupSetId, tenantId, at),
    database.prepare(`delete ${HELD}`).bind(backupSetId, tenantId),
    database.prepare(`delete from backup_reference_names where ${OF_LIVE_SET}`).bind(backupSetId, tenantId),
    ...end,
    releasePlansStatement(database, { tenantId, backupSetId, at }),
  ]);
  const { kind } = outcomeOf(results.slice(0, -1));
  // It begins with every status that a set can have: only a hold leaves it as it is.
  if (kind === "other_status") return { kind: "held" };
  if (kind === "not_found") return { kind };
  return {
    kind: "done",
    released: hashRowsSchema.parse(results[begin.length]?.results).map((row) => row.content_hash),
  };
}

/** By ?1 the set, ?2 the tenant, ?3 the time, ?4 the mark: what the batch has marked is about to change. */
const MARKED = "id = ?1 and tenant_id = ?2 and status_run_id = ?4";

interface ChangeStatements {
  /** Marks the set as this change's unless its receipt is there, and writes the receipt, which tells what the set is until now. */
  begin: D1PreparedStatement[];
  /** Makes the change of what is marked, and reads what is true then. */
  end: D1PreparedStatement[];
}

function statements(database: TenantDatabase, change: StatusChange, transition: Transition): ChangeStatements {
  const { backupSetId, tenantId, at, by } = change;
  const receiptId = by.kind === "unit" ? `${by.runId}/${by.ordinal}` : crypto.randomUUID();
  // Every change leaves its mark, so a set that another change has brought back is not marked as this one's. A member's has no run.
  const mark = by.kind === "unit" ? by.runId : receiptId;
  const key = [backupSetId, tenantId] as const;
  return {
    begin: [
      database
        .prepare(
          `update backup_sets set status_run_id = ?3
            where id = ?1 and tenant_id = ?2 and status in (select value from json_each(?4))
              and not exists (select 1 from audit_events where id = ?5) and ${transition.onlyIf ?? "true"}`,
        )
        .bind(...key, mark, transition.from, receiptId),
      auditEventWhere(
        database,
        {
          id: receiptId,
          tenantId,
          at,
          action: transition.action,
          actorId: by.kind === "member" ? by.userId : null,
          targetKind: "backup-set",
          targetId: backupSetId,
          detail: by.kind === "unit" ? { runId: by.runId } : by.kind === "rule" ? { scheduleId: by.scheduleId } : {},
          ...(by.kind === "unit" ? { runId: by.runId } : {}),
        },
        {
          from: "backup_sets",
          condition: `id = ?9 and tenant_id = ?10 and status_run_id = ?11 and status in (select value from json_each(?12))
            and ${transition.onlyIf ?? "true"}`,
          values: [...key, mark, transition.from],
          // Of a set that is removed for good, nothing else keeps the name.
          detail: `json_object('name', name, 'policies', (select count(*) from backup_set_items where backup_set_id = ?9 and tenant_id = ?10))`,
        },
      ),
    ],
    end: [
      database
        .prepare(
          `update backup_sets set status = ?5, updated_at = ?3, ${transition.also}
            where ${MARKED} and status in (select value from json_each(?6)) and ${transition.onlyIf ?? "true"}`,
        )
        .bind(...key, at, mark, transition.to, transition.from),
      database
        .prepare(
          `select status, exists (select 1 from audit_events where id = ?3) as done
             from backup_sets where id = ?1 and tenant_id = ?2`,
        )
        .bind(...key, receiptId),
    ],
  };
}

/** Makes a change of status alone. One batch of four statements. */
async function changeStatus(
  database: TenantDatabase,
  change: StatusChange,
  transition: Transition,
): Promise<StatusChangeOutcome> {
  const { begin, end } = statements(database, change, transition);
  return outcomeOf(await database.batch([...begin, ...end]));
}

const stateRowSchema = z.object({ status: z.string(), done: z.int() });

function outcomeOf(results: D1Result[]): StatusChangeOutcome {
  const row = results.at(-1)?.results[0];
  if (row === undefined) return { kind: "not_found" };
  const { status, done } = stateRowSchema.parse(row);
  if (done === 1) return { kind: "done" };
  return status === "deleted" ? { kind: "not_found" } : { kind: "other_status", status };
}
