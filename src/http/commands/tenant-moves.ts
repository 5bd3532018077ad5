import { tenantMoveRoutes } from "../../contract/routes/tenant-moves.ts";
import type { ControlEnv } from "../../database/databases.ts";
import { abandonMove, readMove, requestMove } from "../../database/moves/tenant-moves.ts";
import { findTenantId } from "../../database/tenancy/platform.ts";
import { errorFields, logEvent } from "../../observability/log.ts";
import { moveTenants } from "../../runs/edge/moving/move-tenants.ts";
import { newInvocation } from "../../runs/edge/operation-steps.ts";
import { ApiError } from "../routing/problems.ts";
import { invalidInput, orNotFound } from "../routing/requests.ts";
import { commandOwn, Reply } from "../routing/served.ts";

export const tenantMoveCommands = {
  begin: commandOwn(tenantMoveRoutes.begin, async ({ env, user: actor, params, body: { shard: toShard, reason } }) => {
    const tenantId = orNotFound(await findTenantId(env.CONTROL, params.tenantId));
    if (!env.SHARDS.has(toShard)) throw invalidInput([{ path: "shard", message: "is no database of this deployment" }]);
    const id = await requestMove(env.CONTROL, { tenantId, toShard, reason, actor, at: Date.now() });
    if (id === null) throw new ApiError("move_under_way");
    await goOn(env, id);
    return new Reply(201, orNotFound(await readMove(env.CONTROL, id)));
  }),
  abandon: commandOwn(tenantMoveRoutes.abandon, async ({ env, user: actor, params: { moveId } }) => {
    orNotFound(await readMove(env.CONTROL, moveId));
    if (!(await abandonMove(env.CONTROL, { id: moveId, actorId: actor.id, at: Date.now() }))) {
      throw new ApiError("move_over");
    }
    await goOn(env, moveId);
    return orNotFound(await readMove(env.CONTROL, moveId));
  }),
};

/** At once, as far as it goes. What fails, the sweep does: that the move is asked for is stored. */
async function goOn(bindings: ControlEnv, id: string): Promise<void> {
  const { env, budget } = newInvocation(bindings);
  try {
    await moveTenants(env, budget, { now: Date.now(), id });
  } catch (error) {
    logEvent("warn", "tenant_move_waits", { moveId: id, ...errorFields(error) });
  }
}
