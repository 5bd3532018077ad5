/** Shapes that the document names once and refers to, in the order of the reference page. */
import { z } from "zod";
import { acceptanceSchema } from "../../contract/acceptances.ts";
import { meSchema, memberSchema, sessionSchema, tenantSchema } from "../../contract/access.ts";
import { apiTokenSchema } from "../../contract/api-tokens.ts";
import { approvalAskedSchema, approvalChangeSchema, approvalRequestSchema } from "../../contract/approvals.ts";
import { auditEventSchema } from "../../contract/audit-events.ts";
import {
  acceptFindingSchema,
  baselineComparisonDetailSchema,
  baselineComparisonSchema,
  baselineDetailSchema,
  baselinePolicySchema,
  baselineSchema,
  comparisonCountsSchema,
  comparisonFindingSchema,
  driftPointSchema,
  findingDetailSchema,
  findingEventSchema,
  findingSchema,
} from "../../contract/baselines.ts";
import {
  backupSetDetailSchema,
  backupSetItemSchema,
  backupSetSchema,
  changeBackupSetSchema,
  createBackupSetSchema,
  itemComparisonSchema,
  policyBackupSchema,
} from "../../contract/backup-sets.ts";
import { evidenceItemSchema, evidenceSnapshotSchema, evidenceVerificationSchema } from "../../contract/evidence.ts";
import {
  familyStateSchema,
  policySchema,
  policyVersionSchema,
  unreadablePolicySchema,
  unreadSchema,
} from "../../contract/inventory.ts";
import { notificationSchema } from "../../contract/notifications.ts";
import { changeValueSchema, jsonValueSchema, pathStepSchema, servedChangeSchema } from "../../contract/policy-diff.ts";
import { problemSchema } from "../../contract/problems.ts";
import { progressSchema } from "../../contract/progress.ts";
import {
  plannedReferenceSchema,
  plannedStepSchema,
  restorePlanItemDetailSchema,
  restorePlanItemSchema,
  restorePlanSchema,
  restoreResultSchema,
} from "../../contract/restore.ts";
import { reviewPackOptionsSchema, reviewPackSchema } from "../../contract/review-packs.ts";
import { tenantRoleSchema } from "../../contract/roles.ts";
import { liveFrameSchema, proofSchema, runSchema, runUnitSchema, startedOperationSchema } from "../../contract/runs.ts";
import { tenantSettingsSchema } from "../../contract/settings.ts";
import { startBodies, startBodySchema } from "./operation-inputs.ts";

const NAMED: Readonly<Record<string, z.ZodType>> = {
  Me: meSchema,
  Tenant: tenantSchema,
  Run: runSchema,
  Progress: progressSchema,
  StartOperation: startBodySchema,
  StartedOperation: startedOperationSchema,
  RunUnit: runUnitSchema,
  Proof: proofSchema,
  LiveFrame: liveFrameSchema,
  Policy: policySchema,
  PolicyVersion: policyVersionSchema,
  FamilyState: familyStateSchema,
  Unread: unreadSchema,
  UnreadablePolicy: unreadablePolicySchema,
  Acceptance: acceptanceSchema,
  BackupSet: backupSetSchema,
  BackupSetDetail: backupSetDetailSchema,
  CreateBackupSet: createBackupSetSchema,
  ChangeBackupSet: changeBackupSetSchema,
  BackupSetItem: backupSetItemSchema,
  PolicyBackup: policyBackupSchema,
  ItemComparison: itemComparisonSchema,
  RestorePlan: restorePlanSchema,
  RestorePlanItem: restorePlanItemSchema,
  RestorePlanItemDetail: restorePlanItemDetailSchema,
  PlannedStep: plannedStepSchema,
  PlannedReference: plannedReferenceSchema,
  RestoreResult: restoreResultSchema,
  EvidenceSnapshot: evidenceSnapshotSchema,
  EvidenceItem: evidenceItemSchema,
  EvidenceVerification: evidenceVerificationSchema,
  ReviewPack: reviewPackSchema,
  ReviewPackOptions: reviewPackOptionsSchema,
  Baseline: baselineSchema,
  BaselineDetail: baselineDetailSchema,
  BaselinePolicy: baselinePolicySchema,
  BaselineComparison: baselineComparisonSchema,
  BaselineComparisonDetail: baselineComparisonDetailSchema,
  ComparisonCounts: comparisonCountsSchema,
  ComparisonFinding: comparisonFindingSchema,
  DriftPoint: driftPointSchema,
  Finding: findingSchema,
  FindingDetail: findingDetailSchema,
  FindingEvent: findingEventSchema,
  AcceptFinding: acceptFindingSchema,
  ServedChange: servedChangeSchema,
  ChangeValue: changeValueSchema,
  PathStep: pathStepSchema,
  JsonValue: jsonValueSchema,
  Member: memberSchema,
  Role: tenantRoleSchema,
  ApiToken: apiTokenSchema,
  Session: sessionSchema,
  AuditEvent: auditEventSchema,
  Notification: notificationSchema,
  TenantSettings: tenantSettingsSchema,
  ApprovalRequest: approvalRequestSchema,
  ApprovalChange: approvalChangeSchema,
  ApprovalAsked: approvalAskedSchema,
  Problem: problemSchema,
  ...startBodies,
};

/** Makes the names known to zod, which puts them into what it makes of a schema. */
export function nameSchemas(): void {
  for (const [id, schema] of Object.entries(NAMED)) {
    z.globalRegistry.add(schema, { ...z.globalRegistry.get(schema), id });
  }
}

/** The address of a named schema in the document. Throws for one that has no name. */
export function referenceTo(schema: z.ZodType): string {
  const name = Object.keys(NAMED).find((key) => NAMED[key] === schema);
  if (name === undefined) throw new Error("The document refers to a schema that has no name in components.ts.");
  return `#/components/schemas/${name}`;
}
