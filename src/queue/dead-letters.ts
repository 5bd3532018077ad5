/** The dead-letter consumer: units whose delivery was given up are settled as failed, unless somebody is at them. */
import { rangesOf } from "../runs/ordinal-ranges.ts";
import type { DeadLetterPorts } from "./consumer-ports.ts";
import { type ConsumedMessage, deliveriesByRun } from "./deliveries.ts";

const UNREACHABLE_DELAY_SECONDS = 30;

/** Handles a batch of dead letters; never rejects. */
export async function consumeDeadLetters(messages: readonly ConsumedMessage[], ports: DeadLetterPorts): Promise<void> {
  const byRun = deliveriesByRun(messages, ports);
  for (const [runId, deliveries] of byRun) {
    try {
      const answer = await ports.run(runId).settleDead(rangesOf(deliveries.map(({ unit }) => unit)));
      const settled = answer.kind === "open" ? answer.newlySettled : 0;
      ports.log("error", "dead_letters_settled", { runId, messages: deliveries.length, settled });
      for (const { message } of deliveries) message.ack();
    } catch (error) {
      ports.log("error", "dead_letters_unreachable", { runId, error: String(error) });
      for (const { message } of deliveries) message.retry({ delaySeconds: UNREACHABLE_DELAY_SECONDS });
    }
  }
}
