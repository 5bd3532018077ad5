/** Findings of a baseline at this moment, for a query that has the baseline's id. */
import { type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { FINDING_STATUSES, SEVERITIES } from "../../contract/baselines.ts";
import { baselineFindings } from "../findings/tables.ts";

/** In cells, from which the sums are made where they are read. Counted in one pass of the baseline's findings: grouping them would sort them. */
export function findingsNowOf(baselineId: SQLiteColumn): SQL<string> {
  return sql<string>`(select json_array(${sql.join(
    SEVERITIES.flatMap((severity) =>
      FINDING_STATUSES.map(
        (status) =>
          sql`json_object('severity', ${severity}, 'status', ${status}, 'findings', count(*) filter (where severity = ${severity} and status = ${status}))`,
      ),
    ),
    sql`, `,
  )}) from ${baselineFindings} where baseline_id = ${baselineId})`;
}
