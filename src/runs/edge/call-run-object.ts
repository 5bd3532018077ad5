/** The only way to a run's object: the lint finds its binding anywhere else. What is called has to bear being called twice. */
import { repeatCall } from "../../durable-objects/repeat-call.ts";
import type { TenantEnv } from "../../database/databases.ts";

type RunStub = ReturnType<Env["OPERATION_RUNS"]["getByName"]>;

/** Calls a run's object; see `repeatCall` for what is repeated and what is thrown. */
export function callRunObject<T>(
  env: Pick<TenantEnv, "OPERATION_RUNS">,
  runId: string,
  call: (run: RunStub) => Promise<T>,
): Promise<T> {
  // A stub for each attempt: one that has thrown may throw for ever.
  return repeatCall(() => call(env.OPERATION_RUNS.getByName(runId)));
}
