/** Keys of queries. They begin with the tenant, so that the news of a tenant can be invalidated together. */
import type { Tenant } from "../../contract/access.ts";

export const queryKeys = {
  tenant: (tenant: Tenant) => ["tenants", tenant.id] as const,
  inventory: (tenant: Tenant) => ["tenants", tenant.id, "inventory"] as const,
  operations: (tenant: Tenant) => ["tenants", tenant.id, "operations"] as const,
  /** What operations leave behind: snapshots, packs, backup sets, plans, baselines, findings. A finished run makes those kinds be read anew that it has changed (`runs/changed-by-runs.ts`). */
  records: (tenant: Tenant) => ["tenants", tenant.id, "records"] as const,
  /** What a run told beside its counts. */
  told: (tenant: Tenant, runId: string) => ["tenants", tenant.id, "told", runId] as const,
  units: (tenant: Tenant, runId: string) => ["tenants", tenant.id, "units", runId] as const,
};
