/** Runs whose objects may not be deleted yet, as far as D1 knows. */
import { z } from "zod";
import { jsonLists } from "../sql/json-lists.ts";
import type { TenantDatabase } from "../databases.ts";

const keptSchema = z.array(z.object({ id: z.string(), reason: z.enum(["unfinished", "busy"]) }));

/**
 * Those of the runs whose row says that they go on (`unfinished`), or which a person has asked to cancel without an answer so far (`busy`).
 * A run without a row is none of them. One query for some 20,000 runs.
 */
export async function runsNotToForget(
  database: TenantDatabase,
  tenantId: string,
  runIds: readonly string[],
): Promise<Map<string, "unfinished" | "busy">> {
  const kept = new Map<string, "unfinished" | "busy">();
  for (const list of jsonLists(runIds)) {
    const { results } = await database
      .prepare(
        `select value as id, case when exists (select 1 from operation_runs where id = value and status <> 'completed')
                                  then 'unfinished' else 'busy' end as reason
           from json_each(?2)
          where exists (select 1 from operation_runs where id = value and (status <> 'completed' or tenant_id <> ?1))
             or value in (select run_id from cancel_intents where tenant_id = ?1)`,
      )
      .bind(tenantId, list)
      .all();
    for (const { id, reason } of keptSchema.parse(results)) kept.set(id, reason);
  }
  return kept;
}
