/** The databases that tenants lie in, and the moves of tenants between them: for those who run the product, who see nothing of a tenant. */
import { z } from "zod";
import { newTenantMoveSchema, shardListSchema, tenantMoveListSchema, tenantMoveSchema } from "../tenant-moves.ts";
import { pageQuery } from "./queries.ts";
import { route } from "./route.ts";

const tenantId = z.string().meta({ description: "The tenant's id or slug." });
const moveId = z.string().meta({ description: "The id of the move." });

export const tenantMoveRoutes = {
  shards: route("platform", {
    method: "GET",
    path: "/api/platform/shards",
    peopleOnly: true,
    summary: "List the databases of tenants",
    description: "How many tenants are assigned to each, and how large it is: `null` where it does not answer.",
    answer: shardListSchema,
  }),
  list: route("platform", {
    method: "GET",
    path: "/api/platform/tenant-moves",
    peopleOnly: true,
    summary: "List moves of tenants between databases, newest first",
    query: z.strictObject(pageQuery()),
    answer: tenantMoveListSchema,
  }),
  show: route("platform", {
    method: "GET",
    path: "/api/platform/tenant-moves/:moveId",
    peopleOnly: true,
    summary: "Show the move of a tenant",
    params: { moveId },
    answer: tenantMoveSchema,
    problems: ["not_found"],
  }),
  begin: route("platform", {
    method: "POST",
    path: "/api/platform/tenants/:tenantId/move",
    peopleOnly: true,
    summary: "Move a tenant to another database",
    description:
      "The tenant takes no new operations from then on, and those under way end: twenty minutes at least. Then nothing of it can be changed while it is copied and compared. It is read all the time. Both logs tell of it.",
    statuses: { 201: "Begun" },
    params: { tenantId },
    body: newTenantMoveSchema,
    answer: tenantMoveSchema,
    problems: ["not_found", "move_under_way"],
  }),
  abandon: route("platform", {
    method: "POST",
    path: "/api/platform/tenant-moves/:moveId/abandon",
    peopleOnly: true,
    summary: "Give up the move of a tenant",
    description: "Until the new database answers. The tenant stays where it is, and what was copied is removed.",
    params: { moveId },
    answer: tenantMoveSchema,
    problems: ["not_found", "move_over"],
  }),
};
