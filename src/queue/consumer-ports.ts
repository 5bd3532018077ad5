/** What the unit consumers reach outside themselves. The queue handler supplies the real ones, simulations their own. */
import type { EventLog } from "../runs/coordinator-ports.ts";
import type { BulkOperation, UnitContext } from "../runs/operation.ts";
import type { InvocationBudget } from "../runs/invocation-budget.ts";
import type { OrdinalRanges } from "../runs/ordinal-ranges.ts";
import type { ClaimAnswer, ClaimRequest, RenewAnswer, SettleAnswer, SettleRequest } from "../runs/run-commands.ts";

/** A run's coordinator, over RPC. Any call may reject; a rejection says nothing about whether it took effect. */
export interface RunCommands {
  claim(request: ClaimRequest): Promise<ClaimAnswer>;
  renew(claimId: string): Promise<RenewAnswer>;
  settle(request: SettleRequest): Promise<SettleAnswer>;
}

export interface ConsumerPorts extends EventLog {
  /** What this batch may use. */
  budget: InvocationBudget;
  run(runId: string): RunCommands;
  operation(type: string): BulkOperation | null;
  newClaimId(): string;
  /** Milliseconds since the epoch. */
  now(): number;
  /** What an operation works with for the tenant; `signal` is aborted when its units should stop. */
  unitContext(tenantId: string, signal: AbortSignal): UnitContext | Promise<UnitContext>;
  /** Calls `tick` again and again until the returned function is called. */
  every(milliseconds: number, tick: () => void): () => void;
}

export interface DeadLetterPorts extends EventLog {
  run(runId: string): { settleDead(ordinals: OrdinalRanges): Promise<SettleAnswer> };
}
