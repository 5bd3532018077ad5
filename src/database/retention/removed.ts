/** What retention has removed, for links that lead there. */
import { desc, inArray, and, eq } from "drizzle-orm";
import { REMOVED_WORDS, removedKindSchema } from "../../contract/retention.ts";
import { firstOf, query } from "../sql/read.ts";
import { removedThings } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

const t = removedThings;

/** In words what became of the thing that one of the ids names, if retention removed it; null otherwise. One query. */
export async function whatWasRemoved(
  database: TenantDatabase,
  tenantId: string,
  ids: readonly string[],
): Promise<string | null> {
  const found = await firstOf(
    query(database)
      .select({ kind: t.kind, at: t.removedAt })
      .from(t)
      .where(and(eq(t.tenantId, tenantId), inArray(t.kind, [...removedKindSchema.options]), inArray(t.id, [...ids])))
      .orderBy(desc(t.removedAt))
      .limit(1),
  );
  if (found === null) return null;
  const day = new Date(found.at).toISOString().slice(0, 10);
  return `${REMOVED_WORDS[found.kind]} was removed on ${day} by retention: its time was over.`;
}

/** Drops notes from before a time, at most `limit`: links that old are told of as things that never were. One statement. */
export async function dropNotes(
  database: TenantDatabase,
  tenantId: string,
  before: number,
  limit: number,
): Promise<void> {
  await database
    .prepare(
      `delete from removed_things where rowid in (
         select rowid from removed_things where tenant_id = ?1 and removed_at < ?2 and pending = 0 limit ?3)`,
    )
    .bind(tenantId, before, limit)
    .run();
}
