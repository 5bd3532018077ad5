import { OPERATION_TYPES } from "../../contract/operation-types.ts";
import { chosenHow, MAX_PORTFOLIO_TENANTS, type PortfolioRun } from "../../contract/portfolio.ts";
import { portfolioRoutes } from "../../contract/routes/portfolio.ts";
import type { ControlEnv } from "../../database/databases.ts";
import { findPortfolioRun } from "../../database/portfolio/portfolio-reading.ts";
import { proofOf } from "../../runs/edge/prove-run.ts";
import { cancelPortfolioRun, changePortfolioPause } from "../../runs/edge/portfolio/change-portfolio-run.ts";
import { type Choice, chooseTenants } from "../../runs/edge/portfolio/choose-tenants.ts";
import { type PortfolioStart, startPortfolioRun } from "../../runs/edge/portfolio/start-portfolio-run.ts";
import type { ProjectionRow } from "../../runs/facts/projection-row.ts";
import type { Actor } from "../../runs/run-requests.ts";
import {
  type KnownReader,
  type PortfolioReader,
  readPortfolioReader,
  readPortfolioRun,
  see,
  type SeenRun,
} from "../../runs/reading/portfolio-runs.ts";
import { seenRun } from "../reading/portfolio.ts";
import { ApiError } from "../routing/problems.ts";
import { invalidInput, orNotFound } from "../routing/requests.ts";
import { commandOwn, readOwnFromRunObject, Reply } from "../routing/served.ts";

interface Call {
  env: ControlEnv;
  user: Actor;
  params: { runId: string };
}

export const portfolioCommands = {
  start: commandOwn(portfolioRoutes.start, async ({ env, user, headers, body }) => {
    const reader = await readPortfolioReader(env, user.id);
    const { type, tenants, standardId = null } = body;
    const tenantIds = await chosenTenants(env, reader, { type, tenants, standardId });
    return started(
      env,
      reader,
      await startPortfolioRun(env, {
        type,
        standardId,
        actor: user,
        tenants: { kind: "list", tenantIds, chosen: chosenHow(tenants) },
        idempotencyKey: headers["Idempotency-Key"] ?? null,
        asked: JSON.stringify(body),
      }),
    );
  }),
  cancel: commandOwn(portfolioRoutes.cancel, async (call) => {
    const { env, user } = call;
    const { reader, seen } = await controlled(call);
    const { canceled, row } = await cancelPortfolioRun(env, seen.whole, user);
    if (!canceled) throw new ApiError("run_already_completed");
    return changed(seen, reader, row);
  }),
  pause: commandOwn(portfolioRoutes.pause, (call) => pauseOrResume(call, true)),
  resume: commandOwn(portfolioRoutes.resume, (call) => pauseOrResume(call, false)),
  retry: commandOwn(portfolioRoutes.retry, async ({ env, user, params }) => {
    const { reader, seen } = await seenRun(env, user.id, params.runId);
    if (seen.run.status !== "completed") throw new ApiError("run_not_completed");
    const { type, standardId, row } = seen.whole;
    // The tenants of now: a list that is sealed holds those that failed among them.
    const tenantIds = reader.tenants.flatMap(({ id, capabilities }) =>
      capabilities.includes(OPERATION_TYPES[type].capability) ? [id] : [],
    );
    return started(
      env,
      reader,
      await startPortfolioRun(env, {
        type,
        standardId,
        actor: user,
        tenants: { kind: "retry", of: row.id, tenantIds },
        idempotencyKey: null,
        asked: row.id,
      }),
    );
  }),
  proof: readOwnFromRunObject(portfolioRoutes.proof, async (call) => {
    const { seen } = await controlled(call);
    const { id } = seen.whole.row;
    return orNotFound(
      await proofOf(call.env, id, async () => (await findPortfolioRun(call.env.CONTROL, id))?.row ?? null),
    );
  }),
};

/** The ids of the chosen tenants; what is wrong with the choice is answered. */
export async function chosenTenants(env: ControlEnv, reader: KnownReader, choice: Choice): Promise<string[]> {
  const invalid = (path: string, message: string): ApiError => invalidInput([{ path, message }]);
  const chosen = await chooseTenants(env, reader, choice, { asFarAsAllowed: false });
  switch (chosen.kind) {
    case "chosen":
      return chosen.tenantIds;
    case "unread":
      throw new ApiError("unavailable");
    case "forbidden":
      throw new ApiError("forbidden");
    case "not_yours":
      throw invalid(`tenants.tenants.${chosen.at}`, "is not a tenant of yours");
    case "no_such_tag":
      throw invalid("tenants.tag", "is a tag of none of your tenants");
    case "none_follows":
      throw invalid("standardId", "is followed by none of your tenants");
    case "too_many":
      throw invalid("tenants", `are ${chosen.tenants}, and ${MAX_PORTFOLIO_TENANTS} is the most. Choose some of them`);
  }
}

/** A run that the caller may cancel, pause and prove. */
async function controlled({ env, user, params }: Call): Promise<{ reader: PortfolioReader; seen: SeenRun }> {
  const found = await seenRun(env, user.id, params.runId);
  if (!found.seen.mayControl) throw new ApiError("forbidden");
  return found;
}

async function pauseOrResume(call: Call, paused: boolean): Promise<PortfolioRun> {
  const { env, user } = call;
  const { reader, seen } = await controlled(call);
  const row = await changePortfolioPause(env, seen.whole, { actor: user, paused, at: Date.now() });
  if (row === null) throw new ApiError("nothing_to_pause");
  return changed(seen, reader, row);
}

/** The run as its object has just answered, which D1 may not have yet. */
function changed({ whole, counts }: SeenRun, reader: PortfolioReader, row: ProjectionRow): PortfolioRun {
  return see({ ...whole, row: { ...row, initiator: whole.row.initiator } }, counts, reader).run;
}

async function started(
  env: ControlEnv,
  reader: PortfolioReader,
  outcome: PortfolioStart,
): Promise<Reply<{ run: PortfolioRun; deduplicated: boolean }>> {
  switch (outcome.kind) {
    case "started":
    case "deduplicated": {
      const { run } = orNotFound(await readPortfolioRun(env, reader, outcome.run.row.id));
      const deduplicated = outcome.kind === "deduplicated";
      return new Reply(deduplicated ? 200 : 202, { run, deduplicated });
    }
    case "occasion_over":
      throw new Error("a run that a person starts was taken for a schedule's");
    default:
      throw new ApiError(outcome.kind);
  }
}
