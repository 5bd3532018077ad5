/** Every route of the product, by noun. */
import { activityRoutes } from "./activity.ts";
import { agentRoutes } from "./agents.ts";
import { approvalRoutes } from "./approvals.ts";
import { apiTokenRoutes } from "./api-tokens.ts";
import { auditEventRoutes } from "./audit-events.ts";
import { backupSetRoutes } from "./backup-sets.ts";
import { baselineRoutes, comparisonRoutes } from "./baselines.ts";
import { connectionRoutes, consentRoutes } from "./connections.ts";
import { evidenceRoutes } from "./evidence.ts";
import { findingRoutes } from "./findings.ts";
import { inventoryRoutes } from "./inventory.ts";
import { invitationRoutes, joiningRoutes, memberRoutes } from "./members.ts";
import { legalHoldRoutes } from "./legal-holds.ts";
import { notificationRoutes } from "./notifications.ts";
import { offboardingRoutes } from "./offboarding.ts";
import { operationRoutes } from "./operations.ts";
import { policyFileRoutes } from "./policy-files.ts";
import { platformRoutes } from "./platform.ts";
import { permissionRoutes } from "./permissions.ts";
import { ownNotificationRoutes } from "./own-notifications.ts";
import { portfolioRoutes } from "./portfolio.ts";
import { portfolioScheduleRoutes } from "./portfolio-schedules.ts";
import { referenceRoutes } from "./reference.ts";
import { restorePlanRoutes } from "./restore-plans.ts";
import { reviewPackRoutes } from "./review-packs.ts";
import { healthRoutes, meRoutes, tenantRoutes } from "./session.ts";
import { newsRoutes } from "./news.ts";
import { ownNewsRoutes } from "./own-news.ts";
import { scheduleRoutes } from "./schedules.ts";
import { retentionRoutes } from "./retention.ts";
import { roleRoutes } from "./roles.ts";
import { backupStandingRoutes } from "./backup-standing.ts";
import { settingsRoutes } from "./settings.ts";
import { signInRoutes } from "./sign-in.ts";
import { followingRoutes, standardRoutes } from "./standards.ts";
import { tenantExportRoutes } from "./tenant-exports.ts";
import { tenantMoveRoutes } from "./tenant-moves.ts";
import { unreadablePolicyRoutes } from "./unreadable-policies.ts";

export const routes = {
  health: healthRoutes,
  signIn: signInRoutes,
  me: meRoutes,
  portfolio: portfolioRoutes,
  portfolioSchedules: portfolioScheduleRoutes,
  ownNotifications: ownNotificationRoutes,
  tenants: tenantRoutes,
  operations: operationRoutes,
  schedules: scheduleRoutes,
  news: newsRoutes,
  ownNews: ownNewsRoutes,
  activity: activityRoutes,
  inventory: inventoryRoutes,
  unreadablePolicies: unreadablePolicyRoutes,
  backupSets: backupSetRoutes,
  policyFiles: policyFileRoutes,
  restorePlans: restorePlanRoutes,
  evidence: evidenceRoutes,
  reviewPacks: reviewPackRoutes,
  tenantExports: tenantExportRoutes,
  offboarding: offboardingRoutes,
  tenantMoves: tenantMoveRoutes,
  baselines: baselineRoutes,
  comparisons: comparisonRoutes,
  standards: standardRoutes,
  followings: followingRoutes,
  findings: findingRoutes,
  members: memberRoutes,
  invitations: invitationRoutes,
  joining: joiningRoutes,
  roles: roleRoutes,
  apiTokens: apiTokenRoutes,
  platform: platformRoutes,
  auditEvents: auditEventRoutes,
  notifications: notificationRoutes,
  backupStanding: backupStandingRoutes,
  settings: settingsRoutes,
  retention: retentionRoutes,
  approvals: approvalRoutes,
  legalHolds: legalHoldRoutes,
  connections: connectionRoutes,
  consents: consentRoutes,
  permissions: permissionRoutes,
  agents: agentRoutes,
  reference: referenceRoutes,
};
