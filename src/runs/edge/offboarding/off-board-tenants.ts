/**
 * Deletes tenants whose time has come, step by step, and proves it. Driven by the sweep: the deletion is no run of the tenant, since a run's row,
 * units, notification and object are among what is deleted (decision 133).
 */
import { auditEventWhere, PLATFORM_LOG } from "../../../database/audit/audit-events.ts";
import { beginDeletion, type Deletion, releaseDeletion, takeDeletions } from "../../../database/offboarding/removal.ts";
import { errorFields, logEvent } from "../../../observability/log.ts";
import { abortUploads, removeContents } from "./contents-of-a-tenant.ts";
import { removeAllRows } from "./rows-of-a-tenant.ts";
import { endRuns, forgetObjects } from "./runs-of-a-tenant.ts";
import type { StepResult } from "./step-result.ts";
import { verifyDeletion } from "./verify-deletion.ts";
import type { TenantEnv } from "../../../database/databases.ts";

const DELETIONS_PER_SWEEP = 5;
/** For how long one Worker may believe itself alone: longer than the platform lets it live. */
const ALONE_MS = 20 * 60_000;
/** Work of one sweep on one tenant. */
const TURN_MS = 30_000;
const AGAIN_MS = 60_000;
const HOUR_MS = 3_600_000;

/** For the cron. One tenant's trouble is not the others'. */
export async function offBoardTenants(env: TenantEnv, now: number): Promise<void> {
  const taken = await takeDeletions(env.DATABASE, { now, until: now + ALONE_MS, limit: DELETIONS_PER_SWEEP });
  for (const deletion of taken) {
    let afterMs = AGAIN_MS;
    try {
      afterMs = await takeTurn(env, deletion, now);
    } catch (error) {
      const fields = { offboardingId: deletion.id, tenantId: deletion.tenantId, step: deletion.position.step };
      logEvent("error", "offboarding_failed", { ...fields, ...errorFields(error) });
    }
    await releaseDeletion(env.DATABASE, deletion.id, now + afterMs);
  }
}

/** Steps until one has to wait, the last is done, or the turn is over. Returns after how long to go on. */
async function takeTurn(env: TenantEnv, taken: Deletion, now: number): Promise<number> {
  const turnEnds = Date.now() + TURN_MS;
  let deletion = taken;
  while (Date.now() < turnEnds) {
    const result = await takeStep(env, deletion, now);
    if (result.kind === "later") return result.afterMs;
    if (result.kind === "ended") break;
    deletion = result.deletion;
  }
  return 0;
}

/** One step. At-least-once: after a crash it is taken again from what is stored, and counts nothing twice. */
function takeStep(env: TenantEnv, deletion: Deletion, now: number): Promise<StepResult> {
  switch (deletion.position.step) {
    case "begin":
      return begin(env, deletion, now);
    case "runs":
      return endRuns(env, deletion);
    case "objects":
      return forgetObjects(env, deletion, now);
    case "uploads":
      return abortUploads(env, deletion);
    case "contents":
      return removeContents(env, deletion);
    case "rows":
      return removeAllRows(env, deletion, now);
    case "verify":
      return verifyDeletion(env, deletion, now);
  }
}

/** A deletion that was withdrawn in this moment, or that a legal hold keeps back, is looked at again in an hour. */
async function begin(env: TenantEnv, deletion: Deletion, now: number): Promise<StepResult> {
  const event = auditEventWhere(
    env.DATABASE,
    {
      id: `${deletion.id}-begun`,
      tenantId: PLATFORM_LOG,
      at: now,
      action: "tenant.delete-begin",
      actorId: deletion.requestedBy.id,
      targetKind: "tenant",
      targetId: deletion.tenantId,
      detail: { offboarding: deletion.id, slug: deletion.tenantSlug },
    },
    { condition: "exists (select 1 from offboardings where id = ?9 and status = 'deleting')", values: [deletion.id] },
  );
  const begun = await beginDeletion(env.DATABASE, deletion, now, event);
  if (begun === null) return { kind: "later", afterMs: HOUR_MS };
  logEvent("info", "offboarding_begun", { offboardingId: deletion.id, tenantId: deletion.tenantId });
  return { kind: "on", deletion: begun };
}
