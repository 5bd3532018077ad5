/** API tokens: their rows. What a token is worth at a use is decided in `access/api-tokens.ts`. */
import { and, desc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Capability } from "../../contract/access.ts";
import { type ApiToken, MAX_TOKENS } from "../../contract/api-tokens.ts";
import { auditEventWhere } from "../audit/audit-events.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { beyond, firstOf, query, rowsOf } from "../sql/read.ts";
import { isoTime, isoTimeOrNull } from "../sql/time.ts";
import type { KnownUser } from "./identities.ts";
import { FORMER_MEMBER } from "./person.ts";
import { apiTokens, apiTokenTenants, users } from "./tables.ts";
import type { ControlDatabase } from "../databases.ts";

export type StoredApiToken = typeof apiTokens.$inferSelect;

const HOUR_MS = 3_600_000;
const idsSchema = z.array(z.string());

/** A token with its maker, and the tenants that it reaches: those of its scope whose member the maker still is. One query. */
export async function findApiToken(
  database: ControlDatabase,
  id: string,
): Promise<{ token: StoredApiToken; maker: KnownUser; tenantIds: string[] } | null> {
  const found = await firstOf(
    query(database)
      .select({
        token: apiTokens,
        maker: { id: users.id, email: users.email, name: users.name, disabledAt: users.disabledAt },
        tenantIds: sql<string>`(select json_group_array(s.tenant_id) from api_token_tenants s
          join memberships m on m.tenant_id = s.tenant_id and m.user_id = ${apiTokens}."maker_id"
          where s.token_id = ${apiTokens}."id" and s.ended_at is null)`,
      })
      .from(apiTokens)
      .innerJoin(users, eq(users.id, apiTokens.makerId))
      .where(eq(apiTokens.id, id)),
  );
  return found === null ? null : { ...found, tenantIds: idsSchema.parse(JSON.parse(found.tenantIds)) };
}

/** Notes that a token is used, at most once an hour. */
export async function noteUse(
  database: ControlDatabase,
  { id, lastUsedAt }: StoredApiToken,
  now: number,
): Promise<void> {
  if (lastUsedAt !== null && lastUsedAt > now - HOUR_MS) return;
  await database
    .prepare(
      "update api_tokens set last_used_at = ?2 where id = ?1 and (last_used_at is null or last_used_at <= ?2 - ?3)",
    )
    .bind(id, now, HOUR_MS)
    .run();
}

export interface ApiTokenToStore {
  id: string;
  name: string;
  secretHash: string;
  makerId: string;
  capabilities: readonly Capability[];
  createdAt: number;
  expiresAt: number;
  tenantIds: readonly string[];
}

/** Stores a token, with an event in each of its tenants. False when its maker has as many as a person may have. */
export async function insertApiToken(database: ControlDatabase, token: ApiTokenToStore): Promise<boolean> {
  const { id, name, secretHash, makerId, capabilities, createdAt, expiresAt, tenantIds } = token;
  const stored = { condition: "exists (select 1 from api_tokens where id = ?9)", values: [id] };
  const detail = { name, capabilities, expiresAt: isoTime(expiresAt) };
  const [inserted] = await database.batch([
    database
      .prepare(
        `insert into api_tokens (id, name, secret_hash, maker_id, capabilities, created_at, expires_at)
         select ?1, ?2, ?3, ?4, ?5, ?6, ?7
          where (select count(*) from api_tokens where maker_id = ?4 and revoked_at is null and expires_at > ?6) < ?8`,
      )
      .bind(id, name, secretHash, makerId, JSON.stringify(capabilities), createdAt, expiresAt, MAX_TOKENS),
    database
      .prepare(
        `insert into api_token_tenants (token_id, tenant_id)
         select ?1, value from json_each(?2) where exists (select 1 from api_tokens where id = ?1)`,
      )
      .bind(id, JSON.stringify(tenantIds)),
    ...tenantIds.map((tenantId) =>
      auditEventWhere(
        database,
        { ...eventOf("token.create", { tenantId, id, actorId: makerId, at: createdAt }), detail },
        stored,
      ),
    ),
  ]);
  return inserted?.meta.changes === 1;
}

