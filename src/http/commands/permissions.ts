import { permissionRoutes } from "../../contract/routes/permissions.ts";
import { checkPermissions } from "../../graph-work/check-permissions.ts";
import { permissionsOf } from "../reading/permissions.ts";
import { command, Reply } from "../routing/served.ts";

export const permissionCommands = {
  check: command(permissionRoutes.check, async ({ env, tenant }) => {
    await checkPermissions(tenant.id, env);
    const permissions = await permissionsOf(env.DATABASE, tenant.id, Date.now());
    return new Reply(permissions.checkingSince === null ? 200 : 202, permissions);
  }),
};
