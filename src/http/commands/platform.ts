import { BUILT_IN_ROLES, capabilitiesOf } from "../../contract/roles.ts";
import { platformRoutes } from "../../contract/routes/platform.ts";
import { becomeFirstAdministrator, createTenant } from "../../database/tenancy/platform.ts";
import { sha256Hex } from "../../digests/sha256.ts";
import { readSettings } from "../../environment.ts";
import { logEvent } from "../../observability/log.ts";
import { ApiError } from "../routing/problems.ts";
import { commandOwn, Reply } from "../routing/served.ts";

export const platformCommands = {
  setUp: commandOwn(platformRoutes.setUp, async ({ env, user, requestId, body: { code } }) => {
    const { setupCode } = readSettings(env);
    // Digests are compared, so that the time tells nothing of the code.
    if (setupCode === null || (await sha256Hex(code.trim())) !== (await sha256Hex(setupCode))) {
      logEvent("warn", "setup_refused", { userId: user.id, requestId });
      throw new ApiError("forbidden", { detail: "This is not the deployment's setup code." });
    }
    if (!(await becomeFirstAdministrator(env.DATABASE, user.id, Date.now()))) throw new ApiError("setup_done");
    logEvent("info", "platform_set_up", { userId: user.id, requestId });
    return { platformAdministrator: true as const };
  }),
  createTenant: commandOwn(platformRoutes.createTenant, async ({ env, user, body }) => {
    const id = await createTenant(env.DATABASE, body, { ownerId: user.id, at: Date.now() });
    if (id === null) throw new ApiError("slug_taken");
    const role = { role: "owner" as const, roleName: BUILT_IN_ROLES.owner.name, capabilities: capabilitiesOf("owner") };
    return new Reply(201, { id, ...body, ...role });
  }),
};
