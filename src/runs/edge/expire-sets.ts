/** The end of backup sets that the rule of their schedule does not keep: archived first, and deleted for good a week later. */
import { needsApproval } from "../../contract/approvals.ts";
import { readApprovalSettings } from "../../database/approvals/approval-settings.ts";
import { expireBackupSet, removeBackupSet } from "../../database/backups/backup-set-status.ts";
import { isOver, ruledSchedules, unkeptSets } from "../../database/backups/scheduled-sets.ts";
import type { TenantEnv } from "../../database/databases.ts";
import { logEvent } from "../../observability/log.ts";
import { freePayloads } from "../../operations/backup-sets/free-payloads.ts";

/** Sets of a tenant in one turn. Up to 500 contents are freed with each that is deleted. */
const SETS_A_TURN = 5;

/**
 * Does what is due of a tenant, `most` sets at most; returns whether something is left. Where deleting sets for good needs another person's approval, they stay
 * archived. All of it holds for itself: a crash between two sets leaves the others for the next turn.
 */
export async function expireSets(
  env: TenantEnv,
  { tenantId, now, most = SETS_A_TURN }: { tenantId: string; now: number; most?: number },
): Promise<boolean> {
  const { DATABASE } = env;
  const schedules = await ruledSchedules(DATABASE, tenantId);
  if (schedules.length === 0) return false;
  const isFree = !needsApproval("force-delete", await readApprovalSettings(DATABASE, tenantId));
  let left = most;
  for (const schedule of schedules) {
    const change = { tenantId, at: now, by: { kind: "rule", scheduleId: schedule.id } } as const;
    let [archived, deleted] = [0, 0];
    for (const set of await unkeptSets(DATABASE, tenantId, schedule, now)) {
      const isDeleted = isFree && isOver(set, now);
      if (!isDeleted && set.expiredAt !== null) continue;
      if (left === 0) return true;
      left -= 1;
      if (!isDeleted) {
        if ((await expireBackupSet(DATABASE, { ...change, backupSetId: set.id })).kind === "done") archived += 1;
        continue;
      }
      const outcome = await removeBackupSet(DATABASE, { ...change, backupSetId: set.id });
      if (outcome.kind !== "done") continue;
      deleted += 1;
      await freePayloads(env, tenantId, outcome.released, now);
    }
    if (archived + deleted > 0)
      logEvent("info", "sets_expired", { tenantId, scheduleId: schedule.id, archived, deleted });
  }
  return false;
}
