import { healthRoutes } from "../../contract/routes/session.ts";
import { touchDatabase } from "../../database/tenancy/tenants.ts";
import { errorFields, logEvent } from "../../observability/log.ts";
import { ApiError } from "../routing/problems.ts";
import { readPublic } from "../routing/served.ts";

export const healthReads = {
  check: readPublic(healthRoutes.check, async ({ env, requestId }) => {
    try {
      await touchDatabase(env.CONTROL);
    } catch (error) {
      logEvent("error", "health_check_failed", { requestId, ...errorFields(error) });
      throw new ApiError("unavailable");
    }
    return { status: "ok" as const };
  }),
};
