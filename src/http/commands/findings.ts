import type { TenantAccess } from "../../access/guard.ts";
import type { AcceptOutcome } from "../../contract/baselines.ts";
import { findingRoutes } from "../../contract/routes/findings.ts";
import { acceptFinding, reopenFinding } from "../../database/findings/finding-decisions.ts";
import { readFinding } from "../../database/findings/findings.ts";
import { findingDetail } from "../reading/finding-detail.ts";
import { ApiError } from "../routing/problems.ts";
import { orNotFound } from "../routing/requests.ts";
import { command, type ReadingEnv } from "../routing/served.ts";
import { acceptanceEnd } from "./acceptance-end.ts";

export const findingCommands = {
  // One after the other: each is a batch of its own, with its own line of history and its own audit event.
  acceptMany: command(findingRoutes.acceptMany, async ({ env, tenant, user, body: { findings, reason, until } }) => {
    const at = Date.now();
    const end = acceptanceEnd(until, at);
    const outcomes: { id: string; outcome: AcceptOutcome }[] = [];
    for (const { id, changesHash } of findings) {
      const decision = { tenantId: tenant.id, findingId: id, actorId: user.id, at };
      const accepted = await acceptFinding(env.DATABASE, decision, { reason, until: end, changesHash });
      outcomes.push({ id, outcome: accepted ? "accepted" : await whyNot(env, tenant, id, at) });
    }
    return { outcomes };
  }),
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

async function whyNot(env: ReadingEnv, tenant: TenantAccess, findingId: string, at: number): Promise<AcceptOutcome> {
  const found = await readFinding(env.DATABASE, tenant, findingId, at);
  if (found === null) return "not_found";
  return found.finding.status === "resolved" ? "resolved" : "changed";
}
