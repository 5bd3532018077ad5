import { findingRoutes } from "../../contract/routes/findings.ts";
import { acceptFinding, reopenFinding } from "../../database/findings/finding-decisions.ts";
import { readFinding } from "../../database/findings/findings.ts";
import { findingDetail } from "../reading/finding-detail.ts";
import { ApiError } from "../routing/problems.ts";
import { orNotFound } from "../routing/requests.ts";
import { command } from "../routing/served.ts";
import { acceptanceEnd } from "./acceptance-end.ts";

export const findingCommands = {
  accept: command(findingRoutes.accept, async ({ env, tenant, user, params: { findingId }, body }) => {
    const { reason, until, changesHash = null } = body;
    const at = Date.now();
    const end = acceptanceEnd(until, at);
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
