/** Parts of removed things: rows that their ids lead to. Each step removes a bounded number, and only of things whose own row is gone. */
import { z } from "zod";
import type { RemovedKind } from "../../contract/retention.ts";
import { notHeld } from "./legal-holds.ts";
import type { TenantDatabase } from "../databases.ts";

interface Part {
  table: string;
  /** The column that names the thing; the beginning of the table's key, so that no step searches. */
  owner: string;
  /** Whether the rows keep contents in R2, which are released with them. */
  contents?: boolean;
}

const PARTS: Readonly<Record<Exclude<RemovedKind, "pack">, { root: string; parts: readonly Part[] }>> = {
  plan: {
    root: "restore_plans",
    parts: [
      { table: "restore_plan_items", owner: "plan_id" },
      { table: "restore_journal", owner: "plan_id" },
    ],
  },
  snapshot: { root: "evidence_snapshots", parts: [{ table: "evidence_items", owner: "snapshot_id", contents: true }] },
  comparison: {
    root: "baseline_comparisons",
    parts: [
      { table: "comparison_findings", owner: "comparison_id" },
      { table: "comparison_families", owner: "comparison_id" },
      { table: "comparison_candidates", owner: "comparison_id" },
    ],
  },
  // The id of a finding that appears again is the same: its history then begins anew, behind what goes here.
  finding: { root: "baseline_findings", parts: [{ table: "finding_events", owner: "finding_id" }] },
  run: {
    root: "operation_runs",
    parts: [
      { table: "operation_run_units", owner: "run_id" },
      { table: "operation_run_unit_pages", owner: "run_id" },
      { table: "operation_run_reports", owner: "run_id" },
      { table: "notifications", owner: "run_id" },
      { table: "schedule_runs", owner: "run_id" },
      { table: "restore_results", owner: "run_id" },
    ],
  },
};

const leftSchema = z.object({ is_left: z.int() });

/**
 * Removes parts of things, at most `limit` rows of each table. Returns whether nothing is left of them. One batch; contents that go with
 * them are noted as released, in the same batch. A thing whose row is there (again) keeps its parts.
 */
export async function removeParts(
  database: TenantDatabase,
  {
    tenantId,
    kind,
    ids,
    at,
    limit,
  }: { tenantId: string; kind: Exclude<RemovedKind, "pack">; ids: readonly string[]; at: number; limit: number },
): Promise<boolean> {
  const { root, parts } = PARTS[kind];
  const list = JSON.stringify(ids);
  // A thing whose row is there again keeps its parts.
  const gone = (parameter: string) =>
    `(select value from json_each(${parameter}) where not exists (select 1 from ${root} where ${root}.id = value))`;
  const statements: D1PreparedStatement[] = [];
  for (const { table, owner, contents } of parts) {
    const those = `rowid in (select rowid from ${table} where ${owner} in ${gone("?2")} order by rowid limit ${limit})
      and ${notHeld("?1")}`;
    if (contents === true) {
      statements.push(
        database
          .prepare(
            `insert into released_payloads (tenant_id, content_hash, due_at)
             select distinct ?1, lower(hex(content_hash)), ?3 from ${table} where content_hash is not null and ${those}
                 on conflict (tenant_id, content_hash) do update set due_at = excluded.due_at`,
          )
          .bind(tenantId, list, at),
      );
    }
    statements.push(database.prepare(`delete from ${table} where ${those}`).bind(tenantId, list));
  }
  const left = parts.map(({ table, owner }) => `exists (select 1 from ${table} where ${owner} in ${gone("?1")})`);
  const results = await database.batch([
    ...statements,
    database.prepare(`select ${left.join(" or ")} as is_left`).bind(list),
  ]);
  return leftSchema.parse(results.at(-1)?.results[0]).is_left === 0;
}
