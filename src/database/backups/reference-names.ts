/**
 * What the things that backed-up policies refer to were called when a run took the policies. A run learns each name once, for all
 * policies that it takes; an item finds its names by its run.
 */
import { and, eq, sql } from "drizzle-orm";
import type { ReferenceKind } from "../../contract/restore.ts";
import { jsonLists } from "../sql/json-lists.ts";
import { query, rowsOf } from "../sql/read.ts";
import { backupReferenceNames } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

const n = backupReferenceNames;
const NAME = { runId: n.runId, kind: n.kind, id: n.referenceId, name: n.name };

/** A thing that a policy refers to, as it was when a run took the policy. */
export interface ReferenceAtRun {
  runId: string;
  kind: ReferenceKind;
  id: string;
}

/** What runs have learned of things. */
export class RecordedNames {
  readonly #names: ReadonlyMap<string, string | null>;

  constructor(rows: readonly (ReferenceAtRun & { name: string | null })[]) {
    this.#names = new Map(rows.map(({ name, ...thing }) => [keyOf(thing), name]));
  }

  /** Whether the run has asked for the thing. */
  has(thing: ReferenceAtRun): boolean {
    return this.#names.has(keyOf(thing));
  }

  /** Null when the run has not asked, or Microsoft Graph told none. */
  nameOf(thing: ReferenceAtRun): string | null {
    return this.#names.get(keyOf(thing)) ?? null;
  }
}

function keyOf({ runId, kind, id }: ReferenceAtRun): string {
  return JSON.stringify([runId, kind, id]);
}

/** What the runs have learned of the things. One query for every 400,000 characters of keys, by the primary key. */
export async function recordedNames(
  database: TenantDatabase,
  tenantId: string,
  things: readonly ReferenceAtRun[],
): Promise<RecordedNames> {
  const rows: (ReferenceAtRun & { name: string | null })[] = [];
  for (const list of jsonLists(things.map(({ runId, kind, id }) => [runId, kind, id]))) {
    const keys = sql`(select value ->> 0, value ->> 1, value ->> 2 from json_each(${list}))`;
    const found = await rowsOf(
      query(database)
        .select(NAME)
        .from(n)
        .where(and(sql`(${n.runId}, ${n.kind}, ${n.referenceId}) in ${keys}`, eq(n.tenantId, tenantId))),
    );
    rows.push(...found);
  }
  return new RecordedNames(rows);
}

/**
 * Keeps what a run has learned, unless the set was removed for good meanwhile; a name stays when the run asked again and was told
 * none. Durable when it resolves; again, it writes the same. One batch of a statement for every 400,000 characters.
 */
export async function recordNames(
  database: TenantDatabase,
  run: { tenantId: string; backupSetId: string; runId: string },
  names: readonly { kind: ReferenceKind; id: string; name: string | null }[],
): Promise<void> {
  const lists = jsonLists(names.map(({ kind, id, name }) => [kind, id, name]));
  if (lists.length === 0) return;
  await database.batch(
    lists.map((list) =>
      database
        .prepare(
          `insert into backup_reference_names (run_id, kind, reference_id, tenant_id, backup_set_id, name)
           select ?1, value ->> 0, value ->> 1, ?2, ?3, value ->> 2 from json_each(?4)
            where exists (select 1 from backup_sets where id = ?3 and tenant_id = ?2 and status <> 'deleted')
               on conflict do update set name = excluded.name where excluded.name is not null`,
        )
        .bind(run.runId, run.tenantId, run.backupSetId, list),
    ),
  );
}
