/**
 * Retention's part of the sweep: removes what is due, of some tenants each minute, those first that have waited longest. All steps are
 * bounded; what is left is done at the tenant's next turn, which comes after all tenants that wait longer.
 */
import type { RemovedKind } from "../../contract/retention.ts";
import { tellOfOldBackups } from "../../database/backups/tell-age.ts";
import { cutAuditLog } from "../../database/retention/audit-cut.ts";
import { type Cutoffs, cutoffsOf } from "../../database/retention/due.ts";
import { openHold } from "../../database/retention/legal-holds.ts";
import { removeParts } from "../../database/retention/parts.ts";
import {
  pendingThings,
  type Removal,
  removeChanges,
  removeDue,
  removeNotices,
  removeNews,
  removeOccurrences,
  removeVersions,
  settleThings,
} from "../../database/retention/removal.ts";
import { dropNotes } from "../../database/retention/removed.ts";
import { readRetentionRules } from "../../database/retention/rules.ts";
import { isBeingExported, setTurn, tenantsDue } from "../../database/retention/turns.ts";
import { errorFields, logEvent } from "../../observability/log.ts";
import { removeDocuments } from "../../storage/evidence-documents.ts";
import { removeDetails } from "../../storage/plan-details.ts";
import { expireSets } from "./expire-sets.ts";
import { forgetRuns } from "./forget-run.ts";
import type { TenantEnv } from "../../database/databases.ts";

/** What a sweep does at most. Tests make them small. */
export interface RemovalLimits {
  tenants: number;
  /** Things of a kind, for each tenant: as many calls of runs' objects, and plans and snapshots to list in R2. */
  things: number;
  /** Rows of each table, for the parts of such things; and events of the audit log, versions and entries of logs. */
  rows: number;
}

export const REMOVAL_LIMITS: RemovalLimits = { tenants: 5, things: 50, rows: 1_000 };

/** A tenant of which nothing is left to remove is looked at again after a day, one on legal hold, or being exported, after an hour. */
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

type PartedKind = Exclude<RemovedKind, "pack">;

/** Looks at the tenants whose turn it is. One tenant's trouble is not the others': it has its next turn after an hour. */
export async function removeOldRecords(
  env: TenantEnv,
  now: number,
  limits: RemovalLimits = REMOVAL_LIMITS,
): Promise<void> {
  for (const tenantId of await tenantsDue(env.DATABASE, env.SHARD, now, limits.tenants)) {
    let nextAt = now + HOUR_MS;
    try {
      await tellOfOldBackups(env.DATABASE, tenantId, now);
      const waits =
        (await openHold(env.DATABASE, tenantId)) !== null || (await isBeingExported(env.DATABASE, tenantId));
      if (!waits) {
        nextAt = (await removeOfTenant(env, tenantId, now, limits)) ? now : now + DAY_MS;
      }
    } catch (error) {
      logEvent("error", "retention_failed", { tenantId, ...errorFields(error) });
    }
    await setTurn(env.DATABASE, tenantId, nextAt);
  }
}

/** Does one step of each kind, in the order of the kinds, up to the first of which something is left. Returns whether something is. */
async function removeOfTenant(env: TenantEnv, tenantId: string, at: number, limits: RemovalLimits): Promise<boolean> {
  const { rules } = await readRetentionRules(env.DATABASE, tenantId);
  const cutoffs: Cutoffs = cutoffsOf(rules, at);
  const { DATABASE } = env;
  const things: Removal = { tenantId, cutoffs, at, limit: limits.things };
  const rows: Removal = { ...things, limit: limits.rows };
  const step = (kind: PartedKind) => removePending(env, { tenantId, kind, at, limits });
  const steps: (() => Promise<boolean>)[] = [
    () => expireSets(env, { tenantId, now: at }),
    () => removeDue(DATABASE, things, "plans"),
    () => step("plan"),
    () => removeDue(DATABASE, things, "snapshots"),
    () => step("snapshot"),
    () => removeDue(DATABASE, things, "comparisons"),
    () => step("finding"),
    () => step("comparison"),
    () => removeDue(DATABASE, things, "runs"),
    () => step("run"),
    () => removeOccurrences(DATABASE, rows),
    () => removeNotices(DATABASE, rows),
    () => removeNews(DATABASE, rows),
    () => removeVersions(DATABASE, rows),
    () => removeChanges(DATABASE, rows),
    async () => cutoffs.audit >= 0 && cutAuditLog(DATABASE, { ...rows, before: cutoffs.audit }),
  ];
  for (const each of steps) if (await each()) return true;
  // A note outlives no event of the log that leads to its thing.
  if (cutoffs.audit >= 0) await dropNotes(DATABASE, tenantId, cutoffs.audit, limits.rows);
  return false;
}

/** Removes parts of things whose rows are gone. Returns whether parts are left, or may be. */
async function removePending(
  env: TenantEnv,
  { tenantId, kind, at, limits }: { tenantId: string; kind: PartedKind; at: number; limits: RemovalLimits },
): Promise<boolean> {
  const ids = await pendingThings(env.DATABASE, tenantId, kind, limits.things);
  if (ids.length === 0) return false;
  if (kind === "plan") for (const planId of ids) await removeDetails(env.ARTIFACTS, { tenantId, planId });
  if (kind === "snapshot") for (const snapshotId of ids) await removeDocuments(env.ARTIFACTS, { tenantId, snapshotId });
  if (!(await removeParts(env.DATABASE, { tenantId, kind, ids, at, limit: limits.rows }))) return true;
  const done = kind === "run" ? await forgotten(env, tenantId, ids, at) : ids;
  await settleThings(env.DATABASE, tenantId, kind, done);
  // An object that is not reached is asked again at the next turn; it keeps nothing else waiting.
  return done.length === ids.length && ids.length === limits.things;
}

async function forgotten(env: TenantEnv, tenantId: string, runIds: readonly string[], now: number): Promise<string[]> {
  const answers = await forgetRuns(env, { tenantId, runIds, now });
  return runIds.filter((runId) => answers.get(runId) === "forgotten");
}
