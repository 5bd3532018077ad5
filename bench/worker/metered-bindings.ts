/** The product's bindings, counted. */
import { gatedEnv } from "../../src/runs/edge/gated-env.ts";
import type { Gate } from "../../src/runs/invocation-budget.ts";
import { count, meter } from "./meter.ts";

/** The environment with the requests to its database and its queues counted, those to D1 under the name of their holder. */
export function meteredEnv(env: Env, holder: string): Env {
  return gatedEnv(env, gateOf(holder));
}

function gateOf(holder: string): Gate {
  return async (call, request) => {
    switch (call.to) {
      case "queue":
        meter.sendBatchCalls += 1;
        meter.messagesSent += call.messages;
        return request();
      case "database": {
        count("d1Requests", holder);
        count("d1Queries", holder, call.statements);
        const result = await request();
        count("d1RowsWritten", holder, rowsWritten(result));
        return result;
      }
      default:
        return request();
    }
  };
}

/** Of a result, or of a batch's; single values and raw rows do not say, and are reads. */
function rowsWritten(result: unknown): number {
  if (Array.isArray(result)) return result.reduce<number>((sum, one) => sum + rowsWritten(one), 0);
  if (typeof result !== "object" || result === null || !("meta" in result)) return 0;
  const { meta } = result;
  return typeof meta === "object" && meta !== null && "rows_written" in meta ? Number(meta.rows_written) : 0;
}
