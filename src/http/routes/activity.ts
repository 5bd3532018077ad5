import { callActivityHub } from "../../runs/edge/call-object.ts";
import { listActivity } from "../../runs/edge/run-reader.ts";
import { HUB_HEADERS } from "../../runs/edge/tenant-activity-hub.ts";
import { ApiError } from "../problems.ts";
import type { TenantRouter } from "../tenant-router.ts";

/** What the Worker has established about a socket's caller; the hub trusts these, so nobody else may set them. */
const HUB_HEADER_PREFIX = "x-tenantatlas-";
/** What vouches for the caller to the Worker; the hub has no use for it. */
const CREDENTIAL_HEADERS = ["authorization", "cookie", "x-local-user"];

export function addActivityRoutes(router: TenantRouter): void {
  router.get("/activity", "operations.read", async (context) => {
    return context.json(await listActivity(context.env.DATABASE, context.get("tenant")));
  });

  router.get("/activity/live", "operations.read", async (context) => {
    if (context.req.header("upgrade")?.toLowerCase() !== "websocket") {
      throw new ApiError("upgrade_required", { headers: { upgrade: "websocket" } });
    }
    const tenant = context.get("tenant");
    const headers = new Headers(context.req.raw.headers);
    for (const name of context.req.raw.headers.keys()) {
      if (name.startsWith(HUB_HEADER_PREFIX) || CREDENTIAL_HEADERS.includes(name)) headers.delete(name);
    }
    headers.set(HUB_HEADERS.tenantId, tenant.id);
    headers.set(HUB_HEADERS.tenantSlug, tenant.slug);
    headers.set(HUB_HEADERS.userId, context.get("user").id);
    return callActivityHub(context.env, tenant.id, (hub) => hub.fetch(new Request(context.req.raw, { headers })));
  });
}
