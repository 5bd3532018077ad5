/** The product's Durable Objects, counted. Nothing of how they work is changed. */
import type { Run } from "../../src/contract/runs.ts";
import type { PermitAnswer, PermitRequest, RefusalReport } from "../../src/graph-work/budget/tenant-buckets.ts";
import { TenantGraphBudget } from "../../src/graph-work/budget/tenant-graph-budget.ts";
import { OperationRunObject } from "../../src/runs/edge/operation-run-object.ts";
import type { OrdinalRanges } from "../../src/runs/ordinal-ranges.ts";
import type {
  ClaimAnswer,
  ClaimRequest,
  RenewAnswer,
  SettleAnswer,
  SettleRequest,
} from "../../src/runs/run-commands.ts";
import type { CommitName, RunCommit } from "../../src/runs/run-store.ts";
import type { RunSpecification } from "../../src/runs/facts/run-specification.ts";
import { SqliteRunStore } from "../../src/runs/edge/sqlite-run-store.ts";
import { TenantActivityHub } from "../../src/runs/reading/tenant-activity-hub.ts";
import { count, settles } from "./meter.ts";
import { meteredEnv } from "./metered-bindings.ts";

/** Makes every run store count the rows that it writes, under the commit's name. */
export function meterRunStores(): void {
  // oxlint-disable-next-line typescript/unbound-method -- called with its own `this` below
  const commit = SqliteRunStore.prototype.commit;
  SqliteRunStore.prototype.commit = function (this: SqliteRunStore, name: CommitName, write: RunCommit): void {
    const before = this.rowsWritten;
    commit.call(this, name, write);
    count("objectRows", name, this.rowsWritten - before);
  };
}

/** Counts `setAlarm`: each one is billed as a row written. */
function meterAlarms(storage: DurableObjectStorage): void {
  const setAlarm = storage.setAlarm.bind(storage);
  storage.setAlarm = (time, options) => {
    count("objectRows", "alarm");
    return setAlarm(time, options);
  };
}

export class MeteredRunObject extends OperationRunObject {
  #processed = 0;
  readonly #runId: string;

  constructor(state: DurableObjectState, env: Env) {
    meterAlarms(state.storage);
    super(state, meteredEnv(env, "run object"));
    this.#runId = state.id.name ?? "";
  }

  override start(specification: RunSpecification): void {
    count("objectCalls", "start");
    super.start(specification);
  }

  override claim(request: ClaimRequest): ClaimAnswer {
    count("objectCalls", "claim");
    return super.claim(request);
  }

  override renew(claimId: string): RenewAnswer {
    count("objectCalls", "renew");
    return super.renew(claimId);
  }

  override settle(request: SettleRequest): SettleAnswer {
    count("objectCalls", "settle");
    const answer = super.settle(request);
    if (answer.kind === "open" && answer.newlySettled > 0) {
      this.#processed += answer.newlySettled;
      const known = settles.get(this.#runId) ?? [];
      known.push({ processed: this.#processed, at: Date.now() });
      settles.set(this.#runId, known);
    }
    return answer;
  }

  override settleDead(ordinals: OrdinalRanges): SettleAnswer {
    count("objectCalls", "settleDead");
    return super.settleDead(ordinals);
  }

  override async alarm(): Promise<void> {
    count("objectCalls", "alarm");
    await super.alarm();
  }
}

export class MeteredGraphBudget extends TenantGraphBudget {
  override take(request: PermitRequest): PermitAnswer {
    count("objectCalls", "permits");
    return super.take(request);
  }

  override refused(report: RefusalReport): void {
    count("objectCalls", "refusals");
    super.refused(report);
  }
}

export class MeteredActivityHub extends TenantActivityHub {
  override publish(run: Run): number {
    count("objectCalls", "publish");
    return super.publish(run);
  }
}
