/**
 * What the default of cross-tenant access and its partners share. Graph: crossTenantAccessPolicyConfigurationDefault and
 * crossTenantAccessPolicyConfigurationPartner.
 */
import type { ReferencePlace } from "../families/family.ts";

/** Order of identity providers, in which a redeeming guest is asked. */
export const CROSS_TENANT_ORDERED = ["primaryIdentityProviderPrecedenceOrder"];

/** New in 2026: nobody has said yet how they are written. */
export const CROSS_TENANT_UNRESTORABLE = [
  "m365Capabilities",
  "m365CollaborationInbound",
  "m365CollaborationOutbound",
  "appServiceConnectInbound",
];

const OUTBOUND = ["b2bCollaborationOutbound", "b2bDirectConnectOutbound"];
const INBOUND = ["b2bCollaborationInbound", "b2bDirectConnectInbound"];
const always = () => true;

/** What is named of this directory: the users who go out, and the applications that others come in for. The rest is the other directory's. */
export const CROSS_TENANT_REFERENCES: readonly ReferencePlace[] = [
  ...OUTBOUND.flatMap((setting): ReferencePlace[] => {
    const path = [setting, "usersAndGroups", "targets", "*", "target"];
    return [
      { kind: "group", path, where: ({ targetType }) => targetType === "group", narrows: always },
      { kind: "user", path, where: ({ targetType }) => targetType === "user", narrows: always },
    ];
  }),
  ...INBOUND.map((setting): ReferencePlace => ({
    kind: "application",
    path: [setting, "applications", "targets", "*", "target"],
    narrows: always,
  })),
];

export const CROSS_TENANT_CAUTION =
  "It decides whom of other organizations this directory lets in and trusts, and where its own users may go.";
