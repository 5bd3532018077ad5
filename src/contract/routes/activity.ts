import { activitySchema, liveFrameSchema } from "../runs.ts";
import { tenantRoute } from "./route.ts";

/**
 * Close code of a socket whose caller has lost what let them in, or has it in another way now: the session has ended, the person was
 * removed or disabled, their role or token has changed. The console asks who it is then.
 */
export const ACCESS_CHANGED = 4001;

/** What a console says on its socket to learn whether it is still heard, and what it is answered. Answering wakes no object. */
export const HEARTBEAT = { ask: "ping", answer: "pong" } as const;

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
      "asks for no upgrade is refused with 426. The server closes a socket with the code 4001 when what its caller may do has changed or ended. The text `ping` is answered with `pong`; " +
      "a client that says anything else is closed with 1008.",
    statuses: { 101: "The socket is open. Each message is one frame." },
    media: null,
    frame: liveFrameSchema,
    problems: ["forbidden_origin", "upgrade_required", "too_many_sockets", "unavailable"],
  }),
};
