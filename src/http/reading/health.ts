import { healthRoutes } from "../../contract/routes/session.ts";
import { errorFields, logEvent } from "../../observability/log.ts";
import { ApiError } from "../routing/problems.ts";
import { readPublic } from "../routing/served.ts";

export const healthReads = {
  check: readPublic(healthRoutes.check, async ({ env }) => {
    try {
      // A table of ours, so that a database without migrations is not taken for a healthy one.
      await env.DATABASE.prepare("select 1 from tenants limit 1").first();
    } catch (error) {
      logEvent("error", "health_check_failed", errorFields(error));
      throw new ApiError("unavailable");
    }
    return { status: "ok" as const };
  }),
};
