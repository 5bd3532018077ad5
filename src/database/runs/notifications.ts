/** Terminal notifications: one per run for its initiator. Written by the run's completion, read and marked by their owner. */
import { z } from "zod";
import { runAddress } from "../../contract/console-addresses.ts";
import { type Notification } from "../../contract/notifications.ts";
import { runOutcomeSchema } from "../../contract/runs.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";

const rowSchema = z.object({
  id: z.string(),
  run_id: z.string(),
  tenant_id: z.string(),
  outcome: runOutcomeSchema,
  title: z.string(),
  body: z.string(),
  created_at: z.int(),
  seen_at: z.int().nullable(),
});
const cursorSchema = z.tuple([z.int(), z.string()]);

/** The user's own notifications in a tenant, newest first. */
export async function listNotifications(
  database: D1Database,
  tenant: { id: string; slug: string },
  request: { userId: string; unseenOnly: boolean; cursor: string | null; limit: number },
): Promise<Page<Notification>> {
  const after = decodeCursor(request.cursor, cursorSchema);
  const [at, id] = after ?? [null, null];
  const { results } = await database
    .prepare(
      `select id, run_id, tenant_id, outcome, title, body, created_at, seen_at
         from notifications
        where user_id = ?1 and tenant_id = ?2 and (?3 = 0 or seen_at is null)
          and (?4 is null or (created_at, id) < (?4, ?5))
        order by created_at desc, id desc
        limit ?6`,
    )
    .bind(request.userId, tenant.id, request.unseenOnly ? 1 : 0, at, id, oneMore(request.limit))
    .all();
  const rows = z.array(rowSchema).parse(results);
  return mapPage(
    pageOf(rows, request.limit, (last) => [last.created_at, last.id]),
    (row) => toNotification(row, tenant.slug),
  );
}

/** Marks one of the user's own notifications as seen; a second call keeps the first time. Null when it is not theirs. */
export async function markNotificationSeen(
  database: D1Database,
  tenant: { id: string; slug: string },
  request: { userId: string; notificationId: string; at: number },
): Promise<Notification | null> {
  const row = await database
    .prepare(
      `update notifications set seen_at = coalesce(seen_at, ?4)
        where id = ?1 and user_id = ?2 and tenant_id = ?3
        returning id, run_id, tenant_id, outcome, title, body, created_at, seen_at`,
    )
    .bind(request.notificationId, request.userId, tenant.id, request.at)
    .first();
  return row === null ? null : toNotification(rowSchema.parse(row), tenant.slug);
}

function toNotification(row: z.infer<typeof rowSchema>, tenantSlug: string): Notification {
  return {
    id: row.id,
    runId: row.run_id,
    tenantId: row.tenant_id,
    outcome: row.outcome,
    title: row.title,
    body: row.body,
    href: runAddress(tenantSlug, row.run_id),
    createdAt: new Date(row.created_at).toISOString(),
    seenAt: row.seen_at === null ? null : new Date(row.seen_at).toISOString(),
  };
}
