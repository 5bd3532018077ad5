/** Queue messages, parsed and sorted by run. */
import { readUnitMessage, type UnitMessage } from "../contract/queue-messages.ts";
import type { EventLog } from "../runs/coordinator-ports.ts";

/** A queue message as the platform hands it over. */
export interface ConsumedMessage {
  readonly body: unknown;
  ack(): void;
  retry(options?: { delaySeconds?: number }): void;
}

export interface UnitDelivery {
  unit: UnitMessage;
  message: ConsumedMessage;
}

/** Acknowledges what cannot be read: nobody of ours wrote it, and delivering it again would not make it readable. */
export function deliveriesByRun(messages: readonly ConsumedMessage[], logger: EventLog): Map<string, UnitDelivery[]> {
  const byRun = new Map<string, UnitDelivery[]>();
  for (const message of messages) {
    const unit = readUnitMessage(message.body);
    if (unit === null || unit.last < unit.first) {
      logger.log("error", "queue_message_malformed", {});
      message.ack();
      continue;
    }
    const deliveries = byRun.get(unit.runId);
    if (deliveries === undefined) byRun.set(unit.runId, [{ unit, message }]);
    else deliveries.push({ unit, message });
  }
  return byRun;
}
