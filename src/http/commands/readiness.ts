import { readIdentitySettings } from "../../access/identity-settings.ts";
import { healthRoutes } from "../../contract/routes/session.ts";
import { touchDatabase } from "../../database/tenancy/tenants.ts";
import { readSettings } from "../../environment.ts";
import { errorFields, logEvent } from "../../observability/log.ts";
import { unitQueues } from "../../runs/edge/unit-queues.ts";
import { ApiError } from "../routing/problems.ts";
import { probe } from "../routing/served.ts";
import type { ControlEnv } from "../../database/databases.ts";

/** Every part that a deployment needs, with what tries it. A part that fails throws. */
const PARTS: Readonly<Record<string, (env: ControlEnv) => unknown>> = {
  settings: (env) => {
    const identity = readIdentitySettings(env);
    if (identity.mode === "none") throw new Error(identity.problem);
    if (readSettings(env).secretsKeys === null) throw new Error("Set TENANTATLAS_SECRETS_KEY");
    if (env.DEAD_LETTER_QUEUE === "") throw new Error("Set DEAD_LETTER_QUEUE in wrangler.toml");
  },
  database: (env) => Promise.all([env.CONTROL, ...env.SHARDS.values()].map(touchDatabase)),
  storage: (env) => env.ARTIFACTS.head("readyz"),
  queue: (env) => Promise.all(unitQueues(env).map((queue) => queue.metrics())),
};

/** Tries all parts at once, and tells those that failed by name. */
export const readiness = probe(healthRoutes.ready, async ({ env, requestId }) => {
  const failed = await Promise.all(
    Object.entries(PARTS).map(async ([part, attempt]) => {
      try {
        await attempt(env);
        return [];
      } catch (error) {
        logEvent("error", "readiness_check_failed", { part, requestId, ...errorFields(error) });
        return [part];
      }
    }),
  );
  const parts = failed.flat();
  if (parts.length > 0) throw new ApiError("unavailable", { detail: `Not ready: ${parts.join(", ")}` });
  return { status: "ready" as const, version: env.VERSION.id };
});
