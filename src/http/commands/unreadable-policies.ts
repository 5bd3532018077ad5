import { unreadablePolicyRoutes } from "../../contract/routes/unreadable-policies.ts";
import { acknowledgeUnreadable, withdrawAcknowledgment } from "../../database/inventory/acknowledgments.ts";
import { readUnreadable } from "../../database/inventory/unreadable-policies.ts";
import { orNotFound } from "../routing/requests.ts";
import { command } from "../routing/served.ts";
import { acceptanceEnd } from "./acceptance-end.ts";

export const unreadablePolicyCommands = {
  acknowledge: command(
    unreadablePolicyRoutes.acknowledge,
    async ({ env, tenant, user, params: { policyId }, body }) => {
      const at = Date.now();
      const acceptance = { reason: body.reason, until: acceptanceEnd(body.until, at) };
      await acknowledgeUnreadable(env.DATABASE, { tenantId: tenant.id, policyId, actorId: user.id, at }, acceptance);
      return orNotFound(await readUnreadable(env.DATABASE, tenant.id, policyId));
    },
  ),
  withdraw: command(unreadablePolicyRoutes.withdraw, async ({ env, tenant, user, params: { policyId } }) => {
    await withdrawAcknowledgment(env.DATABASE, { tenantId: tenant.id, policyId, actorId: user.id, at: Date.now() });
    return orNotFound(await readUnreadable(env.DATABASE, tenant.id, policyId));
  }),
};
