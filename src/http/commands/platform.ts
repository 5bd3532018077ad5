import { BUILT_IN_ROLES, capabilitiesOf } from "../../contract/roles.ts";
import { platformRoutes } from "../../contract/routes/platform.ts";
import { liftApprovals } from "../../database/approvals/approval-settings.ts";
import { becomeFirstAdministrator, createTenant, findTenantId } from "../../database/tenancy/platform.ts";
import { readPerson, setDisabled } from "../../database/tenancy/platform-people.ts";
import { closeSockets } from "../../runs/reading/close-sockets.ts";
import { sha256Hex } from "../../digests/sha256.ts";
import { readSettings } from "../../environment.ts";
import { logEvent } from "../../observability/log.ts";
import { ApiError } from "../routing/problems.ts";
import { orNotFound } from "../routing/requests.ts";
import { commandOwn, Reply } from "../routing/served.ts";
import { envOfTenant } from "../../database/databases.ts";
import { copyPeople, spreadSoon } from "../../database/tenancy/copies.ts";
import { deliverSoon } from "../../database/audit/event-outbox.ts";

export const platformCommands = {
  setUp: commandOwn(platformRoutes.setUp, async ({ env, user, requestId, body: { code } }) => {
    const { setupCode } = readSettings(env);
    // Digests are compared, so that the time tells nothing of the code.
    if (setupCode === null || (await sha256Hex(code.trim())) !== (await sha256Hex(setupCode))) {
      logEvent("warn", "setup_refused", { userId: user.id, requestId });
      throw new ApiError("forbidden", { detail: "This is not the deployment's setup code." });
    }
    if (!(await becomeFirstAdministrator(env.CONTROL, user.id, Date.now()))) throw new ApiError("setup_done");
    logEvent("info", "platform_set_up", { userId: user.id, requestId });
    return { platformAdministrator: true as const };
  }),
  disablePerson: commandOwn(platformRoutes.disablePerson, async ({ env, user, params: { userId } }) => {
    if (userId === user.id) throw new ApiError("disables_oneself");
    orNotFound(await readPerson(env, userId));
    await setDisabled(env.CONTROL, { userId, disabled: true, actorId: user.id, at: Date.now() });
    await spreadSoon(env, userId);
    await closeSockets(env, { userId });
    return orNotFound(await readPerson(env, userId));
  }),
  enablePerson: commandOwn(platformRoutes.enablePerson, async ({ env, user, params: { userId } }) => {
    orNotFound(await readPerson(env, userId));
    await setDisabled(env.CONTROL, { userId, disabled: false, actorId: user.id, at: Date.now() });
    await spreadSoon(env, userId);
    return orNotFound(await readPerson(env, userId));
  }),
  liftApprovals: commandOwn(platformRoutes.liftApprovals, async ({ env, user, params, body: { reason } }) => {
    const tenantId = orNotFound(await findTenantId(env.CONTROL, params.tenantId));
    const act = { tenantId, actorId: user.id, at: Date.now(), reason };
    const tenantEnv = await envOfTenant(env, tenantId);
    // The tenant's log names who did it, who need not be a member.
    await copyPeople(tenantEnv, [user.id]);
    if (!(await liftApprovals(tenantEnv.DATABASE, act))) throw new ApiError("approvals_in_order");
    await deliverSoon(env, tenantEnv.DATABASE);
    return { done: true as const };
  }),
  createTenant: commandOwn(platformRoutes.createTenant, async ({ env, user, body }) => {
    const id = await createTenant(env, body, { ownerId: user.id, at: Date.now() });
    if (id === null) throw new ApiError("slug_taken");
    const role = {
      role: "owner" as const,
      roleName: BUILT_IN_ROLES.owner.name,
      capabilities: capabilitiesOf("owner"),
      tags: [],
    };
    return new Reply(201, { id, ...body, ...role });
  }),
};
