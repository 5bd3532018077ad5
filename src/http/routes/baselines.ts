import { z } from "zod";
import { findingKindSchema, findingStatusSchema, severitySchema } from "../../contract/baselines.ts";
import { listComparisons, listDrift, readComparison } from "../../database/baselines/baseline-comparisons.ts";
import { listBaselinePolicies, listBaselines, readBaseline } from "../../database/baselines/baselines.ts";
import { listComparisonFindings } from "../../database/findings/findings.ts";
import { orNotFound, pageQuery, readQuery } from "../requests.ts";
import type { TenantRouter } from "../tenant-router.ts";

const MAX_POLICIES = 1_000;
const MAX_POINTS = 500;

const filter = z.string().trim().min(1).max(200).nullable().default(null);
const listQuery = z.strictObject(pageQuery());
const policiesQuery = z.strictObject({ ...pageQuery(MAX_POLICIES), family: filter, query: filter });
const driftQuery = z.strictObject(pageQuery(MAX_POINTS));
const comparisonsQuery = z.strictObject({ ...pageQuery(), baselineId: filter });
const findingsQuery = z.strictObject({
  ...pageQuery(),
  kind: findingKindSchema.nullable().default(null),
  severity: severitySchema.nullable().default(null),
  status: findingStatusSchema.nullable().default(null),
});

export function addBaselineRoutes(router: TenantRouter): void {
  router.get("/baselines", "baseline.read", async (context) => {
    const query = readQuery(context, listQuery);
    return context.json(await listBaselines(context.env.DATABASE, context.get("tenant"), query));
  });

  router.get("/baselines/:baselineId", "baseline.read", async (context) => {
    const tenant = context.get("tenant");
    return context.json(orNotFound(await readBaseline(context.env.DATABASE, tenant, context.req.param("baselineId"))));
  });

  router.get("/baselines/:baselineId/policies", "baseline.read", async (context) => {
    const query = readQuery(context, policiesQuery);
    const { DATABASE } = context.env;
    const { id } = orNotFound(await readBaseline(DATABASE, context.get("tenant"), context.req.param("baselineId")));
    return context.json(await listBaselinePolicies(DATABASE, { baselineId: id, ...query }));
  });

  router.get("/baselines/:baselineId/drift", "baseline.read", async (context) => {
    const query = readQuery(context, driftQuery);
    const { DATABASE } = context.env;
    const { id } = orNotFound(await readBaseline(DATABASE, context.get("tenant"), context.req.param("baselineId")));
    return context.json(await listDrift(DATABASE, { baselineId: id, ...query }));
  });

  router.get("/baseline-comparisons", "baseline.read", async (context) => {
    const query = readQuery(context, comparisonsQuery);
    return context.json(await listComparisons(context.env.DATABASE, context.get("tenant"), query));
  });

  router.get("/baseline-comparisons/:comparisonId", "baseline.read", async (context) => {
    const tenant = context.get("tenant");
    const { comparisonId } = context.req.param();
    return context.json(orNotFound(await readComparison(context.env.DATABASE, tenant, comparisonId)));
  });

  router.get("/baseline-comparisons/:comparisonId/findings", "baseline.read", async (context) => {
    const query = readQuery(context, findingsQuery);
    const { DATABASE } = context.env;
    const tenant = context.get("tenant");
    const { id } = orNotFound(await readComparison(DATABASE, tenant, context.req.param("comparisonId")));
    return context.json(await listComparisonFindings(DATABASE, tenant, { comparisonId: id, ...query }));
  });
}
