import { roleRoutes } from "../../contract/routes/roles.ts";
import { madeOrAsked } from "../acts/ask.ts";
import { changeOwnRoleAct, createRoleAct, deleteRoleAct } from "../acts/role-acts.ts";
import { command, Reply } from "../routing/served.ts";

export const roleCommands = {
  create: command(roleRoutes.create, (call) =>
    madeOrAsked(call, createRoleAct, call.body, (role) => new Reply(201, role)),
  ),
  change: command(roleRoutes.change, (call) =>
    madeOrAsked(call, changeOwnRoleAct, { roleId: call.params.roleId, ...call.body }, (role) => role),
  ),
  delete: command(roleRoutes.delete, (call) =>
    madeOrAsked(call, deleteRoleAct, { roleId: call.params.roleId }, () => ({ done: true as const })),
  ),
};
