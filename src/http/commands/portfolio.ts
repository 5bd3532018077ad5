import { OPERATION_TYPES } from "../../contract/operation-types.ts";
import { MAX_PORTFOLIO_TENANTS, type PortfolioRun, type TenantSelection } from "../../contract/portfolio.ts";
import { portfolioRoutes } from "../../contract/routes/portfolio.ts";
import { type ControlEnv, databaseOfShard } from "../../database/databases.ts";
import { tenantsThatFollow } from "../../database/standards/followings.ts";
import { findPortfolioRun } from "../../database/portfolio/portfolio-reading.ts";
import { proofOf } from "../../runs/edge/prove-run.ts";
import { cancelPortfolioRun, changePortfolioPause } from "../../runs/edge/portfolio/change-portfolio-run.ts";
import { type PortfolioStart, startPortfolioRun } from "../../runs/edge/portfolio/start-portfolio-run.ts";
import type { ProjectionRow } from "../../runs/facts/projection-row.ts";
import type { Actor } from "../../runs/run-requests.ts";
import { type PortfolioReader, readPortfolioRun, see, type SeenRun } from "../../runs/reading/portfolio-runs.ts";
import { portfolioReader, seenRun } from "../reading/portfolio.ts";
import { ApiError } from "../routing/problems.ts";
import { orNotFound } from "../routing/requests.ts";
import { commandOwn, readOwnFromRunObject, Reply } from "../routing/served.ts";

interface Call {
  env: ControlEnv;
  user: Actor;
  params: { runId: string };
}

export const portfolioCommands = {
  start: commandOwn(portfolioRoutes.start, async ({ env, user, headers, body }) => {
    const reader = await portfolioReader(env, user.id);
    const { type, tenants, standardId = null } = body;
    const chosen = chosenTenants(reader, tenants, OPERATION_TYPES[type].capability);
    const tenantIds =
      standardId === null || tenants.kind !== "all" ? chosen : await thatFollow(env, reader, standardId, chosen);
    return started(
      env,
      reader,
      await startPortfolioRun(env, {
        type,
        standardId,
        actor: user,
        tenants: { kind: "list", tenantIds },
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

/** Of the tenants, in their order, those that follow the standard. One query for each database that has some of them. */
async function thatFollow(
  env: ControlEnv,
  { tenants }: PortfolioReader,
  standardId: string,
  tenantIds: readonly string[],
): Promise<string[]> {
  const byShard = Map.groupBy(
    tenants.filter(({ id }) => tenantIds.includes(id)),
    ({ shard }) => shard,
  );
  const following = await Promise.all(
    [...byShard].map(([shard, placed]) =>
      tenantsThatFollow(
        databaseOfShard(env, shard),
        standardId,
        placed.map(({ id }) => id),
      ),
    ),
  );
  const ids = new Set(following.flat());
  const found = tenantIds.filter((id) => ids.has(id));
  if (found.length === 0)
    throw new ApiError("invalid_input", {
      fields: [{ path: "standardId", message: "is followed by none of your tenants" }],
    });
  return found;
}

/** The ids of the chosen tenants, by name: so they are listed. */
function chosenTenants(
  { tenants, unread }: PortfolioReader & { unread: number },
  chosen: TenantSelection,
  capability: (typeof OPERATION_TYPES)[keyof typeof OPERATION_TYPES]["capability"],
): string[] {
  // A list of all that is not whole would be taken for one.
  if (unread > 0) throw new ApiError("unavailable");
  const invalid = (path: string, message: string): ApiError =>
    new ApiError("invalid_input", { fields: [{ path, message }] });
  if (chosen.kind === "all") {
    const all = tenants.filter(({ capabilities }) => capabilities.includes(capability));
    if (all.length === 0) throw new ApiError("forbidden");
    if (all.length > MAX_PORTFOLIO_TENANTS)
      throw invalid("tenants", `are ${all.length}, and ${MAX_PORTFOLIO_TENANTS} is the most. Choose some of them`);
    return byName(all);
  }
  const names = new Map(tenants.flatMap((tenant) => [[tenant.id, tenant] as const, [tenant.slug, tenant] as const]));
  const found = chosen.tenants.map((name, at) => {
    const tenant = names.get(name);
    if (tenant === undefined) throw invalid(`tenants.tenants.${at}`, "is not a tenant of yours");
    return tenant;
  });
  if (found.some(({ capabilities }) => !capabilities.includes(capability))) throw new ApiError("forbidden");
  return byName([...new Set(found)]);
}

function byName(tenants: PortfolioReader["tenants"]): string[] {
  return tenants.toSorted((one, other) => one.name.localeCompare(other.name, "en")).map(({ id }) => id);
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
    default:
      throw new ApiError(outcome.kind);
  }
}
