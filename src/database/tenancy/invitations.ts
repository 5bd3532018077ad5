/** Invitations to become a member. A link carries a secret. The first person who signs in and has it becomes the member. */
import { and, desc, eq, gt, isNull } from "drizzle-orm";
import { z } from "zod";
import type { Invitation } from "../../contract/access.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { beyond, firstOf, query, rowsOf } from "../sql/read.ts";
import { isoTime } from "../sql/time.ts";
import { applyChange } from "../approvals/carrying-out.ts";
import { auditEventWhere } from "../audit/audit-events.ts";
import { FORMER_MEMBER, personOf } from "./person.ts";
import { heldRole, type HeldRole, nameOfRole, OWN_ROLE, roleExists } from "./roles.ts";
import { customRoles, invitations, memberships, tenants, tenantSettings, users } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

/** An invitation that holds, as its reader sees it before using it. */
export interface OpenInvitation extends HeldRole {
  id: string;
  tenantId: string;
  tenantName: string;
  slug: string;
  tags: string[];
  createdBy: { id: string; name: string };
  expiresAt: number;
}

/** Stores an invitation with its event. Null when the tenant has no such role, else the role's name. */
export async function insertInvitation(
  database: TenantDatabase,
  invitation: Pick<
    typeof invitations.$inferSelect,
    "id" | "tenantId" | "role" | "note" | "secretHash" | "createdBy" | "createdAt" | "expiresAt"
  >,
): Promise<string | null> {
  const { id, tenantId, role, note, secretHash, createdBy, createdAt, expiresAt } = invitation;
  const roleName = await nameOfRole(database, tenantId, role);
  if (roleName === null) return null;
  const [inserted] = await applyChange(database, [
    database
      .prepare(
        `insert into invitations (id, tenant_id, role, note, secret_hash, created_by, created_at, expires_at)
         select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 where ${roleExists("?2", "?3")}`,
      )
      .bind(id, tenantId, role, note, secretHash, createdBy, createdAt, expiresAt),
    auditEventWhere(
      database,
      {
        tenantId,
        at: createdAt,
        action: "member.invite",
        actorId: createdBy,
        targetKind: "invitation",
        targetId: id,
        detail: { role, roleName, note, expiresAt: isoTime(expiresAt) },
      },
      { condition: "exists (select 1 from invitations where id = ?9)", values: [id] },
    ),
  ]);
  return inserted?.meta.changes === 1 ? roleName : null;
}

/** The tenant's open invitations, newest first. */
export async function listInvitations(
  database: TenantDatabase,
  request: { tenantId: string; cursor: string | null; limit: number; now: number },
): Promise<Page<Invitation>> {
  const after = decodeCursor(request.cursor, z.tuple([z.int(), z.string()]));
  const i = invitations;
  const rows = await rowsOf(
    query(database)
      .select({
        id: i.id,
        role: i.role,
        ...OWN_ROLE,
        note: i.note,
        createdBy: i.createdBy,
        createdByName: users.name,
        createdAt: i.createdAt,
        expiresAt: i.expiresAt,
      })
      .from(i)
      .leftJoin(users, eq(users.id, i.createdBy))
      .leftJoin(customRoles, and(eq(customRoles.id, i.role), eq(customRoles.tenantId, i.tenantId)))
      .where(
        and(
          eq(i.tenantId, request.tenantId),
          isNull(i.closedAt),
          gt(i.expiresAt, request.now),
          beyond([i.createdAt, i.id], "<", after),
        ),
      )
      .orderBy(desc(i.createdAt), desc(i.id))
      .limit(oneMore(request.limit)),
  );
  return mapPage(
    pageOf(rows, request.limit, ({ createdAt, id }) => [createdAt, id]),
    ({ id, role, note, createdBy, createdByName, createdAt, expiresAt, ...own }) => ({
      id,
      role,
      roleName: heldRole(role, own).roleName,
      note,
      createdBy: personOf(createdBy, createdByName),
      createdAt: isoTime(createdAt),
      expiresAt: isoTime(expiresAt),
    }),
  );
}

