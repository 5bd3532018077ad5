/** The Durable Object of one run: gives the coordinator its storage, queue, database and clock. No rule of counting is here. */
import { DurableObject } from "cloudflare:workers";
import { isQuiet } from "../../contract/operation-types.ts";
import type { UnitMessage } from "../../contract/queue-messages.ts";
import { isOfNoTenant, PORTFOLIO } from "../../contract/portfolio.ts";
import { writePeopleProjection } from "../../database/news/people-runs.ts";
import { writePortfolioProjection } from "../../database/portfolio/portfolio-writing.ts";
import { writeReport } from "../../database/runs/run-reports.ts";
import { writeProjection } from "../../database/runs/run-writing.ts";
import { errorFields, logEvent } from "../../observability/log.ts";
import { operationByType } from "../../operations/registry.ts";
import type { CoordinatorPorts } from "../coordinator-ports.ts";
import type { Projection } from "../facts/projection.ts";
import type { RunSpecification } from "../facts/run-specification.ts";
import { withDeadline } from "../deadline.ts";
import type { OrdinalRanges } from "../ordinal-ranges.ts";
import { RUN_POLICY } from "../policy.ts";
import type { ProjectionRow } from "../facts/projection-row.ts";
import { projectionRow } from "../projector.ts";
import type {
  ClaimRequest,
  ForgetAnswer,
  LedgerProof,
  LocatedClaim,
  PauseAnswer,
  PauseRequest,
  RenewAnswer,
  SettleAnswer,
  SettleRequest,
} from "../run-commands.ts";
import { RunCoordinator } from "../run-coordinator.ts";
import { terminalNotification } from "../facts/terminal-notification.ts";
import { callRunObject } from "./call-run-object.ts";
import { carryMetrics } from "./carry-metrics.ts";
import { callActivityHub } from "../reading/activity-hub.ts";
import { type Invocation, newInvocation, operationSteps } from "./operation-steps.ts";
import { present } from "../reading/run-reader.ts";
import { SqliteRunStore } from "./sqlite-run-store.ts";
import { queueOf } from "./unit-queues.ts";
import { type ControlEnv, enter, envOfShard, shardOf, type TenantEnv } from "../../database/databases.ts";

const SEND_DEADLINE_MS = 30_000;
const PUBLISH_DEADLINE_MS = 10_000;
const REPORT_DEADLINE_MS = 10_000;

