/** A step of "Capturing content": normal forms of a page of policies, durable in R2 before their rows say so. */
import { meaningRules } from "../../graph/policy-meaning.ts";
import { eachOf } from "../../storage/each-of.ts";
import { putPayload, readPayload } from "../../storage/payload-store.ts";
import { normalText } from "../../policies/policy-normal-form.ts";
import {
  listUncaptured,
  recordNormalForms,
  type UncapturedPolicy,
} from "../../database/baselines/baseline-building.ts";
import { logEvent } from "../../observability/log.ts";
import type { PhaseResult, UnitContext } from "../../runs/operation.ts";
import { type ContentCursor, nextStep } from "./capture-cursor.ts";

const POLICIES_PER_STEP = 60;

/**
 * Captures a page. Idempotent: contents go to the same addresses, and rows that are done are not listed again. A document of
 * which an earlier baseline has the normal form costs neither a reading nor a write.
 *
 * D1: one query, one statement. R2: at most a reading and a write for each policy, six at a time. Memory: six documents.
 */
export async function captureContents(
  baseline: { id: string; tenantId: string },
  cursor: ContentCursor,
  { env }: UnitContext,
): Promise<PhaseResult> {
  const policies = await listUncaptured(env.DATABASE, baseline.id, cursor, POLICIES_PER_STEP);
  const captured = await eachOf(policies, async (policy) => ({
    family: policy.family,
    graphId: policy.graphId,
    normalHash: policy.knownHash ?? (await capture(env.ARTIFACTS, baseline.tenantId, policy)),
  }));
  const complete = captured.flatMap(({ family, graphId, normalHash }) =>
    normalHash === null ? [] : [{ family, graphId, normalHash }],
  );
  if (complete.length < captured.length) {
    return {
      kind: "failed",
      code: "content_unavailable",
      message: "The stored content of some policies cannot be read, so no baseline can be made of them.",
    };
  }
  await recordNormalForms(env.DATABASE, baseline.id, complete);
  const last = policies.length === POLICIES_PER_STEP ? policies.at(-1) : undefined;
  return last === undefined
    ? nextStep({ at: "seal", family: "", graphId: "", tree: null })
    : nextStep({ at: "content", family: last.family, graphId: last.graphId });
}

/** The hash of the normal form, which is stored then; null when the document cannot be had. */
async function capture(bucket: R2Bucket, tenantId: string, policy: UncapturedPolicy): Promise<string | null> {
  const { family, contentHash } = policy;
  const payload = await readPayload(bucket, tenantId, contentHash);
  if (payload.kind !== "found") {
    logEvent("error", "payload_unreadable", { tenantId, contentHash, reason: payload.kind });
    return null;
  }
  return (await putPayload(bucket, tenantId, normalText(meaningRules(family), payload.document), "normal-forms")).hash;
}
