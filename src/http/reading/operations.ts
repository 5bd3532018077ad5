import { operationRoutes } from "../../contract/routes/operations.ts";
import { listRestoreApprovals } from "../../database/restore/restore-approvals.ts";
import { listRestoreResults } from "../../database/restore/restore-results.ts";
import { readRestoreUndo } from "../../database/restore/undo-sets.ts";
import { countMatchingRuns } from "../../database/runs/matching-runs.ts";
import { listRunUnits } from "../../database/runs/run-units.ts";
import { listFailures } from "../../runs/reading/failures.ts";
import { isoTime } from "../../database/sql/time.ts";
import { listRuns } from "../../runs/reading/run-reader.ts";
import { readRunDetail, readTimeline, readUnitStates } from "../../runs/reading/run-reports.ts";
import { orNotFound } from "../routing/requests.ts";
import { read } from "../routing/served.ts";

export const operationReads = {
  list: read(operationRoutes.list, async ({ env, tenant, query }) => await listRuns(env.DATABASE, tenant, query)),
  failures: read(operationRoutes.failures, ({ env, tenant, query }) => listFailures(env.DATABASE, tenant, query)),
  matching: read(operationRoutes.matching, async ({ env, tenant, params: { act }, query: filter }) => {
    const asOf = isoTime(Date.now());
    // So that the count is of what a start with `until` as `asOf` takes. Times of this form are in the order of their text.
    const until = filter.until !== undefined && isoTime(Date.parse(filter.until)) < asOf ? filter.until : asOf;
    const { runs } = await countMatchingRuns(env.DATABASE, { tenantId: tenant.id, act, filter: { ...filter, until } });
    return { runs, asOf };
  }),
  show: read(operationRoutes.show, async ({ env, tenant, params }) =>
    orNotFound(await readRunDetail(env.DATABASE, tenant, params.runId)),
  ),
  timeline: read(operationRoutes.timeline, async ({ env, tenant, params }) =>
    orNotFound(await readTimeline(env.DATABASE, tenant, params.runId)),
  ),
  allUnits: read(operationRoutes.allUnits, async ({ env, tenant, params, query }) =>
    orNotFound(await readUnitStates(env.DATABASE, { ...params, tenantId: tenant.id, ...query })),
  ),
  units: read(operationRoutes.units, async ({ env, tenant, params, query }) =>
    orNotFound(await listRunUnits(env.DATABASE, { ...params, tenantId: tenant.id, ...query })),
  ),
  restoreResults: read(operationRoutes.restoreResults, async ({ env, tenant, params, query }) =>
    orNotFound(await listRestoreResults(env.DATABASE, { ...params, tenantId: tenant.id, ...query })),
  ),
  restoreApprovals: read(operationRoutes.restoreApprovals, async ({ env, tenant, params, query }) =>
    orNotFound(await listRestoreApprovals(env.DATABASE, { ...params, tenantId: tenant.id, ...query }, Date.now())),
  ),
  restoreUndo: read(operationRoutes.restoreUndo, async ({ env, tenant, params }) =>
    orNotFound(await readRestoreUndo(env.DATABASE, tenant.id, params.runId)),
  ),
};
