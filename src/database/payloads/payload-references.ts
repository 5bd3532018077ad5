/**
 * Who refers to a payload, and which payloads wait to be freed. All that makes it safe to free one is written down in
 * decisions/060-backup-sets.md; whoever adds a table that refers to payloads adds it to `UNREFERENCED`.
 */
import { z } from "zod";
import { jsonLists } from "../sql/json-lists.ts";

/** A policy's current content is one of its versions, so `policies` need not be asked. Each of these is a look-up by index. */
export const UNREFERENCED = `
  select wanted.value as content_hash from json_each(?2) wanted
   where not exists (select 1 from policy_versions where tenant_id = ?1 and content_hash = wanted.value)
     and not exists (select 1 from backup_set_items where tenant_id = ?1 and content_hash = wanted.value)
     and not exists (select 1 from evidence_items where tenant_id = ?1 and content_hash = wanted.value)
     and not exists (select 1 from baseline_policies where tenant_id = ?1 and content_hash = wanted.value)`;

const hashRowsSchema = z.array(z.object({ content_hash: z.string() }));

/** Those of the contents that no row of the tenant refers to. One query for about 6,000. */
export async function unreferencedPayloads(
  database: D1Database,
  tenantId: string,
  hashes: readonly string[],
): Promise<string[]> {
  const unreferenced: string[] = [];
  for (const list of jsonLists(hashes)) {
    const { results } = await database.prepare(UNREFERENCED).bind(tenantId, list).all();
    unreferenced.push(...hashRowsSchema.parse(results).map((row) => row.content_hash));
  }
  return unreferenced;
}

const releasedRowsSchema = z.array(z.object({ tenant_id: z.string(), content_hash: z.string() }));

/** Released payloads, of all tenants, that it is time to look at. One query, in the order of an index. */
export async function dueReleases(
  database: D1Database,
  now: number,
  limit: number,
): Promise<{ tenantId: string; hash: string }[]> {
  const { results } = await database
    .prepare("select tenant_id, content_hash from released_payloads where due_at <= ?1 order by due_at limit ?2")
    .bind(now, limit)
    .all();
  return releasedRowsSchema.parse(results).map((row) => ({ tenantId: row.tenant_id, hash: row.content_hash }));
}

export interface SettledReleases {
  /** When it was looked at. What was released again since stays to be looked at. */
  at: number;
  /** Still referred to when they were looked at. */
  kept: readonly string[];
  emptied: readonly string[];
  /** To be looked at again at `dueAt`. */
  postponed: readonly string[];
  dueAt: number;
}

/** Notes what became of a tenant's released payloads. One batch. */
export async function settleReleases(
  database: D1Database,
  tenantId: string,
  { at, kept, emptied, postponed, dueAt }: SettledReleases,
): Promise<void> {
  const those = "tenant_id = ?1 and content_hash in (select value from json_each(?2))";
  const each = (hashes: readonly string[], sql: string, ...more: number[]) =>
    jsonLists(hashes).map((list) => database.prepare(sql).bind(tenantId, list, ...more));
  const statements = [
    ...each(kept, `delete from released_payloads where ${those} and content_hash not in (${UNREFERENCED})`),
    ...each(emptied, `delete from released_payloads where ${those} and due_at <= ?3`, at),
    ...each(postponed, `update released_payloads set due_at = ?3 where ${those}`, dueAt),
  ];
  if (statements.length > 0) await database.batch(statements);
}
