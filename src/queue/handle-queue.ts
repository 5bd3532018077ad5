/** Gives the consumers their real ports. */
import { SettingsError } from "../environment.ts";
import { logEvent } from "../observability/log.ts";
import { bulkOperationByType } from "../operations/registry.ts";
import { carryMetrics } from "../runs/edge/carry-metrics.ts";
import { callRunObject } from "../runs/edge/call-run-object.ts";
import { gatedEnv } from "../runs/edge/gated-env.ts";
import { runVerbs } from "../runs/edge/run-verbs.ts";
import { InvocationBudget } from "../runs/invocation-budget.ts";
import type { UnitContext } from "../runs/operation.ts";
import type { LocatedClaim, SettleAnswer } from "../runs/run-commands.ts";
import { AnsweredBatch } from "./answered-batch.ts";
import { consumeDeadLetters } from "./dead-letters.ts";
import type { ConsumerPorts, DeadLetterPorts } from "./consumer-ports.ts";
import { consumeUnits } from "./unit-consumer.ts";
import { type ControlEnv, enter, type TenantEnv, tenantEnvs } from "../database/databases.ts";

export async function handleQueue(batch: MessageBatch, env: Env): Promise<void> {
  if (env.DEAD_LETTER_QUEUE === "")
    throw new SettingsError("DEAD_LETTER_QUEUE is empty: dead letters would be worked on");
  if (batch.queue === env.DEAD_LETTER_QUEUE) {
    const run: DeadLetterPorts["run"] = (runId) => ({
      settleDead: (ordinals) => callRunObject<SettleAnswer>(env, runId, (object) => object.settleDead(ordinals)),
    });
    await consumeDeadLetters(batch.messages, { run, log: logEvent });
    await carryMetrics(env);
    return;
  }
  const answered = new AnsweredBatch(batch);
  await consumeUnits(answered.messages, portsOf(enter(env), new InvocationBudget()));
  answered.tell();
  await carryMetrics(env);
}

/** What the units of one batch work with. `budget` is all that the batch may use. */
export function portsOf(env: ControlEnv, budget: InvocationBudget): ConsumerPorts {
  const tenants = tenantEnvs(gatedEnv(env, budget.gate));
  const call = <T>(runId: string, command: Parameters<typeof callRunObject<T>>[2]): Promise<T> => {
    budget.note();
    // Not through the gate: a lease is renewed though all connections of the units wait for Graph.
    return callRunObject(env, runId, command);
  };
  return {
    budget,
    run: (runId) => ({
      claim: async (request) => {
        const { shard = null, ...answer } = await call<LocatedClaim>(runId, (run) => run.claim(request));
        if (answer.kind === "open" && shard !== null) tenants.learn(answer.run.tenantId, shard);
        return answer;
      },
      renew: (claimId) => call(runId, (run) => run.renew(claimId)),
      settle: (request) => call<SettleAnswer>(runId, (run) => run.settle(request)),
    }),
    operation: bulkOperationByType,
    newClaimId: () => crypto.randomUUID(),
    now: () => Date.now(),
    unitContext: (tenantId, signal) => {
      const context = (tenantEnv: TenantEnv): UnitContext => {
        const runs = runVerbs(() => budget.note());
        return { env: tenantEnv, now: () => Date.now(), signal, budget, runs };
      };
      const tenant = tenants.of(tenantId);
      return tenant instanceof Promise ? tenant.then(context) : context(tenant);
    },
    every: (milliseconds, tick) => {
      const timer = setInterval(tick, milliseconds);
      return () => clearInterval(timer);
    },
    log: logEvent,
  };
}
