import type { CloseTenant } from "../../contract/offboarding.ts";
import { offboardingRoutes } from "../../contract/routes/offboarding.ts";
import {
  type ClosingRequest,
  readClosing,
  readOffboarding,
  requestOffboarding,
  withdrawOffboarding,
} from "../../database/offboarding/offboardings.ts";
import { openHold } from "../../database/retention/legal-holds.ts";
import { readTenant } from "../../database/tenancy/tenants.ts";
import { ApiError } from "../routing/problems.ts";
import { invalidInput, orNotFound } from "../routing/requests.ts";
import { command, commandOwn, Reply } from "../routing/served.ts";
import {
  type ControlEnv,
  envOfTenant,
  findAmongShards,
  type TenantDatabase,
  type TenantEnv,
} from "../../database/databases.ts";
import { copyPeople } from "../../database/tenancy/copies.ts";
import { deliverSoon } from "../../database/audit/event-outbox.ts";

export const offboardingCommands = {
  request: command(offboardingRoutes.request, async ({ env, tenant, user: actor, body }) => {
    await request(env, tenant, body, { actor, requestedAs: "owner" });
    return new Reply(201, await readClosing(env.DATABASE, tenant.id, Date.now()));
  }),
  withdraw: command(offboardingRoutes.withdraw, async ({ env, tenant, user: actor }) => {
    const { offboarding } = await readClosing(env.DATABASE, tenant.id, Date.now());
    if (offboarding === null) throw new ApiError("not_closing");
    await withdraw(env, env.DATABASE, { id: offboarding.id, tenantId: tenant.id, actor });
    return readClosing(env.DATABASE, tenant.id, Date.now());
  }),
  requestByPlatform: commandOwn(offboardingRoutes.requestByPlatform, async ({ env, user: actor, params, body }) => {
    const tenant = orNotFound(await readTenant(env.CONTROL, params.tenantId));
    const tenantEnv = await envOfTenant(env, tenant.id);
    // The tenant's log names who asks, who need not be a member.
    await copyPeople(tenantEnv, [actor.id]);
    const id = await request(tenantEnv, tenant, body, { actor, requestedAs: "platform" });
    return new Reply(201, orNotFound(await readOffboarding(tenantEnv.DATABASE, id)));
  }),
  withdrawByPlatform: commandOwn(offboardingRoutes.withdrawByPlatform, async ({ env, user: actor, params }) => {
    const { offboardingId } = params;
    const { database, found } = orNotFound(
      await findAmongShards(
        env,
        (shard) => readOffboarding(shard, offboardingId),
        ({ tenant }) => tenant.id,
      ),
    );
    await copyPeople({ ...env, DATABASE: database }, [actor.id]);
    await withdraw(env, database, { id: found.id, tenantId: found.tenant.id, actor });
    return orNotFound(await readOffboarding(database, found.id));
  }),
};

/** Throws for a name that is not the tenant's, while a legal hold stands, and when it is asked for already. */
async function request(
  env: TenantEnv,
  tenant: { id: string; name: string },
  { name, reason, days }: CloseTenant,
  by: Pick<ClosingRequest, "actor" | "requestedAs">,
): Promise<string> {
  if (name.trim() !== tenant.name) throw invalidInput([{ path: "name", message: "is not the tenant's name" }]);
  const hold = await openHold(env.DATABASE, tenant.id);
  if (hold !== null) throw held();
  const id = await requestOffboarding(env.DATABASE, { tenantId: tenant.id, reason, days, at: Date.now(), ...by });
  if (id !== null) {
    await deliverSoon(env, env.DATABASE);
    return id;
  }
  if ((await openHold(env.DATABASE, tenant.id)) !== null) throw held();
  throw new ApiError("closing_already");
}

function held(): ApiError {
  return new ApiError("legal_hold", { detail: "An owner lifts the legal hold first" });
}

async function withdraw(
  env: ControlEnv,
  database: TenantDatabase,
  withdrawal: { id: string; tenantId: string; actor: { id: string; name: string } },
): Promise<void> {
  if (!(await withdrawOffboarding(database, { ...withdrawal, at: Date.now() }))) throw new ApiError("not_closing");
  await deliverSoon(env, database);
}
