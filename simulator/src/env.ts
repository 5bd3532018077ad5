import type { SimulatedTenant } from "./tenant-object.ts";

export interface Env {
  /** One object per simulated tenant, by the tenant's name in lower case. */
  TENANTS: DurableObjectNamespace<SimulatedTenant>;
}