export class OperationRunObject extends DurableObject<Env> {
  #coordinator: RunCoordinator;
  /** Of the newest alarm; alarms never overlap. */
  #invocation: Invocation;
  /**
   * Where the run's tenant is; null before the first look. Kept while the run is unfinished: its tenant does
   * not move then.
   */
  #shard: string | null = null;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.#invocation = newInvocation(enter(env));
    this.#coordinator = this.#load();
  }

  #load(): RunCoordinator {
    return new RunCoordinator(new SqliteRunStore(this.ctx.storage), this.#ports(), RUN_POLICY);
  }

  /** Creates the run or wakes it. Durable when it returns; may be called any number of times. */
  start(specification: RunSpecification): void {
    this.#coordinator.start(specification);
  }

  claim(request: ClaimRequest): LocatedClaim {
    const answer = this.#coordinator.claim(request);
    return answer.kind === "open" ? { ...answer, shard: this.#shard } : answer;
  }

  renew(claimId: string): RenewAnswer {
    return this.#coordinator.renew(claimId);
  }

  /** What these units wait for has happened. Nothing is lost when nobody says so: they look again by themselves. */
  hasten(ordinals: OrdinalRanges): void {
    this.#coordinator.hasten(ordinals);
  }

  settle(request: SettleRequest): SettleAnswer {
    return this.#coordinator.settle(request);
  }

  settleDead(ordinals: OrdinalRanges): SettleAnswer {
    return this.#coordinator.settleDead(ordinals);
  }

  /**
   * Cancels; creates the run first if its start never arrived, so that nothing can bring it to life afterwards. `canceled` is true for the
   * request that did it, also when it is sent again.
   */
  cancel(specification: RunSpecification, cancelId: string): { canceled: boolean; row: ProjectionRow } {
    this.#coordinator.start(specification);
    const canceled = this.#coordinator.cancel(cancelId);
    return { canceled, row: projectionRow(this.#coordinator.state, { operation: operationByType }) };
  }

  /** Whether this request canceled the run. Never creates it. */
  wasCanceledBy(cancelId: string): boolean {
    return this.#coordinator.wasCanceledBy(cancelId);
  }

  /** Pauses or resumes; creates the run first, as `cancel` does. */
  changePause(specification: RunSpecification, request: PauseRequest): { answer: PauseAnswer; row: ProjectionRow } {
    this.#coordinator.start(specification);
    const answer = this.#coordinator.changePause(request);
    return { answer, row: projectionRow(this.#coordinator.state, { operation: operationByType }) };
  }

  /** Whether this request paused or resumed the run. Never creates it. */
  tookPause(id: string): boolean {
    return this.#coordinator.tookPause(id);
  }

  proof(): LedgerProof | null {
    return this.#coordinator.proof();
  }

  /**
   * Deletes everything that the object keeps, its alarm too, of a run that completed before `completedBefore` and has nothing left to do.
   * From then on it answers as an object whose run never was. May be called any number of times; `forget-run.ts` is the only caller.
   */
  async forget(completedBefore: number): Promise<ForgetAnswer> {
    const reason = this.#coordinator.whyToKeep(completedBefore);
    if (reason !== null) return reason;
    // No other call may meet a coordinator that remembers what the storage has forgotten: it would write on.
    await this.ctx.blockConcurrencyWhile(async () => {
      await this.ctx.storage.deleteAll();
      this.#coordinator = this.#load();
    });
    return "forgotten";
  }

  override async alarm(): Promise<void> {
    this.#invocation = newInvocation(enter(this.env));
    try {
      await this.#coordinator.alarm();
    } catch (error) {
      // The platform gives up on an alarm that throws a few times; this object never may.
      logEvent("error", "run_alarm_failed", { objectId: this.ctx.id.toString(), ...errorFields(error) });
      await this.ctx.storage.setAlarm(Date.now() + RUN_POLICY.backoffMs);
    }
    this.ctx.waitUntil(carryMetrics(this.env));
  }

  /** The environment for the run's tenant: one query for all the time in which the run is unfinished, and one for each look after it. */
  async #inTenant(env: ControlEnv, tenantId: string): Promise<TenantEnv> {
    const isOver = this.#coordinator.state.completed;
    const shard = (isOver ? null : this.#shard) ?? (await shardOf(env, tenantId));
    this.#shard = isOver ? null : shard;
    return envOfShard(env, shard);
  }

  #ports(): CoordinatorPorts {
    const { ctx } = this;
    const env = enter(this.env);
    return {
      now: () => Date.now(),
      setAlarm: (at) => {
        ctx.waitUntil(ctx.storage.setAlarm(at));
      },
      sendBatch: async (messages: UnitMessage[]) => {
        const { type, total } = this.#coordinator.state.header;
        const operation = operationByType(type);
        const callsGraph = operation?.progressMode !== "phased" && operation?.callsGraph === true;
        const send = () => queueOf(env, messages, { callsGraph, total }).sendBatch(messages.map((body) => ({ body })));
        await withDeadline(send, SEND_DEADLINE_MS, "the queue");
      },
      project: async (projection: Projection) => {
        const { row, tenantSlug } = projection;
        if (row.tenantId === PORTFOLIO) return writePortfolioProjection(env.CONTROL, projection, Date.now());
        if (isOfNoTenant(row.tenantId)) return writePeopleProjection(env.CONTROL, projection, Date.now());
        // Of the operations of a run over tenants, that run tells.
        const tells = row.status === "completed" && (this.#coordinator.state.header.parent ?? null) === null;
        const notification = tells ? terminalNotification(present(row, tenantSlug)) : null;
        const { DATABASE } = await this.#inTenant(env, row.tenantId);
        await writeProjection(DATABASE, projection, notification, Date.now());
      },
      report: async (report) => {
        // The tenants of a run over tenants are told by its units, and what became of a person's messages by these.
        if (isOfNoTenant(report.tenantId)) return;
        const { DATABASE } = await this.#inTenant(env, report.tenantId);
        await withDeadline(() => writeReport(DATABASE, report), REPORT_DEADLINE_MS, "a report");
      },
      publish: async ({ row, tenantSlug }: Projection) => {
        // Each person sees other tenants of it: the console asks.
        if (isOfNoTenant(row.tenantId)) return;
        const { parent = null } = this.#coordinator.state.header;
        if (row.status === "completed" && parent !== null) {
          const { runId, ordinal } = parent;
          await callRunObject(env, runId, (run) => run.hasten([ordinal, ordinal])).catch((error: unknown) => {
            logEvent("warn", "parent_not_told", { runId: row.id, parentId: runId, ...errorFields(error) });
          });
        }
        if (isQuiet(row.type)) return;
        const run = present(row, tenantSlug);
        const tell = () => callActivityHub(env, row.tenantId, (hub) => hub.publish(run));
        await withDeadline(tell, PUBLISH_DEADLINE_MS, "the activity hub");
      },
      operation: operationByType,
      ...operationSteps(
        async (tenantId) => {
          const { env: gated, budget } = this.#invocation;
          return { env: await this.#inTenant(gated, tenantId), budget };
        },
        () => this.#coordinator.state.ledger,
      ),
      affordsStep: () => this.#invocation.budget.affords(),
      background: (work) => {
        ctx.waitUntil(
          work.catch((error: unknown) => logEvent("error", "run_background_failed", { ...errorFields(error) })),
        );
      },
      log: logEvent,
    };
  }
}