/** The invitation of a secret; null for one that was used, withdrawn, has expired, or never was. */
export async function findInvitation(
  database: TenantDatabase,
  secretHash: string,
  now: number,
): Promise<OpenInvitation | null> {
  const i = invitations;
  const found = await firstOf(
    query(database)
      .select({
        id: i.id,
        tenantId: i.tenantId,
        tenantName: tenants.name,
        slug: tenants.slug,
        role: i.role,
        ...OWN_ROLE,
        createdBy: i.createdBy,
        createdByName: users.name,
        expiresAt: i.expiresAt,
        tags: tenantSettings.tags,
      })
      .from(i)
      .innerJoin(tenants, eq(tenants.id, i.tenantId))
      .leftJoin(users, eq(users.id, i.createdBy))
      .leftJoin(customRoles, and(eq(customRoles.id, i.role), eq(customRoles.tenantId, i.tenantId)))
      .leftJoin(tenantSettings, eq(tenantSettings.tenantId, i.tenantId))
      .where(and(eq(i.secretHash, secretHash), isNull(i.closedAt), gt(i.expiresAt, now))),
  );
  if (found === null) return null;
  const { id, tenantId, tenantName, slug, role, createdBy, createdByName, expiresAt } = found;
  const inviter = { id: createdBy, name: createdByName ?? FORMER_MEMBER };
  return {
    id,
    tenantId,
    tenantName,
    slug,
    createdBy: inviter,
    expiresAt,
    ...heldRole(role, found),
    tags: found.tags ?? [],
  };
}

/** The invitation is open, and the person is no member. Parameters from `?9`: invitation, time, tenant, person. */
const MAY_JOIN = `exists (select 1 from invitations where id = ?9 and closed_at is null and expires_at > ?10)
  and not exists (select 1 from memberships where tenant_id = ?11 and user_id = ?12)`;

/** Uses an invitation up: the person is a member from now on. Of two at a time, one joins. */
export async function acceptInvitation(
  database: TenantDatabase,
  invitation: OpenInvitation,
  { userId, at }: { userId: string; at: number },
): Promise<"joined" | "already_member" | "over"> {
  const { id, tenantId, role, roleName, createdBy } = invitation;
  const eventId = crypto.randomUUID();
  const [event] = await database.batch([
    auditEventWhere(
      database,
      {
        id: eventId,
        tenantId,
        at,
        action: "member.join",
        actorId: userId,
        targetKind: "member",
        targetId: userId,
        detail: { role, roleName, invitationId: id },
      },
      { condition: MAY_JOIN, values: [id, at, tenantId, userId] },
    ),
    // The event stands for both conditions: it is there if and only if they held a moment ago, in this transaction.
    database
      .prepare(
        `insert into memberships (tenant_id, user_id, role, created_at, invited_by)
         select ?1, ?2, ?3, ?5, ?6 where exists (select 1 from invitations where id = ?4 and closed_at is null and expires_at > ?5)
         on conflict (tenant_id, user_id) do nothing`,
      )
      .bind(tenantId, userId, role, id, at, createdBy.id),
    database
      .prepare(
        `update invitations set closed_at = ?2 where id = ?1 and closed_at is null
            and exists (select 1 from audit_events where id = ?3)`,
      )
      .bind(id, at, eventId),
  ]);
  if (event?.meta.changes === 1) return "joined";
  return (await isMember(database, tenantId, userId)) ? "already_member" : "over";
}

/** Withdraws an invitation. False for one that is not open. */
export async function withdrawInvitation(
  database: TenantDatabase,
  { tenantId, invitationId, actorId, at }: { tenantId: string; invitationId: string; actorId: string; at: number },
): Promise<boolean> {
  const open = "exists (select 1 from invitations where id = ?9 and tenant_id = ?10 and closed_at is null)";
  const [event] = await database.batch([
    auditEventWhere(
      database,
      {
        tenantId,
        at,
        action: "member.withdraw-invitation",
        actorId,
        targetKind: "invitation",
        targetId: invitationId,
        detail: {},
      },
      { condition: open, values: [invitationId, tenantId] },
    ),
    database
      .prepare("update invitations set closed_at = ?3 where id = ?1 and tenant_id = ?2 and closed_at is null")
      .bind(invitationId, tenantId, at),
  ]);
  return event?.meta.changes === 1;
}

async function isMember(database: TenantDatabase, tenantId: string, userId: string): Promise<boolean> {
  const found = await firstOf(
    query(database)
      .select({ role: memberships.role })
      .from(memberships)
      .where(and(eq(memberships.tenantId, tenantId), eq(memberships.userId, userId))),
  );
  return found !== null;
}
