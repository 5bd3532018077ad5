/**
 * The journal of restores: what was about to be written to Graph, and what came of it, by plan item. Whoever executes the item
 * again, in whichever run, goes on from here.
 */
import { z } from "zod";

export interface JournalKey {
  tenantId: string;
  planId: string;
  /** The plan item's. */
  ordinal: number;
}

export interface StoredEntry {
  seq: number;
  /** The execution that wrote it: a mark of its own, so that nobody takes another's entry for theirs. */
  writer: string;
  /** Milliseconds since the epoch. */
  at: number;
  entry: unknown;
}

const rowSchema = z.object({ seq: z.int(), at: z.int(), entry: z.string() });
const wrappedSchema = z.object({ writer: z.string(), entry: z.unknown() });

/** An item's entries, in order. One query, by the journal's key. */
export async function readJournal(database: D1Database, key: JournalKey): Promise<StoredEntry[]> {
  const { results } = await database
    .prepare(
      `select seq, at, entry from restore_journal
        where plan_id = ?1 and ordinal = ?2 and tenant_id = ?3 order by seq`,
    )
    .bind(key.planId, key.ordinal, key.tenantId)
    .all();
  return z
    .array(rowSchema)
    .parse(results)
    .map(({ seq, at, entry }) => ({ seq, at, ...wrappedSchema.parse(JSON.parse(entry)) }));
}

/**
 * Appends an entry under its number; durable when it resolves. `taken`: somebody else has that number, and is at the item or was
 * faster. Who repeats an append whose answer was lost finds its own entry: `appended` as well. One batch of two statements.
 */
export async function appendToJournal(
  database: D1Database,
  key: JournalKey,
  runId: string,
  { seq, at, writer, entry }: StoredEntry,
): Promise<"appended" | "taken"> {
  const [, found] = await database.batch([
    database
      .prepare(
        `insert into restore_journal (plan_id, ordinal, seq, tenant_id, run_id, at, entry)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7) on conflict do nothing`,
      )
      .bind(key.planId, key.ordinal, seq, key.tenantId, runId, at, JSON.stringify({ writer, entry })),
    database
      .prepare(
        `select json_extract(entry, '$.writer') as writer from restore_journal
          where plan_id = ?1 and ordinal = ?2 and seq = ?3`,
      )
      .bind(key.planId, key.ordinal, seq),
  ]);
  const stored = z.object({ writer: z.string() }).parse(found?.results[0]);
  return stored.writer === writer ? "appended" : "taken";
}
