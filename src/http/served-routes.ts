/** Every route of the contract with what answers it. The compiler names a description that has no handler. */
import { type routes } from "../contract/routes/all.ts";
import { agents } from "./agents/agents.ts";
import { apiTokenCommands } from "./commands/api-tokens.ts";
import { approvalCommands } from "./commands/approvals.ts";
import { backupSetCommands } from "./commands/backup-sets.ts";
import { connectionCommands, consentCommands } from "./commands/connections.ts";
import { findingCommands } from "./commands/findings.ts";
import { joiningCommands } from "./commands/joining.ts";
import { invitationCommands, memberCommands } from "./commands/members.ts";
import { legalHoldCommands } from "./commands/legal-holds.ts";
import { notificationCommands } from "./commands/notifications.ts";
import { offboardingCommands } from "./commands/offboarding.ts";
import { operationCommands } from "./commands/operations.ts";
import { policyFileCommands } from "./commands/policy-files.ts";
import { platformCommands } from "./commands/platform.ts";
import { permissionCommands } from "./commands/permissions.ts";
import { portfolioCommands } from "./commands/portfolio.ts";
import { ownNotificationCommands, portfolioScheduleCommands } from "./commands/portfolio-schedules.ts";
import { retentionCommands } from "./commands/retention.ts";
import { roleCommands } from "./commands/roles.ts";
import { newsCommands } from "./commands/news.ts";
import { ownNewsCommands } from "./commands/own-news.ts";
import { scheduleCommands } from "./commands/schedules.ts";
import { followingCommands, standardCommands } from "./commands/standards.ts";
import { settingsCommands } from "./commands/settings.ts";
import { readiness } from "./commands/readiness.ts";
import { signIn } from "./commands/sign-in.ts";
import { tenantMoveCommands } from "./commands/tenant-moves.ts";
import { unreadablePolicyCommands } from "./commands/unreadable-policies.ts";
import { activityReads } from "./reading/activity.ts";
import { apiTokenReads } from "./reading/api-tokens.ts";
import { approvalReads } from "./reading/approvals.ts";
import { auditEventReads } from "./reading/audit-events.ts";
import { backupSetReads } from "./reading/backup-sets.ts";
import { baselineReads, comparisonReads } from "./reading/baselines.ts";
import { connectionReads } from "./reading/connections.ts";
import { evidenceReads } from "./reading/evidence.ts";
import { findingReads } from "./reading/findings.ts";
import { healthReads } from "./reading/health.ts";
import { inventoryReads } from "./reading/inventory.ts";
import { invitationReads, memberReads } from "./reading/members.ts";
import { legalHoldReads } from "./reading/legal-holds.ts";
import { notificationReads } from "./reading/notifications.ts";
import { offboardingReads } from "./reading/offboarding.ts";
import { operationReads } from "./reading/operations.ts";
import { policyFileReads } from "./reading/policy-files.ts";
import { platformReads } from "./reading/platform.ts";
import { permissionReads } from "./reading/permissions.ts";
import { portfolioReads } from "./reading/portfolio.ts";
import { ownNotificationReads, portfolioScheduleReads } from "./reading/portfolio-schedules.ts";
import { referenceReads } from "./reading/reference.ts";
import { restorePlanReads } from "./reading/restore-plans.ts";
import { reviewPackReads } from "./reading/review-packs.ts";
import { retentionReads } from "./reading/retention.ts";
import { roleReads } from "./reading/roles.ts";
import { newsReads } from "./reading/news.ts";
import { ownNewsReads } from "./reading/own-news.ts";
import { scheduleReads } from "./reading/schedules.ts";
import { sessionReads } from "./reading/sessions.ts";
import { backupStandingReads } from "./reading/backup-standing.ts";
import { followingReads, standardReads } from "./reading/standards.ts";
import { settingsReads } from "./reading/settings.ts";
import { tenantExportReads } from "./reading/tenant-exports.ts";
import { tenantMoveReads } from "./reading/tenant-moves.ts";
import { unreadablePolicyReads } from "./reading/unreadable-policies.ts";
import { meReads, tenantReads } from "./reading/tenants.ts";
import type { Served, ServedTable } from "./routing/served.ts";

type ServedRoutes = { readonly [Noun in keyof typeof routes]: ServedTable<(typeof routes)[Noun]> };

export const servedRoutes: ServedRoutes = {
  health: { ...healthReads, ready: readiness },
  signIn: { ...signIn, ...sessionReads },
  me: meReads,
  portfolio: { ...portfolioReads, ...portfolioCommands },
  portfolioSchedules: { ...portfolioScheduleReads, ...portfolioScheduleCommands },
  ownNotifications: { ...ownNotificationReads, ...ownNotificationCommands },
  tenants: tenantReads,
  operations: { ...operationReads, ...operationCommands },
  schedules: { ...scheduleReads, ...scheduleCommands },
  news: { ...newsReads, ...newsCommands },
  ownNews: { ...ownNewsReads, ...ownNewsCommands },
  activity: activityReads,
  inventory: inventoryReads,
  unreadablePolicies: { ...unreadablePolicyReads, ...unreadablePolicyCommands },
  backupSets: { ...backupSetReads, ...backupSetCommands },
  policyFiles: { ...policyFileReads, ...policyFileCommands },
  restorePlans: restorePlanReads,
  evidence: evidenceReads,
  reviewPacks: reviewPackReads,
  tenantExports: tenantExportReads,
  tenantMoves: { ...tenantMoveReads, ...tenantMoveCommands },
  offboarding: { ...offboardingReads, ...offboardingCommands },
  baselines: baselineReads,
  comparisons: comparisonReads,
  standards: { ...standardReads, ...standardCommands },
  followings: { ...followingReads, ...followingCommands },
  findings: { ...findingReads, ...findingCommands },
  members: { ...memberReads, ...memberCommands },
  invitations: { ...invitationReads, ...invitationCommands },
  joining: joiningCommands,
  roles: { ...roleReads, ...roleCommands },
  apiTokens: { ...apiTokenReads, ...apiTokenCommands },
  platform: { ...platformReads, ...platformCommands },
  auditEvents: auditEventReads,
  notifications: { ...notificationReads, ...notificationCommands },
  backupStanding: backupStandingReads,
  settings: { ...settingsReads, ...settingsCommands },
  retention: { ...retentionReads, ...retentionCommands },
  approvals: { ...approvalReads, ...approvalCommands },
  legalHolds: { ...legalHoldReads, ...legalHoldCommands },
  connections: { ...connectionReads, ...connectionCommands },
  consents: consentCommands,
  permissions: { ...permissionReads, ...permissionCommands },
  agents,
  reference: referenceReads,
};

export function allServed(): Served[] {
  const tables: Readonly<Record<string, Served>>[] = Object.values(servedRoutes);
  return tables.flatMap((table) => Object.values(table));
}
