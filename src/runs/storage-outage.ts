/** D1 and R2 fail now and then without anybody's fault: a unit tries again then, as after an outage of Graph. */
import { z } from "zod";
import { errorFields, logEvent } from "../observability/log.ts";
import type { RunUnitTask, UnitResult } from "./operation.ts";

const STORAGE_DELAY_SECONDS = 10;

/**
 * Whether only a bug throws this. D1 and R2 reject with plain errors, and may answer the next time; an error of a type, of a
 * range or of a schema comes back however often the work is repeated.
 */
export function isBug(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof z.ZodError;
}

/**
 * The work's result, or a deferral when it rejected as storage does: with a plain error. What only a bug throws goes on. `again`
 * is the sentence that says how to do it later.
 */
export async function survivingStorageOutage(
  task: RunUnitTask,
  again: string,
  work: () => Promise<UnitResult>,
): Promise<UnitResult> {
  try {
    return await work();
  } catch (error) {
    if (isBug(error)) throw error;
    logEvent("error", "unit_storage_failed", {
      runId: task.runId,
      tenantId: task.tenantId,
      unitKey: task.key,
      ...errorFields(error),
    });
    return {
      kind: "deferred",
      delaySeconds: STORAGE_DELAY_SECONDS,
      reasonCode: "storage_unavailable",
      message: `The storage did not answer. ${again}`,
    };
  }
}
