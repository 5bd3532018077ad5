/** How a tenant's Microsoft Graph is reached. Secrets stay sealed here; `secrets/secret-box.ts` opens them. */
import { z } from "zod";

export interface TenantConnection {
  tenantId: string;
  /** A key of `graph/clouds.ts`, or "local". */
  cloud: string;
  directoryId: string;
  clientId: string;
  sealedClientSecret: string;
}

const rowSchema = z.object({
  tenant_id: z.string(),
  cloud: z.string(),
  directory_id: z.string(),
  client_id: z.string(),
  sealed_client_secret: z.string(),
});

/** Null when the tenant has not been connected. */
export async function readTenantConnection(database: D1Database, tenantId: string): Promise<TenantConnection | null> {
  const row = await database
    .prepare(
      "select tenant_id, cloud, directory_id, client_id, sealed_client_secret from tenant_connections where tenant_id = ?",
    )
    .bind(tenantId)
    .first();
  if (row === null) return null;
  const parsed = rowSchema.parse(row);
  return {
    tenantId: parsed.tenant_id,
    cloud: parsed.cloud,
    directoryId: parsed.directory_id,
    clientId: parsed.client_id,
    sealedClientSecret: parsed.sealed_client_secret,
  };
}
