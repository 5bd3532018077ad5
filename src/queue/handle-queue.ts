/** Gives the consumers their real ports. */
import { SettingsError } from "../environment.ts";
import { logEvent } from "../observability/log.ts";
import { bulkOperationByType } from "../operations/registry.ts";
import { callRunObject } from "../runs/edge/call-run-object.ts";
import type { SettleAnswer } from "../runs/run-commands.ts";
import { AnsweredBatch } from "./answered-batch.ts";
import { consumeDeadLetters } from "./dead-letters.ts";
import type { ConsumerPorts, DeadLetterPorts } from "./consumer-ports.ts";
import { consumeUnits } from "./unit-consumer.ts";

export async function handleQueue(batch: MessageBatch, env: Env): Promise<void> {
  if (env.DEAD_LETTER_QUEUE === "")
    throw new SettingsError("DEAD_LETTER_QUEUE is empty: dead letters would be worked on");
  if (batch.queue === env.DEAD_LETTER_QUEUE) {
    const run: DeadLetterPorts["run"] = (runId) => ({
      settleDead: (ordinals) => callRunObject<SettleAnswer>(env, runId, (object) => object.settleDead(ordinals)),
    });
    await consumeDeadLetters(batch.messages, { run, log: logEvent });
    return;
  }
  const ports: ConsumerPorts = {
    run: (runId) => ({
      claim: (request) => callRunObject(env, runId, (run) => run.claim(request)),
      renew: (claimId) => callRunObject(env, runId, (run) => run.renew(claimId)),
      settle: (request) => callRunObject<SettleAnswer>(env, runId, (run) => run.settle(request)),
    }),
    operation: bulkOperationByType,
    newClaimId: () => crypto.randomUUID(),
    now: () => Date.now(),
    unitContext: (signal) => ({ env, now: () => Date.now(), signal }),
    every: (milliseconds, tick) => {
      const timer = setInterval(tick, milliseconds);
      return () => clearInterval(timer);
    },
    log: logEvent,
  };
  const answered = new AnsweredBatch(batch);
  await consumeUnits(answered.messages, ports);
  answered.tell();
}
