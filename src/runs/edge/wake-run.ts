/** Wakes runs' objects. */
import { errorFields, logEvent } from "../../observability/log.ts";
import type { RunSpecification } from "../facts/run-specification.ts";
import { callRunObject } from "./call-run-object.ts";
import type { TenantEnv } from "../../database/databases.ts";

/** Creates or wakes the run's object. A failure is left to the sweep: the row in D1 says that the run has to be. */
export async function wakeRun(env: TenantEnv, specification: RunSpecification): Promise<void> {
  try {
    await callRunObject(env, specification.runId, (run) => run.start(specification));
  } catch (error) {
    const { runId, tenantId } = specification;
    logEvent("error", "run_wake_failed", { runId, tenantId, ...errorFields(error) });
  }
}
