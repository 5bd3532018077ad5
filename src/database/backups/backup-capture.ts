/**
 * Taking a policy into a backup set, once for each unit, whatever executes it again or beside it. Each write is one transaction
 * that takes effect only on the state that its caller has decided on, and answers with the state that is true afterwards.
 */
import { z } from "zod";
import type { PolicyFacts } from "../../graph/policy-facts.ts";
import { foldName } from "../inventory/policies.ts";
import type { TenantDatabase } from "../databases.ts";

/** Which unit takes which policy into which set. */
export interface CaptureKey {
  tenantId: string;
  backupSetId: string;
  family: string;
  graphId: string;
  runId: string;
  /** Of the item that this unit makes, if it makes one: the same at each execution. */
  itemId: string;
}

export interface CaptureState {
  /** The set is there, the tenant's, and in service. */
  setActive: boolean;
  /** The tenant's inventory has, or had, the policy. */
  policyKnown: boolean;
  /** This unit's item is in the set. */
  taken: boolean;
  /** The newest item of the policy in the set. */
  last: {
    id: string;
    contentHash: string;
    comparableHash: string;
    sealedSecrets: string | null;
    capturedAt: number;
    /** This unit has found the policy to be unchanged since. */
    confirmed: boolean;
  } | null;
}

/** An item to be. Its payload is in R2 already. */
export interface NewItem extends PolicyFacts {
  contentHash: string;
  contentBytes: number;
  comparableHash: string;
  sealedSecrets: string | null;
  /** Milliseconds since the epoch. */
  capturedAt: number;
  requestId: string | null;
}

const stateRowSchema = z.object({
  set_active: z.int(),
  policy_known: z.int(),
  taken: z.int(),
  last_id: z.string().nullable(),
  last_content_hash: z.string().nullable(),
  last_comparable_hash: z.string().nullable(),
  last_sealed_secrets: z.string().nullable(),
  last_captured_at: z.int().nullable(),
  last_run_id: z.string().nullable(),
});

/** ?1 tenant, ?2 set, ?3 family, ?4 Graph id: the newest item of the policy in the set. */
const LAST = `(select id from backup_set_items where backup_set_id = ?2 and family = ?3 and graph_id = ?4
                order by captured_at desc, id desc limit 1)`;
const SET_ACTIVE = "exists (select 1 from backup_sets where id = ?2 and tenant_id = ?1 and status = 'active')";

/** One query. */
export async function readCaptureState(database: TenantDatabase, key: CaptureKey): Promise<CaptureState> {
  return toState(key, await stateStatement(database, key).first());
}

/**
 * Adds the unit's item if the set is active and its newest item of the policy is still `expectedLast`. Durable when it resolves;
 * again, it adds nothing. One batch of two statements.
 */
export async function addItem(
  database: TenantDatabase,
  key: CaptureKey,
  item: NewItem,
  expectedLast: string | null,
): Promise<CaptureState> {
  const [, state] = await database.batch([
    database
      .prepare(
        `insert into backup_set_items (id, tenant_id, backup_set_id, family, graph_id, name, sort_name, description, platform,
                odata_type, assignment_count, content_hash, content_bytes, comparable_hash, sealed_secrets, captured_at, run_id,
                request_id)
         select ?5, ?1, ?2, ?3, ?4, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?6, ?19
          where ${SET_ACTIVE} and ${LAST} is ?7
            and not exists (select 1 from backup_set_items where id = ?7 and confirmed_run_id = ?6)
             on conflict do nothing`,
      )
      .bind(
        ...parametersOf(key),
        expectedLast,
        item.name,
        foldName(item.name),
        item.description,
        item.platform,
        item.odataType,
        item.assignmentCount,
        item.contentHash,
        item.contentBytes,
        item.comparableHash,
        item.sealedSecrets,
        item.capturedAt,
        item.requestId,
      ),
    stateStatement(database, key),
  ]);
  return toState(key, state?.results[0]);
}

/** Notes that the policy is still as `expectedLast` has it, under the same conditions. One batch of two statements. */
export async function confirmItem(
  database: TenantDatabase,
  key: CaptureKey,
  expectedLast: string,
  at: number,
): Promise<CaptureState> {
  const [, state] = await database.batch([
    database
      .prepare(
        `update backup_set_items set confirmed_at = ?8, confirmed_run_id = ?6
          where id = ?7 and ${SET_ACTIVE} and ${LAST} is ?7 and not exists (select 1 from backup_set_items where id = ?5)`,
      )
      .bind(...parametersOf(key), expectedLast, at),
    stateStatement(database, key),
  ]);
  return toState(key, state?.results[0]);
}

function stateStatement(database: TenantDatabase, key: CaptureKey): D1PreparedStatement {
  return database
    .prepare(
      `select ${SET_ACTIVE} as set_active,
              exists (select 1 from policies where tenant_id = ?1 and family = ?3 and graph_id = ?4) as policy_known,
              exists (select 1 from backup_set_items where id = ?5 and backup_set_id = ?2 and run_id = ?6) as taken,
              last.id as last_id, last.content_hash as last_content_hash, last.comparable_hash as last_comparable_hash, last.sealed_secrets as last_sealed_secrets,
              last.captured_at as last_captured_at, last.confirmed_run_id as last_run_id
         from (select 1) left join backup_set_items last on last.id = ${LAST} and last.tenant_id = ?1`,
    )
    .bind(...parametersOf(key));
}

function parametersOf({ tenantId, backupSetId, family, graphId, itemId, runId }: CaptureKey): string[] {
  return [tenantId, backupSetId, family, graphId, itemId, runId];
}

function toState(key: CaptureKey, raw: unknown): CaptureState {
  const row = stateRowSchema.parse(raw);
  const { last_id, last_content_hash, last_comparable_hash, last_captured_at } = row;
  const last =
    last_id === null || last_content_hash === null || last_comparable_hash === null || last_captured_at === null
      ? null
      : {
          id: last_id,
          contentHash: last_content_hash,
          comparableHash: last_comparable_hash,
          sealedSecrets: row.last_sealed_secrets,
          capturedAt: last_captured_at,
          confirmed: row.last_run_id === key.runId,
        };
  return { setActive: row.set_active === 1, policyKnown: row.policy_known === 1, taken: row.taken === 1, last };
}
