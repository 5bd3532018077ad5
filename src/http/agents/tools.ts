/**
 * What agents can do: routes of the contract under names for agents. Reads, and one start: the preparation of a restore plan, which writes nothing
 * to a tenant. What a tool takes and says of itself is made of its route's description.
 */
import { routes } from "../../contract/routes/all.ts";
import type { Route } from "../../contract/routes/route.ts";

export interface Tool {
  name: string;
  route: Route;
}

const READS: Readonly<Record<string, Route>> = {
  show_me: routes.me.show,
  list_tenants: routes.me.standings,
  list_operations: routes.operations.list,
  show_operation: routes.operations.show,
  list_failed_operations: routes.operations.failures,
  list_units_that_failed: routes.operations.units,
  list_policy_families: routes.inventory.families,
  list_policies: routes.inventory.policies,
  show_policy: routes.inventory.policy,
  read_policy_settings: routes.inventory.readable,
  find_settings: routes.inventory.settings,
  list_policy_versions: routes.inventory.versions,
  compare_policy_versions: routes.inventory.versionDiff,
  list_policy_backups: routes.inventory.backups,
  list_unreadable_policies: routes.unreadablePolicies.list,
  show_backup_standing: routes.backupStanding.show,
  list_backup_sets: routes.backupSets.list,
  show_backup_set: routes.backupSets.show,
  list_backup_items: routes.backupSets.items,
  show_restore_plan: routes.restorePlans.show,
  list_restore_plan_items: routes.restorePlans.items,
  list_baselines: routes.baselines.list,
  list_findings: routes.findings.list,
  show_finding: routes.findings.show,
  list_evidence_snapshots: routes.evidence.snapshots,
  verify_evidence_snapshot: routes.evidence.verification,
  list_review_packs: routes.reviewPacks.list,
  list_schedules: routes.schedules.list,
  list_audit_events: routes.auditEvents.list,
};

/** The one tool that starts something. Its route starts operations of every type, so its input is its own (`tool-inputs.ts`). */
export const PREVIEW_TOOL = "prepare_restore_plan";

export const READING_TOOLS: readonly Tool[] = Object.entries(READS).map(([name, route]) => {
  if (route.method !== "GET" || route.media !== "application/json") throw new Error(`${name} is no read.`);
  return { name, route };
});
