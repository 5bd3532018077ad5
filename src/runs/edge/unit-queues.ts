/**
 * The queue that a send of unit messages goes to. Every queue delivers to the same handler and shares one dead-letter queue, so the
 * choice moves work in time and changes nothing else (decisions/140-lanes.md).
 */
import type { UnitMessage } from "../../contract/queue-messages.ts";
import { RUN_POLICY } from "../policy.ts";
import type { TenantEnv } from "../../database/databases.ts";

/** The bindings of the four queues. */
type UnitQueues = Pick<TenantEnv, "RUN_UNITS" | "RUN_UNITS_QUICK" | "GRAPH_UNITS" | "GRAPH_UNITS_QUICK">;

/** Of the run whose units are sent. */
export interface SendingRun {
  callsGraph: boolean;
  /** Of its plan; null before that is sealed. */
  total: number | null;
}

/**
 * A full send goes to a queue that waits for whole batches. A smaller one (a small run, the last units of a large one, what is sent
 * again) goes to a quick queue, which waits for nothing and holds no full sends of other runs. Units that call Microsoft Graph
 * have queues of their own, in smaller batches: such a unit may take a hundred times as long, and an invocation has six connections.
 *
 * Of a run of many units that call Graph, none goes to the quick queue: a throttled tenant's come back one by one, for hours, and would
 * stand before the syncs of all others (decisions/156-one-graph-budget-a-tenant.md).
 */
export function queueOf(env: UnitQueues, messages: readonly UnitMessage[], { callsGraph, total }: SendingRun): Queue {
  const full = messages.length >= RUN_POLICY.messagesPerSend;
  if (callsGraph) {
    const many = (total ?? 0) > RUN_POLICY.graphWindowMessages;
    return full || many ? env.GRAPH_UNITS : env.GRAPH_UNITS_QUICK;
  }
  return full ? env.RUN_UNITS : env.RUN_UNITS_QUICK;
}

/** All of them: for the check that each is there. */
export function unitQueues(env: UnitQueues): Queue[] {
  return [env.RUN_UNITS, env.RUN_UNITS_QUICK, env.GRAPH_UNITS, env.GRAPH_UNITS_QUICK];
}
