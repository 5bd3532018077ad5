/** The Durable Object of one run: gives the coordinator its storage, queue, database and clock. No rule of counting is here. */
import { DurableObject } from "cloudflare:workers";
import type { UnitMessage } from "../../contract/queue-messages.ts";
import { listFailedUnits } from "../../database/runs/run-units.ts";
import { writeProjection } from "../../database/runs/run-writing.ts";
import { errorFields, logEvent } from "../../observability/log.ts";
import type { BulkOperation, Operation, PhasedOperation, PlanPage, RunReference, UnitContext } from "../operation.ts";
import { operationByType } from "../../operations/registry.ts";
import type { CoordinatorPorts, Projection } from "../coordinator-ports.ts";
import type { OrdinalRanges } from "../ordinal-ranges.ts";
import { withDeadline } from "../deadline.ts";
import { RUN_POLICY } from "../policy.ts";
import type { ProjectionRow } from "../projection-row.ts";
import { projectionRow } from "../projector.ts";
import {
  type ClaimAnswer,
  type ClaimRequest,
  type LedgerProof,
  type RenewAnswer,
  RunCoordinator,
  type SettleAnswer,
  type SettleRequest,
} from "../run-coordinator.ts";
import { present } from "./run-reader.ts";
import type { RunHeader, RunSpecification } from "../run-store.ts";
import { SqliteRunStore } from "./sqlite-run-store.ts";
import { terminalNotification } from "../terminal-notification.ts";

const RETRY_PLAN_PAGE = 1_000;

/** How long an alarm waits for what it calls; below the 15 minutes that the platform gives an alarm. */
const DEADLINES_MS = {
  send: 30_000,
  publish: 10_000,
  plan: 120_000,
  finalize: 600_000,
  advance: 600_000,
  abandon: 120_000,
};

export class OperationRunObject extends DurableObject<Env> {
  readonly #coordinator: RunCoordinator;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.#coordinator = new RunCoordinator(new SqliteRunStore(state.storage), this.#ports(), RUN_POLICY);
  }

  /** Creates the run or wakes it. Durable when it returns; may be called any number of times. */
  start(specification: RunSpecification): void {
    this.#coordinator.start(specification);
  }

  claim(request: ClaimRequest): ClaimAnswer {
    return this.#coordinator.claim(request);
  }

  renew(claimId: string): RenewAnswer {
    return this.#coordinator.renew(claimId);
  }

  settle(request: SettleRequest): SettleAnswer {
    return this.#coordinator.settle(request);
  }

  settleDead(ordinals: OrdinalRanges): SettleAnswer {
    return this.#coordinator.settleDead(ordinals);
  }

  /** Cancels; creates the run first if its start never arrived, so that nothing can bring it to life afterwards. */
  cancel(specification: RunSpecification): { canceled: boolean; row: ProjectionRow } {
    this.#coordinator.start(specification);
    const canceled = this.#coordinator.cancel();
    return { canceled, row: projectionRow(this.#coordinator.state, { operation: operationByType }) };
  }

  proof(): LedgerProof | null {
    return this.#coordinator.proof();
  }

  override async alarm(): Promise<void> {
    try {
      await this.#coordinator.alarm();
    } catch (error) {
      // The platform gives up on an alarm that throws a few times; this object never may.
      logEvent("error", "run_alarm_failed", { objectId: this.ctx.id.toString(), ...errorFields(error) });
      await this.ctx.storage.setAlarm(Date.now() + RUN_POLICY.backoffMs);
    }
  }

  #ports(): CoordinatorPorts {
    const { env, ctx } = this;
    const context: UnitContext = { env, now: () => Date.now(), signal: new AbortController().signal };
    return {
      now: () => Date.now(),
      setAlarm: (at) => {
        ctx.waitUntil(ctx.storage.setAlarm(at));
      },
      sendBatch: async (messages: UnitMessage[]) => {
        await withDeadline(env.RUN_UNITS.sendBatch(messages.map((body) => ({ body }))), DEADLINES_MS.send, "the queue");
      },
      project: async (projection: Projection) => {
        const { row, tenantSlug } = projection;
        const notification = row.status === "completed" ? terminalNotification(present(row, tenantSlug)) : null;
        await writeProjection(env.DATABASE, projection, notification, Date.now());
      },
      publish: async ({ row, tenantSlug }: Projection) => {
        const hub = env.TENANT_ACTIVITY.getByName(row.tenantId);
        await withDeadline(hub.publish(present(row, tenantSlug)), DEADLINES_MS.publish, "the activity hub");
      },
      operation: operationByType,
      plan: (operation: BulkOperation, header: RunHeader) =>
        withDeadline(
          header.retryOf === null || operation.retry === "everything"
            ? operation.plan(referenceTo(header), header.input, header.planCursor, context)
            : this.#planRetry(header.retryOf, header.planCursor),
          DEADLINES_MS.plan,
          "a page of the plan",
        ),
      finalize: async (operation: BulkOperation, header: RunHeader) => {
        const ledger = this.#coordinator.state.ledger;
        if (operation.finalize === undefined || ledger === null)
          throw new Error(`${operation.type} cannot be finalized`);
        const run = {
          ...referenceTo(header),
          total: ledger.total,
          counts: ledger.counts,
          cursor: header.finalizeCursor,
        };
        return withDeadline(operation.finalize(run, header.input, context), DEADLINES_MS.finalize, "a finalizing step");
      },
      advance: (operation: PhasedOperation, header: RunHeader) => {
        const run = { ...referenceTo(header), cursor: header.phaseCursor };
        return withDeadline(operation.advance(run, header.input, context), DEADLINES_MS.advance, "a phase's step");
      },
      abandon: async (operation: Operation, header: RunHeader) => {
        if (operation.abandon === undefined) return;
        const cleanup = operation.abandon(referenceTo(header), header.input, context);
        await withDeadline(cleanup, DEADLINES_MS.abandon, "the cleanup");
      },
      background: (work) => {
        ctx.waitUntil(
          work.catch((error: unknown) => logEvent("error", "run_background_failed", { ...errorFields(error) })),
        );
      },
      log: logEvent,
    };
  }

  /** A retry's plan: the failed units of the run that it retries, as that run listed them, in that order. */
  async #planRetry(retryOf: string, cursor: string | null): Promise<PlanPage> {
    const units = await listFailedUnits(
      this.env.DATABASE,
      retryOf,
      cursor === null ? -1 : Number(cursor),
      RETRY_PLAN_PAGE,
    );
    const last = units.at(-1);
    return {
      kind: "listed",
      units: units.map(({ key, label, input }) => ({ key, label, input })),
      nextCursor: last !== undefined && units.length === RETRY_PLAN_PAGE ? String(last.ordinal) : null,
    };
  }
}

function referenceTo({ runId, tenantId, tenantSlug, initiator, createdAt }: RunHeader): RunReference {
  return { runId, tenantId, tenantSlug, initiatorId: initiator?.id ?? null, createdAt };
}
