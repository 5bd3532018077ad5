/** Cross-tenant access where no partner is named. Graph: crossTenantAccessPolicyConfigurationDefault. */
import {
  CROSS_TENANT_CAUTION,
  CROSS_TENANT_ORDERED,
  CROSS_TENANT_REFERENCES,
  CROSS_TENANT_UNRESTORABLE,
} from "../family-parts/cross-tenant-access.ts";
import { NOT_ASSIGNED, STAGE_OF_DIRECTORY } from "../restore/rule.ts";
import { family, NO_PLATFORM } from "./family.ts";

export const crossTenantDefault = family({
  key: "crossTenantDefault",
  label: "Cross-tenant access: default",
  path: "/policies/crossTenantAccessPolicy/default",
  single: { id: "default", name: "Cross-tenant access: default" },

  reading: { permission: "Policy.Read.All", otherPermissions: ["Policy.ReadWrite.CrossTenantAccess"] },

  meaning: {
    platform: NO_PLATFORM,
    serviceOwned: ["isServiceDefault"],
    ordered: CROSS_TENANT_ORDERED,
    risks: ["access", "security"],
  },

  inFiles: { type: "crossTenantAccessPolicyConfigurationDefault" },

  references: CROSS_TENANT_REFERENCES,

  restore: {
    permission: "Policy.ReadWrite.CrossTenantAccess",
    stage: STAGE_OF_DIRECTORY,
    assign: NOT_ASSIGNED,
    readOnly: ["isServiceDefault"],
    unrestorable: CROSS_TENANT_UNRESTORABLE,
    caution: CROSS_TENANT_CAUTION,
  },
});
