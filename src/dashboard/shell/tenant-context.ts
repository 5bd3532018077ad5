import { createContext, useContext } from "react";
import type { Capability, Me, Tenant } from "../../contract/access.ts";

export interface TenantScope {
  me: Me;
  tenant: Tenant;
}

export const TenantContext = createContext<TenantScope | null>(null);

/** The tenant that the page is about, and who looks at it. Throws outside `/t/:slug`. */
export function useTenantScope(): TenantScope {
  const scope = useContext(TenantContext);
  if (scope === null) throw new Error("No tenant scope above this component");
  return scope;
}

export function useTenant(): Tenant {
  return useTenantScope().tenant;
}

/** Whether the member's role includes a capability. Only hides what the server would refuse. */
export function useCan(capability: Capability): boolean {
  return useTenant().capabilities.includes(capability);
}
