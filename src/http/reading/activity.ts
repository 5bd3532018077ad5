import { FULL_RETRY_AFTER_SECONDS } from "../../contract/limits.ts";
import { activityRoutes } from "../../contract/routes/activity.ts";
import { listActivity } from "../../runs/reading/run-reader.ts";
import { callActivityHub, HUB_HEADERS } from "../../runs/reading/activity-hub.ts";
import { ApiError } from "../routing/problems.ts";
import { read } from "../routing/served.ts";

/** What the Worker has established about a socket's caller; the hub trusts these, so callers may not set them. */
const HUB_HEADER_PREFIX = "x-tenantatlas-";
/** What vouches for the caller to the Worker; the hub has no use for it. */
const CREDENTIAL_HEADERS = ["authorization", "cookie", "x-local-user"];

export const activityReads = {
  list: read(activityRoutes.list, ({ env, tenant }) => listActivity(env.DATABASE, tenant)),
  live: read(activityRoutes.live, async ({ env, tenant, user, sessionId, token, endsAt, request }) => {
    if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
      throw new ApiError("upgrade_required", { headers: { upgrade: "websocket" } });
    }
    const headers = new Headers(request.headers);
    for (const name of request.headers.keys()) {
      if (name.startsWith(HUB_HEADER_PREFIX) || CREDENTIAL_HEADERS.includes(name)) headers.delete(name);
    }
    headers.set(HUB_HEADERS.tenantId, tenant.id);
    headers.set(HUB_HEADERS.tenantSlug, tenant.slug);
    headers.set(HUB_HEADERS.userId, user.id);
    if (sessionId !== null) headers.set(HUB_HEADERS.sessionId, sessionId);
    if (token !== null) headers.set(HUB_HEADERS.tokenId, token.id);
    if (endsAt !== null) headers.set(HUB_HEADERS.endsAt, String(endsAt));
    const answer = await callActivityHub(env, tenant.id, (hub) => hub.fetch(new Request(request, { headers })));
    if (answer.status !== 429) return answer;
    throw new ApiError("too_many_sockets", { headers: { "retry-after": String(FULL_RETRY_AFTER_SECONDS) } });
  }),
};
