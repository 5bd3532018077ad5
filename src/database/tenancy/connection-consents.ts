/** Consents under way. A state is used once, by the person and in the session that began it. */
import type { ConnectionPurpose } from "../../contract/connections.ts";
import { connectionPurposeSchema } from "../../contract/connections.ts";
import { z } from "zod";
import type { ControlDatabase } from "../databases.ts";

export interface PendingConsent {
  tenantId: string;
  purpose: ConnectionPurpose;
  userId: string;
  sessionId: string | null;
  /** The Microsoft tenant that the answer to the consent named; null before it. */
  claimedDirectoryId: string | null;
  sealedProof: string | null;
  /** Why, for the person who approves the connection; null where nothing was said. */
  reason: string | null;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/** Stores what waits for an answer, and drops what waits no more. */
export async function insertConsent(
  database: ControlDatabase,
  stateHash: string,
  consent: PendingConsent,
  now: number,
): Promise<void> {
  const { tenantId, purpose, userId, sessionId, claimedDirectoryId, sealedProof, reason, expiresAt } = consent;
  await database.batch([
    database.prepare("delete from connection_consents where expires_at <= ?1").bind(now),
    database
      .prepare(
        `insert into connection_consents (state_hash, tenant_id, purpose, user_id, session_id, claimed_directory_id, sealed_proof, expires_at, reason)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)`,
      )
      .bind(stateHash, tenantId, purpose, userId, sessionId, claimedDirectoryId, sealedProof, expiresAt, reason),
  ]);
}

const rowSchema = z.object({
  tenant_id: z.string(),
  purpose: connectionPurposeSchema,
  user_id: z.string(),
  session_id: z.string().nullable(),
  claimed_directory_id: z.string().nullable(),
  sealed_proof: z.string().nullable(),
  reason: z.string().nullable(),
  expires_at: z.int(),
});

/**
 * Takes what a state stands for, so that it cannot be used again. Null for a state that never was, was used, has expired, or belongs to
 * another person or session: it stays theirs.
 */
export async function takeConsent(
  database: ControlDatabase,
  stateHash: string,
  by: { userId: string; sessionId: string | null; now: number },
): Promise<PendingConsent | null> {
  const row = await database
    .prepare(
      `delete from connection_consents where state_hash = ?1 and user_id = ?2 and session_id is ?3 and expires_at > ?4 returning *`,
    )
    .bind(stateHash, by.userId, by.sessionId, by.now)
    .first();
  if (row === null) return null;
  const parsed = rowSchema.parse(row);
  return {
    tenantId: parsed.tenant_id,
    purpose: parsed.purpose,
    userId: parsed.user_id,
    sessionId: parsed.session_id,
    claimedDirectoryId: parsed.claimed_directory_id,
    sealedProof: parsed.sealed_proof,
    reason: parsed.reason,
    expiresAt: parsed.expires_at,
  };
}
