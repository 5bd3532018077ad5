import { MAX_OPEN_HOLDS } from "../../contract/legal-holds.ts";
import { legalHoldRoutes } from "../../contract/routes/legal-holds.ts";
import { liftHold, placeHold, readHold } from "../../database/retention/legal-holds.ts";
import { ApiError } from "../routing/problems.ts";
import { orNotFound } from "../routing/requests.ts";
import { command, Reply } from "../routing/served.ts";

export const legalHoldCommands = {
  place: command(legalHoldRoutes.place, async ({ env, tenant, user, body }) => {
    const holdId = await placeHold(env.DATABASE, { tenantId: tenant.id, actorId: user.id, at: Date.now() }, body);
    if (holdId === null) throw new ApiError("too_many_holds", { detail: `The limit is ${MAX_OPEN_HOLDS}. Lift one` });
    return new Reply(201, orNotFound(await readHold(env.DATABASE, tenant.id, holdId)));
  }),
  lift: command(legalHoldRoutes.lift, async ({ env, tenant, user, params: { holdId }, body: { reason } }) => {
    orNotFound(await readHold(env.DATABASE, tenant.id, holdId));
    const act = { tenantId: tenant.id, actorId: user.id, at: Date.now() };
    if (!(await liftHold(env.DATABASE, act, { holdId, reason }))) throw new ApiError("hold_lifted");
    return orNotFound(await readHold(env.DATABASE, tenant.id, holdId));
  }),
};
