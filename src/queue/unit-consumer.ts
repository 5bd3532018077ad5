/**
 * The consumer of unit messages: claim, do the effects, settle, then acknowledge; in that order, so that a crash between any
 * two lines only causes a redelivery. It never throws: the local runtime would redeliver what was acknowledged.
 */
import { rangesOf } from "../runs/ordinal-ranges.ts";
import type { ConsumerPorts } from "./consumer-ports.ts";
import { type ConsumedMessage, deliveriesByRun, type UnitDelivery } from "./deliveries.ts";
import { UnitGroup } from "./unit-group.ts";

/** How long a message waits when its run could not be reached. */
const UNREACHABLE_DELAY_SECONDS = 5;

/** Handles a batch. Every message is acknowledged or retried when this resolves; it never rejects. */
export async function consumeUnits(messages: readonly ConsumedMessage[], ports: ConsumerPorts): Promise<void> {
  const byRun = deliveriesByRun(messages, ports);
  await Promise.all([...byRun].map(([runId, deliveries]) => consumeRun(runId, deliveries, ports)));
}

async function consumeRun(runId: string, deliveries: UnitDelivery[], ports: ConsumerPorts): Promise<void> {
  const run = ports.run(runId);
  const claimId = ports.newClaimId();
  try {
    const claim = await run.claim({ claimId, ordinals: rangesOf(deliveries.map(({ unit }) => unit)) });
    if (claim.kind === "closed") {
      for (const { message } of deliveries) message.ack();
      return;
    }
    const operation = ports.operation(claim.run.type);
    if (operation === null) throw new Error(`no operation of type ${claim.run.type}`);
    const group = new UnitGroup(claimId, claim, operation, run, ports);
    await group.work();
    for (const { unit, message } of deliveries) {
      if (group.resolved(unit.first, unit.last)) message.ack();
      else message.retry({ delaySeconds: group.redeliverAfterSeconds(unit.first, unit.last) });
    }
  } catch (error) {
    ports.log("error", "queue_run_unreachable", { runId, messages: deliveries.length, error: String(error) });
    for (const { message } of deliveries) message.retry({ delaySeconds: UNREACHABLE_DELAY_SECONDS });
  }
}
