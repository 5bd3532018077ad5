import { MAX_ACCEPTANCE_DAYS } from "../../contract/baselines.ts";
import { findingRoutes } from "../../contract/routes/findings.ts";
import { acceptFinding, reopenFinding } from "../../database/findings/finding-decisions.ts";
import { readFinding } from "../../database/findings/findings.ts";
import { findingDetail } from "../reading/finding-detail.ts";
import { ApiError } from "../routing/problems.ts";
import { invalidInput, orNotFound } from "../routing/requests.ts";
import { command } from "../routing/served.ts";

const DAY_MS = 86_400_000;

export const findingCommands = {
  accept: command(findingRoutes.accept, async ({ env, tenant, user, params: { findingId }, body }) => {
    const { reason, until, changesHash = null } = body;
    const at = Date.now();
    const end = Date.parse(until);
    if (end <= at || end > at + MAX_ACCEPTANCE_DAYS * DAY_MS) {
      throw invalidInput([{ path: "until", message: `must be within the next ${MAX_ACCEPTANCE_DAYS} days` }]);
    }
    const decision = { tenantId: tenant.id, findingId, actorId: user.id, at };
    if (!(await acceptFinding(env.DATABASE, decision, { reason, until: end, changesHash }))) {
      const { finding } = orNotFound(await readFinding(env.DATABASE, tenant, findingId, at));
      throw new ApiError(finding.status === "resolved" ? "finding_resolved" : "finding_changed");
    }
    return findingDetail(env, tenant, findingId);
  }),
  reopen: command(findingRoutes.reopen, async ({ env, tenant, user, params: { findingId } }) => {
    const at = Date.now();
    const { finding } = orNotFound(await readFinding(env.DATABASE, tenant, findingId, at));
    if (finding.status === "resolved") throw new ApiError("finding_resolved");
    // One that is open already is what was asked for.
    await reopenFinding(env.DATABASE, { tenantId: tenant.id, findingId, actorId: user.id, at });
    return findingDetail(env, tenant, findingId);
  }),
};
