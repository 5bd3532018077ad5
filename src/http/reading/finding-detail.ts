import { z } from "zod";
import type { TenantAccess } from "../../access/guard.ts";
import type { FindingDetail } from "../../contract/baselines.ts";
import { type ServedChange, servedChangeSchema } from "../../contract/policy-diff.ts";
import { changeOfFinding } from "../../database/findings/finding-change.ts";
import { readFinding } from "../../database/findings/findings.ts";
import { logEvent } from "../../observability/log.ts";
import { readPayload } from "../../storage/payload-store.ts";
import { ApiError } from "../routing/problems.ts";
import { orNotFound } from "../routing/requests.ts";
import type { ReadingEnv } from "../routing/served.ts";

const changesSchema = z.object({ changes: z.array(servedChangeSchema) });

/** A finding with its history, and its differences from R2. Throws `not_found` and `content_unavailable`. */
export async function findingDetail(env: ReadingEnv, tenant: TenantAccess, findingId: string): Promise<FindingDetail> {
  const now = Date.now();
  const found = orNotFound(await readFinding(env.DATABASE, tenant, findingId, now));
  const { finding, detailHash, history } = found;
  const changes = detailHash === null ? [] : await storedChanges(env.ARTIFACTS, tenant.id, detailHash);
  const change = await changeOfFinding(env.DATABASE, tenant.id, finding, now);
  return { ...finding, change, changes, changesTruncated: changes.length < finding.changeCount, history };
}

async function storedChanges(bucket: R2Bucket, tenantId: string, hash: string): Promise<ServedChange[]> {
  const payload = await readPayload(bucket, tenantId, hash, "differences");
  if (payload.kind === "found") return changesSchema.parse(payload.document).changes;
  logEvent("error", "payload_unreadable", { tenantId, contentHash: hash, reason: payload.kind });
  throw new ApiError("content_unavailable");
}
