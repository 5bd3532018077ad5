import { activitySchema, liveFrameSchema } from "../runs.ts";
import { tenantRoute } from "./route.ts";

export const activityRoutes = {
  list: tenantRoute("operations.read", {
    method: "GET",
    path: "/activity",
    summary: "List active runs, then the recently finished",
    answer: activitySchema,
  }),
  live: tenantRoute("operations.read", {
    method: "GET",
    path: "/activity/live",
    summary: "Follow the activity over a WebSocket",
    description:
      "A frame of kind `snapshot` replaces what the client knows, one of kind `change` carries the runs that changed. A request that " +
      "asks for no upgrade is refused with 426.",
    statuses: { 101: "The socket is open. Each message is one frame." },
    media: null,
    frame: liveFrameSchema,
    problems: ["forbidden_origin", "upgrade_required", "unavailable"],
  }),
};
