/** The only way to a Durable Object: the lint finds the bindings anywhere else. What is called has to bear being called twice. */
import { repeatCall, type RepeatPorts } from "../repeat-call.ts";

type RunStub = ReturnType<Env["OPERATION_RUNS"]["getByName"]>;
type ActivityHubStub = ReturnType<Env["TENANT_ACTIVITY"]["getByName"]>;

const PORTS: RepeatPorts = {
  wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  random: () => Math.random(),
};

/** Calls a run's object; see `repeatCall` for what is repeated and what is thrown. */
export function callRunObject<T>(
  env: Pick<Env, "OPERATION_RUNS">,
  runId: string,
  call: (run: RunStub) => Promise<T>,
): Promise<T> {
  // A stub for each attempt: one that has thrown may throw for ever.
  return repeatCall(() => call(env.OPERATION_RUNS.getByName(runId)), PORTS);
}

/** Calls a tenant's activity hub, in the same way. */
export function callActivityHub<T>(
  env: Pick<Env, "TENANT_ACTIVITY">,
  tenantId: string,
  call: (hub: ActivityHubStub) => Promise<T>,
): Promise<T> {
  return repeatCall(() => call(env.TENANT_ACTIVITY.getByName(tenantId)), PORTS);
}
