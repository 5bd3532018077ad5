/** How a tenant's Microsoft Graph is reached. Secrets stay sealed here; `secrets/secret-box.ts` opens them. */
import { eq } from "drizzle-orm";
import { firstOf, query } from "../sql/read.ts";
import { tenantConnections } from "./tables.ts";

export type TenantConnection = typeof tenantConnections.$inferSelect;

/** Null when the tenant has not been connected. */
export async function readTenantConnection(database: D1Database, tenantId: string): Promise<TenantConnection | null> {
  return firstOf(query(database).select().from(tenantConnections).where(eq(tenantConnections.tenantId, tenantId)));
}
