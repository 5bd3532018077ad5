/**
 * What the default of cross-tenant access and its partners share. Graph: crossTenantAccessPolicyConfigurationDefault and
 * crossTenantAccessPolicyConfigurationPartner.
 */

/** Order of identity providers, in which a redeeming guest is asked. */
export const CROSS_TENANT_ORDERED = ["primaryIdentityProviderPrecedenceOrder"];

/** New in 2026: nobody has said yet how they are written. */
export const CROSS_TENANT_UNRESTORABLE = [
  "m365Capabilities",
  "m365CollaborationInbound",
  "m365CollaborationOutbound",
  "appServiceConnectInbound",
];

export const CROSS_TENANT_CAUTION =
  "It decides whom of other organizations this directory lets in and trusts, and where its own users may go.";
