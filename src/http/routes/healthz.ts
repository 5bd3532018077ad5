import type { Handler } from "hono";
import { touchDatabase } from "../../database/tenancy/tenants.ts";
import { errorFields, logEvent } from "../../observability/log.ts";
import type { AppEnvironment } from "../context.ts";
import { ApiError } from "../problems.ts";

/** 200 when the Worker and D1 answer. Open to everybody; says nothing else. */
export const checkHealth: Handler<AppEnvironment> = async (context) => {
  try {
    await touchDatabase(context.env.DATABASE);
  } catch (error) {
    logEvent("error", "health_check_failed", { requestId: context.get("requestId"), ...errorFields(error) });
    throw new ApiError("unavailable");
  }
  return context.json({ status: "ok" });
};
