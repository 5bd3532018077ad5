/** Runs over tenants, as the caller may see them. */
import { portfolioRoutes } from "../../contract/routes/portfolio.ts";
import type { ControlEnv } from "../../database/databases.ts";
import {
  listPortfolioRuns,
  listPortfolioTenants,
  type PortfolioReader,
  readPortfolioReader,
  readPortfolioRun,
  type SeenRun,
} from "../../runs/reading/portfolio-runs.ts";
import { orNotFound } from "../routing/requests.ts";
import { readOwn } from "../routing/served.ts";

/** A run that the caller may see something of. */
export async function seenRun(
  env: Pick<ControlEnv, "CONTROL" | "SHARDS">,
  userId: string,
  runId: string,
): Promise<{ reader: PortfolioReader; seen: SeenRun }> {
  const reader = await readPortfolioReader(env, userId);
  return { reader, seen: orNotFound(await readPortfolioRun(env, reader, runId)) };
}

export const portfolioReads = {
  list: readOwn(portfolioRoutes.list, async ({ env, user, query }) => {
    const reader = await readPortfolioReader(env, user.id);
    return { ...(await listPortfolioRuns(env, reader, query)), tenantsUnread: reader.unread };
  }),
  show: readOwn(portfolioRoutes.show, async ({ env, user, params }) => {
    const { seen } = await seenRun(env, user.id, params.runId);
    return seen.run;
  }),
  tenants: readOwn(portfolioRoutes.tenants, async ({ env, user, params, query }) => {
    const { reader, seen } = await seenRun(env, user.id, params.runId);
    return listPortfolioTenants(env, reader, seen, query);
  }),
};