/** Tokens that reach the tenant, newest first; of one maker alone where one is named. */
export async function listApiTokens(
  database: ControlDatabase,
  request: { tenantId: string; makerId: string | null; cursor: string | null; limit: number; now: number },
): Promise<Page<ApiToken>> {
  const { tenantId, makerId, now } = request;
  const after = decodeCursor(request.cursor, z.tuple([z.int(), z.string()]));
  const t = apiTokens;
  const rows = await rowsOf(
    query(database)
      .select({ token: t, endedAt: apiTokenTenants.endedAt, makerName: users.name })
      .from(apiTokenTenants)
      .innerJoin(t, eq(t.id, apiTokenTenants.tokenId))
      .leftJoin(users, eq(users.id, t.makerId))
      .where(
        and(
          eq(apiTokenTenants.tenantId, tenantId),
          makerId === null ? undefined : eq(t.makerId, makerId),
          beyond([t.createdAt, t.id], "<", after),
        ),
      )
      .orderBy(desc(t.createdAt), desc(t.id))
      .limit(oneMore(request.limit)),
  );
  return mapPage(
    pageOf(rows, request.limit, ({ token }) => [token.createdAt, token.id]),
    ({ token, endedAt, makerName }) => presentApiToken(token, { makerName, endedAt, now }),
  );
}

/** A token as people see it. */
export function presentApiToken(
  { id, name, makerId, capabilities, createdAt, expiresAt, revokedAt, lastUsedAt }: StoredApiToken,
  { makerName, endedAt, now }: { makerName: string | null; endedAt: number | null; now: number },
): ApiToken {
  const state = revokedAt !== null || endedAt !== null ? "revoked" : expiresAt <= now ? "over" : "active";
  return {
    id,
    name,
    maker: { id: makerId, name: makerName ?? FORMER_MEMBER },
    capabilities,
    state,
    createdAt: isoTime(createdAt),
    expiresAt: isoTime(expiresAt),
    lastUsedAt: isoTimeOrNull(lastUsedAt),
  };
}

/** Who revokes a token, seen from which tenant, and when. */
export interface Revocation {
  tenantId: string;
  id: string;
  actorId: string;
  /** Whether the person may revoke what others have made. */
  ofAll: boolean;
  at: number;
}

/**
 * Revokes a token for its maker, or its access to the tenant for another person who manages members. Returns the tenants that it reaches no
 * more; null when the person has no such token here. Revoking twice changes nothing.
 */
export async function revokeApiToken(database: ControlDatabase, revocation: Revocation): Promise<string[] | null> {
  const { tenantId, id, actorId, ofAll, at } = revocation;
  const t = apiTokens;
  const found = await firstOf(
    query(database)
      .select({ makerId: t.makerId, name: t.name })
      .from(apiTokenTenants)
      .innerJoin(t, eq(t.id, apiTokenTenants.tokenId))
      .where(and(eq(apiTokenTenants.tenantId, tenantId), eq(t.id, id), ofAll ? undefined : eq(t.makerId, actorId))),
  );
  if (found === null) return null;
  const scope = await rowsOf(
    query(database)
      .select({ tenantId: apiTokenTenants.tenantId })
      .from(apiTokenTenants)
      .where(eq(apiTokenTenants.tokenId, id)),
  );
  const isMaker = found.makerId === actorId;
  const tenantIds = isMaker ? scope.map((each) => each.tenantId) : [tenantId];
  const detail = { name: found.name, ...(isMaker ? {} : { makerId: found.makerId }) };
  const reaches = (token: string, tenant: string): string =>
    `exists (select 1 from api_token_tenants s join api_tokens t on t.id = s.token_id
              where s.token_id = ${token} and s.tenant_id = ${tenant} and s.ended_at is null and t.revoked_at is null)`;
  await database.batch([
    ...tenantIds.map((tenant) =>
      auditEventWhere(
        database,
        { ...eventOf("token.revoke", { tenantId: tenant, id, actorId, at }), detail },
        { condition: reaches("?9", "?10"), values: [id, tenant] },
      ),
    ),
    isMaker
      ? database.prepare("update api_tokens set revoked_at = ?2 where id = ?1 and revoked_at is null").bind(id, at)
      : database
          .prepare(
            "update api_token_tenants set ended_at = ?3 where token_id = ?1 and tenant_id = ?2 and ended_at is null",
          )
          .bind(id, tenantId, at),
  ]);
  return tenantIds;
}

function eventOf<Action extends "token.create" | "token.revoke">(
  action: Action,
  { tenantId, id, actorId, at }: { tenantId: string; id: string; actorId: string; at: number },
) {
  return { tenantId, at, action, actorId, targetKind: "api-token", targetId: id };
}
