/** How a tenant's Microsoft Graph is reached. Secrets stay sealed here; `secrets/secret-box.ts` opens them. */
import { and, asc, desc, eq, getTableColumns, inArray } from "drizzle-orm";
import type { Connection, ConnectionPurpose } from "../../contract/connections.ts";
import { firstOf, query, rowsOf } from "../sql/read.ts";
import { isoTimeOrNull } from "../sql/time.ts";
import { permissionChecks, tenantConnections } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

export type StoredConnection = typeof tenantConnections.$inferSelect;

export type TenantConnection = StoredConnection & {
  /**
   * Milliseconds since the epoch. Tokens that were fetched before may lack permissions that the last check found, and are not used. Null
   * when no check has found any.
   */
  tokensFrom: number | null;
};

/**
 * The connection for a purpose: for restoring the one for reading, where there is no other. Null when the tenant has not been connected.
 * One query.
 */
export async function readTenantConnection(
  database: TenantDatabase,
  tenantId: string,
  purpose: ConnectionPurpose,
): Promise<TenantConnection | null> {
  const c = tenantConnections;
  return firstOf(
    query(database)
      .select({ ...getTableColumns(c), tokensFrom: permissionChecks.checkedAt })
      .from(c)
      .leftJoin(
        permissionChecks,
        and(eq(permissionChecks.tenantId, c.tenantId), eq(permissionChecks.purpose, c.purpose)),
      )
      .where(and(eq(c.tenantId, tenantId), inArray(c.purpose, ["read", purpose])))
      // "write" comes before "read".
      .orderBy(desc(c.purpose))
      .limit(1),
  );
}

/** The tenant's connections with their sealed credentials, the one for reading first. */
export async function readStoredConnections(database: TenantDatabase, tenantId: string): Promise<StoredConnection[]> {
  const c = tenantConnections;
  return rowsOf(query(database).select().from(c).where(eq(c.tenantId, tenantId)).orderBy(asc(c.purpose)));
}

/** The id of the Microsoft tenant that a tenant is connected to; null while it is connected to none. One query. */
export async function directoryOf(database: TenantDatabase, tenantId: string): Promise<string | null> {
  return (await readTenantConnection(database, tenantId, "read"))?.directoryId ?? null;
}

/** A connection as people may see it. */
export function shownConnection(stored: StoredConnection): Connection {
  return {
    purpose: stored.purpose,
    kind: stored.kind,
    cloud: stored.cloud,
    microsoftTenantId: stored.directoryId,
    clientId: stored.clientId,
    credentialEndsAt: isoTimeOrNull(stored.credentialEndsAt),
    certificateThumbprint: stored.certificateThumbprint,
    connectedAt: isoTimeOrNull(stored.connectedAt),
  };
}
