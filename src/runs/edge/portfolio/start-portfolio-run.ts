/** Starts runs over tenants. */
import type { PortfolioType } from "../../../contract/portfolio.ts";
import type { ControlEnv } from "../../../database/databases.ts";
import {
  countActivePortfolioRuns,
  findEqualRun,
  findPortfolioRun,
  type PortfolioRow,
} from "../../../database/portfolio/portfolio-reading.ts";
import { insertPortfolioRun, type SealedList, specificationOf } from "../../../database/portfolio/portfolio-writing.ts";
import { MAX_ACTIVE_PORTFOLIO_RUNS } from "../../../contract/portfolio.ts";
import { errorFields, logEvent } from "../../../observability/log.ts";
import { workerVersionOf } from "../../../observability/worker-version.ts";
import { digest } from "../begin-run.ts";
import { callRunObject } from "../call-run-object.ts";
import type { Occasion } from "../../facts/occasion.ts";
import type { Actor } from "../../run-requests.ts";

export type PortfolioStart =
  | { kind: "started" | "deduplicated"; run: PortfolioRow }
  | { kind: "idempotency_key_reused" | "too_many_portfolio_runs" | "nothing_to_retry" | "occasion_over" };

export interface PortfolioStartRequest {
  type: PortfolioType;
  /** The gold standard that it is about; null for most. */
  standardId: string | null;
  actor: Actor;
  tenants: SealedList;
  idempotencyKey: string | null;
  /** What was asked for, as text: the same key with another is refused. */
  asked: string;
  /** The step of a schedule over tenants that it is; it is begun once. */
  occasion?: Occasion;
}

/**
 * Seals the list of tenants, and starts the run over it; or finds the run that is active for the same work, or that the key stands for. Any
 * number of starters may do this together: the row's unique indexes decide. The caller has made sure that the person may start the operation
 * in these tenants; each unit asks again.
 */
export async function startPortfolioRun(env: ControlEnv, request: PortfolioStartRequest): Promise<PortfolioStart> {
  const { CONTROL } = env;
  const { type, standardId, actor, tenants, idempotencyKey: requestKey, occasion = null } = request;
  const requestHash = await digest(["portfolio", type, request.asked]);
  const of = tenants.kind === "retry" ? tenants.of : "";
  const about = standardId === null ? [] : [`standard ${standardId}`];
  const identity = await digest(["portfolio", actor.id, type, of, ...about, ...[...tenants.tenantIds].toSorted()]);
  for (let round = 0; round < 5; round += 1) {
    const known = requestKey === null ? null : await findEqualRun(CONTROL, { starterId: actor.id, requestKey });
    if (known !== null) {
      return known.requestHash === requestHash
        ? { kind: "deduplicated", run: known }
        : { kind: "idempotency_key_reused" };
    }
    const id = `prun_${crypto.randomUUID()}`;
    const createdAt = Date.now();
    const workerVersion = workerVersionOf(env);
    const row = {
      id,
      type,
      standardId,
      starterId: actor.id,
      chosen: tenants.kind === "list" ? tenants.chosen : null,
      identity,
      requestKey,
      requestHash,
      workerVersion,
      createdAt,
      occasion,
    };
    if (await insertPortfolioRun(CONTROL, row, tenants)) {
      const retryOf = tenants.kind === "retry" ? tenants.of : null;
      const specification = specificationOf({ ...row, starterName: actor.name, retryOf });
      try {
        await callRunObject(env, id, (run) => run.start(specification));
      } catch (error) {
        // The row says that the run has to be: the sweep wakes it.
        logEvent("error", "run_wake_failed", { runId: id, ...errorFields(error) });
      }
      const started = await findPortfolioRun(CONTROL, id);
      if (started === null) throw new Error("a run that was just inserted is not there");
      return { kind: "started", run: started };
    }
    const active = await findEqualRun(CONTROL, { identity });
    if (active !== null) return { kind: "deduplicated", run: active };
    if ((await countActivePortfolioRuns(CONTROL, actor.id)) >= MAX_ACTIVE_PORTFOLIO_RUNS)
      return { kind: "too_many_portfolio_runs" };
    if (occasion !== null) return { kind: "occasion_over" };
    if (tenants.kind === "retry") {
      // Asked for again: the same new run.
      const before = await findEqualRun(CONTROL, { retryOf: tenants.of, starterId: actor.id });
      return before === null ? { kind: "nothing_to_retry" } : { kind: "deduplicated", run: before };
    }
  }
  throw new Error("a run over tenants of this identity kept appearing and disappearing");
}
