/** Policies that are listed in the tenant and could not be read; written with the family's reading (`inventory-merge.ts`). */
import { and, eq } from "drizzle-orm";
import { query, rowsOf } from "../sql/read.ts";
import { unreadablePolicies } from "./tables.ts";

const u = unreadablePolicies;

/** The Graph ids of a family's policies that the newest reading of its list could not read. One query. */
export async function unreadableIds(database: D1Database, tenantId: string, family: string): Promise<Set<string>> {
  const rows = await rowsOf(
    query(database)
      .select({ graphId: u.graphId })
      .from(u)
      .where(and(eq(u.tenantId, tenantId), eq(u.family, family))),
  );
  return new Set(rows.map(({ graphId }) => graphId));
}
