/** Cross-tenant access with one other organization each. Graph: crossTenantAccessPolicyConfigurationPartner, known by the other's tenant id. */
import type { JsonObject } from "../../policies/json-value.ts";
import {
  CROSS_TENANT_CAUTION,
  CROSS_TENANT_REFERENCES,
  CROSS_TENANT_UNRESTORABLE,
} from "../family-parts/cross-tenant-access.ts";
import { isEmptyValue, objectsOf, only, without } from "../restore/document-members.ts";
import { POLICY_ID, type RestoreStep } from "../restore/restore-step.ts";
import { lacking, NOT_ASSIGNED, STAGE_OF_DIRECTORY, type Subject } from "../restore/rule.ts";
import { family, NO_PLATFORM } from "./family.ts";

const SYNCHRONIZATION = "identitySynchronization";
const SERVICE_OWNED = ["isServiceProvider", "isInMultiTenantOrganization"];

export const crossTenantPartners = family({
  key: "crossTenantPartners",
  label: "Cross-tenant access: partners",
  path: "/policies/crossTenantAccessPolicy/partners",

  reading: {
    permission: "Policy.Read.All",
    otherPermissions: ["Policy.ReadWrite.CrossTenantAccess"],
    idProperty: "tenantId",
    parts: [SYNCHRONIZATION],
  },

  meaning: {
    nameProperty: "tenantId",
    platform: NO_PLATFORM,
    serviceOwned: [...SERVICE_OWNED, `${SYNCHRONIZATION}.tenantId`],
    risks: ["access", "security"],
  },

  inFiles: { type: "crossTenantAccessPolicyConfigurationPartner" },

  references: CROSS_TENANT_REFERENCES,

  restore: {
    permission: "Policy.ReadWrite.CrossTenantAccess",
    stage: STAGE_OF_DIRECTORY,
    assign: NOT_ASSIGNED,
    ownId: true,
    readOnly: SERVICE_OWNED,
    apart: [SYNCHRONIZATION],
    immutable: ["tenantId"],
    unrestorable: CROSS_TENANT_UNRESTORABLE,
    caution: CROSS_TENANT_CAUTION,
    blocked: (subject) => lacking(subject, ["tenantId"]),
    // Graph names the type of the restrictions and refuses to be told it.
    body: (body) => {
      const [restrictions] = objectsOf([body["tenantRestrictions"] ?? null]);
      return restrictions === undefined
        ? body
        : { ...body, tenantRestrictions: without(restrictions, ["@odata.type"]) };
    },
    afterCreate: synchronizationSteps,
    afterUpdate: synchronizationSteps,
  },
});

function synchronizationSteps({ collection, wanted, target, differs }: Subject): RestoreStep[] {
  const [synchronization] = objectsOf([wanted[SYNCHRONIZATION] ?? null]);
  const isThere = target !== null && !isEmptyValue(target[SYNCHRONIZATION]);
  if (!differs(SYNCHRONIZATION) || (synchronization === undefined && !isThere)) return [];
  return [
    {
      name: "identity synchronization",
      method: synchronization === undefined ? "DELETE" : "PUT",
      path: `${collection}/${POLICY_ID}/${SYNCHRONIZATION}`,
      body: synchronization === undefined ? null : writable(synchronization),
      effect: { kind: "sets", property: SYNCHRONIZATION },
    },
  ];
}

function writable(synchronization: JsonObject): JsonObject {
  return only(synchronization, [
    "displayName",
    "userSyncInbound",
    "groupSyncInbound",
    "externalCloudAuthorizedApplicationId",
  ]);
}
