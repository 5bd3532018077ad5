/** Answers by Idempotency-Key: a repeated request gets the first answer, word for word. */
import { and, eq } from "drizzle-orm";
import type { StartedOperation } from "../../contract/runs.ts";
import { firstOf, query } from "../sql/read.ts";
import { idempotencyKeys } from "./tables.ts";
import { notFenced } from "../moves/fences.ts";
import type { TenantDatabase } from "../databases.ts";

/** A key belongs to a user in a tenant. */
export interface KeyOwner {
  tenantId: string;
  userId: string;
  key: string;
}

export interface KeyedAnswer extends KeyOwner {
  /** SHA-256 of the request, to refuse the same key with another body. */
  requestHash: string;
  runId: string;
  /** HTTP status. */
  status: number;
  body: StartedOperation;
  /** Milliseconds since the epoch. */
  at: number;
}

/** Stores a key's answer, if the run it speaks of exists and the key is new. For the caller to run or to put into its batch. */
export function keyedAnswerStatement(database: TenantDatabase, answer: KeyedAnswer): D1PreparedStatement {
  return database
    .prepare(
      `insert into idempotency_keys (tenant_id, user_id, key, request_hash, run_id, response_status, response_body, created_at)
       select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 where exists (select 1 from operation_runs where id = ?5)
       on conflict do nothing`,
    )
    .bind(
      answer.tenantId,
      answer.userId,
      answer.key,
      answer.requestHash,
      answer.runId,
      answer.status,
      JSON.stringify(answer.body),
      answer.at,
    );
}

/** What the key was answered first; null for a key that is new. */
export async function readKeyedAnswer(
  database: TenantDatabase,
  owner: KeyOwner,
): Promise<{ requestHash: string; status: number; body: StartedOperation } | null> {
  const k = idempotencyKeys;
  return firstOf(
    query(database)
      .select({ requestHash: k.requestHash, status: k.responseStatus, body: k.responseBody })
      .from(k)
      .where(and(eq(k.tenantId, owner.tenantId), eq(k.userId, owner.userId), eq(k.key, owner.key))),
  );
}

/** Forgets answers that were stored before `before`. */
export async function dropKeyedAnswers(database: TenantDatabase, before: number): Promise<void> {
  await database
    .prepare(`delete from idempotency_keys where created_at < ?1 and ${notFenced("idempotency_keys.tenant_id")}`)
    .bind(before)
    .run();
}
