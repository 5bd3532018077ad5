/** Whether a tenant takes new runs: one that is to be deleted takes exports alone, and those until the deletion begins. */
import type { TenantDatabase } from "../databases.ts";

/** SQL; `tenant` and `type` are the SQL of the tenant's id and of the operation's type. A look into an index. */
export function refusesRun(tenant: string, type: string): string {
  return `exists (select 1 from offboardings where offboardings.tenant_id = ${tenant}
                     and offboardings.status in ('waiting', 'deleting', 'incomplete')
                     and not (offboardings.status = 'waiting' and ${type} = 'tenant.export'))`;
}

/** One query. */
export async function isRunRefused(database: TenantDatabase, tenantId: string, type: string): Promise<boolean> {
  return (
    (await database
      .prepare(`select 1 where ${refusesRun("?1", "?2")}`)
      .bind(tenantId, type)
      .first()) !== null
  );
}
