/** Notifications: of a run's end for its initiator, written by its completion, and others (`notices.ts`). Read and marked by their owner. */
import { and, desc, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { PAGES, pageAddress, runAddress } from "../../contract/console-addresses.ts";
import { type Notification } from "../../contract/notifications.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { beyond, firstOf, query, rowsOf } from "../sql/read.ts";
import { isoTime, isoTimeOrNull } from "../sql/time.ts";
import type { NoticeSubject } from "./notices.ts";
import { notifications } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

const n = notifications;

/** The user's own notifications in a tenant, newest first. */
export async function listNotifications(
  database: TenantDatabase,
  tenant: { id: string; slug: string },
  request: { userId: string; unseenOnly: boolean; cursor: string | null; limit: number },
): Promise<Page<Notification>> {
  const after = decodeCursor(request.cursor, z.tuple([z.int(), z.string()]));
  const rows = await rowsOf(
    query(database)
      .select()
      .from(n)
      .where(
        and(
          eq(n.userId, request.userId),
          eq(n.tenantId, tenant.id),
          request.unseenOnly ? isNull(n.seenAt) : undefined,
          beyond([n.createdAt, n.id], "<", after),
        ),
      )
      .orderBy(desc(n.createdAt), desc(n.id))
      .limit(oneMore(request.limit)),
  );
  return mapPage(
    pageOf(rows, request.limit, ({ createdAt, id }) => [createdAt, id]),
    (row) => toNotification(row, tenant.slug),
  );
}

/** Marks one of the user's own notifications as seen; a second call keeps the first time. Null when it is not theirs. */
export async function markNotificationSeen(
  database: TenantDatabase,
  tenant: { id: string; slug: string },
  request: { userId: string; notificationId: string; at: number },
): Promise<Notification | null> {
  const row = await firstOf(
    query(database)
      .update(n)
      .set({ seenAt: sql`coalesce(${n.seenAt}, ${request.at})` })
      .where(and(eq(n.id, request.notificationId), eq(n.userId, request.userId), eq(n.tenantId, tenant.id)))
      .returning(),
  );
  return row === null ? null : toNotification(row, tenant.slug);
}

function toNotification(row: typeof notifications.$inferSelect, tenantSlug: string): Notification {
  const { id, runId, tenantId, about, outcome, title, body } = row;
  return {
    id,
    runId: about === null && row.href === null ? runId : null,
    tenantId,
    outcome,
    title,
    body,
    href: row.href ?? (about === null ? runAddress(tenantSlug, runId) : addressOf(tenantSlug, about)),
    createdAt: isoTime(row.createdAt),
    seenAt: isoTimeOrNull(row.seenAt),
  };
}

function addressOf(slug: string, about: NoticeSubject): string {
  switch (about.page) {
    case "schedule":
      return pageAddress(PAGES.schedule, { slug, scheduleId: about.id });
    case "backup-sets":
      return pageAddress(PAGES.backupSets, { slug });
  }
}
