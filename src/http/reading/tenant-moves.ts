import { tenantMoveRoutes } from "../../contract/routes/tenant-moves.ts";
import { listMoves, listShards, readMove } from "../../database/moves/tenant-moves.ts";
import { orNotFound } from "../routing/requests.ts";
import { readOwn } from "../routing/served.ts";

export const tenantMoveReads = {
  shards: readOwn(tenantMoveRoutes.shards, async ({ env }) => ({ items: await listShards(env) })),
  list: readOwn(tenantMoveRoutes.list, async ({ env, query }) => await listMoves(env.CONTROL, query)),
  show: readOwn(tenantMoveRoutes.show, async ({ env, params }) =>
    orNotFound(await readMove(env.CONTROL, params.moveId)),
  ),
};
