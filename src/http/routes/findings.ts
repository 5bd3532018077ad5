import type { Context } from "hono";
import { z } from "zod";
import { readPayload } from "../../storage/payload-store.ts";
import {
  acceptFindingSchema,
  findingKindSchema,
  findingStatusSchema,
  MAX_ACCEPTANCE_DAYS,
  severitySchema,
} from "../../contract/baselines.ts";
import { type ServedChange, servedChangeSchema } from "../../contract/policy-diff.ts";
import { acceptFinding, reopenFinding } from "../../database/findings/finding-decisions.ts";
import { listFindings, readFinding } from "../../database/findings/findings.ts";
import { logEvent } from "../../observability/log.ts";
import type { TenantEnvironment } from "../context.ts";
import { ApiError } from "../problems.ts";
import { invalidInput, orNotFound, pageQuery, readBody, readQuery } from "../requests.ts";
import type { TenantRouter } from "../tenant-router.ts";

type TenantContext = Context<TenantEnvironment>;

const DAY_MS = 86_400_000;

const findingsQuery = z.strictObject({
  ...pageQuery(),
  kind: findingKindSchema.nullable().default(null),
  severity: severitySchema.nullable().default(null),
  status: findingStatusSchema.nullable().default(null),
  baselineId: z.string().min(1).max(100).nullable().default(null),
});
const changesSchema = z.object({ changes: z.array(servedChangeSchema) });

export function addFindingRoutes(router: TenantRouter): void {
  router.get("/findings", "baseline.read", async (context) => {
    const query = readQuery(context, findingsQuery);
    const page = await listFindings(context.env.DATABASE, context.get("tenant"), query, Date.now());
    return context.json(page);
  });

  router.get("/findings/:findingId", "baseline.read", async (context) => {
    return context.json(await findingDetail(context, context.req.param("findingId")));
  });

  router.post("/findings/:findingId/accept", "finding.accept", async (context) => {
    const { reason, until, changesHash = null } = await readBody(context, acceptFindingSchema);
    const findingId = context.req.param("findingId");
    const at = Date.now();
    const end = Date.parse(until);
    if (end <= at || end > at + MAX_ACCEPTANCE_DAYS * DAY_MS) {
      throw invalidInput([{ path: "until", message: `must be within the next ${MAX_ACCEPTANCE_DAYS} days` }]);
    }
    const decision = decisionOn(context, findingId, at);
    if (!(await acceptFinding(context.env.DATABASE, decision, { reason, until: end, changesHash }))) {
      const { finding } = orNotFound(await readFinding(context.env.DATABASE, context.get("tenant"), findingId, at));
      throw new ApiError(finding.status === "resolved" ? "finding_resolved" : "finding_changed");
    }
    return context.json(await findingDetail(context, findingId));
  });

  router.post("/findings/:findingId/reopen", "finding.accept", async (context) => {
    const findingId = context.req.param("findingId");
    const at = Date.now();
    const { finding } = orNotFound(await readFinding(context.env.DATABASE, context.get("tenant"), findingId, at));
    if (finding.status === "resolved") throw new ApiError("finding_resolved");
    // One that is open already is what was asked for.
    await reopenFinding(context.env.DATABASE, decisionOn(context, findingId, at));
    return context.json(await findingDetail(context, findingId));
  });
}

function decisionOn(context: TenantContext, findingId: string, at: number) {
  return { tenantId: context.get("tenant").id, findingId, actorId: context.get("user").id, at };
}

/** With its history, and its differences from R2. */
async function findingDetail(context: TenantContext, findingId: string) {
  const { DATABASE, ARTIFACTS } = context.env;
  const tenant = context.get("tenant");
  const { finding, detailHash, history } = orNotFound(await readFinding(DATABASE, tenant, findingId, Date.now()));
  const changes = detailHash === null ? [] : await storedChanges(ARTIFACTS, tenant.id, detailHash);
  return { ...finding, changes, changesTruncated: changes.length < finding.changeCount, history };
}

async function storedChanges(bucket: R2Bucket, tenantId: string, hash: string): Promise<ServedChange[]> {
  const payload = await readPayload(bucket, tenantId, hash, "differences");
  if (payload.kind === "found") return changesSchema.parse(payload.document).changes;
  logEvent("error", "payload_unreadable", { tenantId, contentHash: hash, reason: payload.kind });
  throw new ApiError("content_unavailable");
}
