/** Gives the consumers their real ports. */
import { logEvent } from "../observability/log.ts";
import { bulkOperationByType } from "../operations/registry.ts";
import { AnsweredBatch } from "./answered-batch.ts";
import { consumeDeadLetters } from "./dead-letters.ts";
import { type ConsumerPorts, consumeUnits } from "./unit-consumer.ts";

const DEAD_LETTER_QUEUE = "tenantatlas-run-units-dead";

export async function handleQueue(batch: MessageBatch, env: Env): Promise<void> {
  const run = (runId: string) => env.OPERATION_RUNS.getByName(runId);
  if (batch.queue === DEAD_LETTER_QUEUE) {
    await consumeDeadLetters(batch.messages, { run, log: logEvent });
    return;
  }
  const ports: ConsumerPorts = {
    run,
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
