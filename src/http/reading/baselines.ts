import { baselineRoutes, comparisonRoutes } from "../../contract/routes/baselines.ts";
import { listComparisons, listDrift, readComparison } from "../../database/baselines/baseline-comparisons.ts";
import { listBaselinePolicies, listBaselines, readBaseline } from "../../database/baselines/baselines.ts";
import { listComparisonFindings } from "../../database/findings/findings.ts";
import { orNotFound } from "../routing/requests.ts";
import { read } from "../routing/served.ts";

export const baselineReads = {
  list: read(baselineRoutes.list, async ({ env, tenant, query }) => await listBaselines(env.DATABASE, tenant, query)),
  show: read(baselineRoutes.show, async ({ env, tenant, params }) =>
    orNotFound(await readBaseline(env.DATABASE, tenant, params.baselineId)),
  ),
  policies: read(baselineRoutes.policies, async ({ env, tenant, params, query }) => {
    const { id } = orNotFound(await readBaseline(env.DATABASE, tenant, params.baselineId));
    return await listBaselinePolicies(env.DATABASE, { baselineId: id, ...query });
  }),
  drift: read(baselineRoutes.drift, async ({ env, tenant, params, query }) => {
    const { id } = orNotFound(await readBaseline(env.DATABASE, tenant, params.baselineId));
    return await listDrift(env.DATABASE, { baselineId: id, ...query });
  }),
};

export const comparisonReads = {
  list: read(
    comparisonRoutes.list,
    async ({ env, tenant, query }) => await listComparisons(env.DATABASE, tenant, query),
  ),
  show: read(comparisonRoutes.show, async ({ env, tenant, params }) =>
    orNotFound(await readComparison(env.DATABASE, tenant, params.comparisonId)),
  ),
  findings: read(comparisonRoutes.findings, async ({ env, tenant, params, query }) => {
    const { id } = orNotFound(await readComparison(env.DATABASE, tenant, params.comparisonId));
    return await listComparisonFindings(env.DATABASE, tenant, { comparisonId: id, ...query });
  }),
};
