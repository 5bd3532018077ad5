/** The examples of all routes, by noun as the routes are. */
import type { routes } from "../../../contract/routes/all.ts";
import { agentExamples } from "./agents.ts";
import { approvalExamples } from "./approvals.ts";
import { backupSetExamples, backupStandingExamples } from "./backup-sets.ts";
import { baselineExamples, comparisonExamples } from "./baselines.ts";
import { connectionExamples, consentExamples } from "./connections.ts";
import { evidenceExamples } from "./evidence.ts";
import type { Example, ExamplesOf } from "./example.ts";
import { findingExamples } from "./findings.ts";
import { inventoryExamples } from "./inventory.ts";
import { offboardingExamples } from "./offboarding.ts";
import { activityExamples, operationExamples } from "./operations.ts";
import { newsExamples, ownNewsExamples } from "./news.ts";
import { scheduleExamples } from "./schedules.ts";
import { legalHoldExamples } from "./legal-holds.ts";
import { retentionExamples } from "./retention.ts";
import { permissionExamples } from "./permissions.ts";
import { portfolioExamples } from "./portfolio.ts";
import { ownNotificationExamples, portfolioScheduleExamples } from "./portfolio-schedules.ts";
import { restorePlanExamples } from "./restore-plans.ts";
import { apiTokenExamples } from "./api-tokens.ts";
import { invitationExamples, joiningExamples, memberExamples, platformExamples, roleExamples } from "./members.ts";
import { reviewPackExamples } from "./review-packs.ts";
import {
  auditEventExamples,
  healthExamples,
  meExamples,
  notificationExamples,
  referenceExamples,
  settingsExamples,
  tenantExamples,
} from "./tenants.ts";
import { signInExamples } from "./sign-in.ts";
import { tenantMoveExamples } from "./tenant-moves.ts";
import { policyFileExamples } from "./policy-files.ts";
import { followingExamples, standardExamples } from "./standards.ts";
import { tenantExportExamples } from "./tenant-exports.ts";
import { unreadablePolicyExamples } from "./unreadable-policies.ts";

type AllExamples = { readonly [Noun in keyof typeof routes]: ExamplesOf<(typeof routes)[Noun]> };

const all: AllExamples = {
  health: healthExamples,
  signIn: signInExamples,
  me: meExamples,
  portfolio: portfolioExamples,
  portfolioSchedules: portfolioScheduleExamples,
  ownNotifications: ownNotificationExamples,
  tenants: tenantExamples,
  operations: operationExamples,
  activity: activityExamples,
  inventory: inventoryExamples,
  unreadablePolicies: unreadablePolicyExamples,
  backupSets: backupSetExamples,
  policyFiles: policyFileExamples,
  restorePlans: restorePlanExamples,
  evidence: evidenceExamples,
  reviewPacks: reviewPackExamples,
  tenantExports: tenantExportExamples,
  offboarding: offboardingExamples,
  tenantMoves: tenantMoveExamples,
  baselines: baselineExamples,
  comparisons: comparisonExamples,
  standards: standardExamples,
  followings: followingExamples,
  findings: findingExamples,
  members: memberExamples,
  invitations: invitationExamples,
  joining: joiningExamples,
  roles: roleExamples,
  apiTokens: apiTokenExamples,
  platform: platformExamples,
  auditEvents: auditEventExamples,
  notifications: notificationExamples,
  backupStanding: backupStandingExamples,
  settings: settingsExamples,
  retention: retentionExamples,
  approvals: approvalExamples,
  schedules: scheduleExamples,
  news: newsExamples,
  ownNews: ownNewsExamples,
  legalHolds: legalHoldExamples,
  connections: connectionExamples,
  consents: consentExamples,
  permissions: permissionExamples,
  agents: agentExamples,
  reference: referenceExamples,
};

export const examples: Readonly<Record<string, Readonly<Record<string, Example>>>> = all;
