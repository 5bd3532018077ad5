import type { Handler } from "hono";
import { errorFields, logEvent } from "../../observability/log.ts";
import type { AppEnvironment } from "../context.ts";
import { ApiError } from "../problems.ts";

/** 200 when the Worker and D1 answer. Open to everybody; says nothing else. */
export const checkHealth: Handler<AppEnvironment> = async (context) => {
  try {
    // A table of ours, so that a database without migrations is not taken for a healthy one.
    await context.env.DATABASE.prepare("select 1 from tenants limit 1").first();
  } catch (error) {
    logEvent("error", "health_check_failed", { requestId: context.get("requestId"), ...errorFields(error) });
    throw new ApiError("unavailable");
  }
  return context.json({ status: "ok" });
};
