import { permissionRoutes } from "../../contract/routes/permissions.ts";
import { checkPermissions } from "../../graph-work/check-permissions.ts";
import { permissionsOf } from "../reading/permissions.ts";
import { readStoredConnections } from "../../database/tenancy/tenant-connections.ts";
import { ApiError } from "../routing/problems.ts";
import { command, Reply } from "../routing/served.ts";

export const permissionCommands = {
  check: command(permissionRoutes.check, async ({ env, tenant, user, query: { connection: purpose } }) => {
    const connection = { tenantId: tenant.id, purpose };
    const stored = await readStoredConnections(env.DATABASE, tenant.id);
    if (purpose === "write" && !stored.some((each) => each.purpose === purpose)) throw new ApiError("not_connected");
    await checkPermissions(connection, user.id, env);
    const permissions = await permissionsOf(env.DATABASE, connection, Date.now());
    return new Reply(permissions.checkingSince === null ? 200 : 202, permissions);
  }),
};
