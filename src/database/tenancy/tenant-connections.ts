/** How a tenant's Microsoft Graph is reached. Secrets stay sealed here; `secrets/secret-box.ts` opens them. */
import { eq, getTableColumns } from "drizzle-orm";
import { firstOf, query } from "../sql/read.ts";
import { permissionChecks, tenantConnections } from "./tables.ts";

export type TenantConnection = typeof tenantConnections.$inferSelect & {
  /**
   * Milliseconds since the epoch. Tokens that were fetched before may lack permissions that the last check found, and are not used. Null
   * when no check has found any.
   */
  tokensFrom: number | null;
};

/** Null when the tenant has not been connected. */
export async function readTenantConnection(database: D1Database, tenantId: string): Promise<TenantConnection | null> {
  return firstOf(
    query(database)
      .select({ ...getTableColumns(tenantConnections), tokensFrom: permissionChecks.checkedAt })
      .from(tenantConnections)
      .leftJoin(permissionChecks, eq(permissionChecks.tenantId, tenantConnections.tenantId))
      .where(eq(tenantConnections.tenantId, tenantId)),
  );
}
