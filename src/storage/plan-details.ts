/**
 * Plan items' details in R2, each under its own hash below its plan: written before the row that refers to it, never changed, and
 * proved against the row's hash whenever it is read.
 */
import { rfc8785Text } from "../policies/canonical-json.ts";
import type { JsonValue } from "../policies/json-value.ts";
import { sha256Hex } from "../digests/sha256.ts";

export interface DetailAddress {
  key: string;
  hash: string;
}

/** Durable when it resolves; again, it writes the same object. Rejects when R2 does. */
export async function putDetail(
  bucket: R2Bucket,
  plan: { tenantId: string; planId: string },
  detail: JsonValue,
): Promise<DetailAddress> {
  const bytes = new TextEncoder().encode(rfc8785Text(detail));
  const hash = await sha256Hex(bytes);
  const key = `${planPrefix(plan.tenantId, plan.planId)}${hash}.json`;
  await bucket.put(key, bytes, { httpMetadata: { contentType: "application/json; charset=utf-8" }, sha256: hash });
  return { key, hash };
}

export type DetailReading = { kind: "found"; detail: unknown } | { kind: "missing" } | { kind: "corrupt" };

/** The detail that a row refers to. `corrupt`: its bytes are not what the row, and so the plan's hash, says. */
export async function readDetail(bucket: R2Bucket, { key, hash }: DetailAddress): Promise<DetailReading> {
  const object = await bucket.get(key);
  if (!object) return { kind: "missing" };
  const bytes = new Uint8Array(await object.arrayBuffer());
  if ((await sha256Hex(bytes)) !== hash) return { kind: "corrupt" };
  const detail: unknown = JSON.parse(new TextDecoder().decode(bytes));
  return { kind: "found", detail };
}

/** Keys that one deletion of R2 takes. */
const KEYS_PER_DELETION = 1_000;

/** Removes all that a plan keeps in R2. Idempotent. */
export async function removeDetails(bucket: R2Bucket, plan: { tenantId: string; planId: string }): Promise<void> {
  for (;;) {
    const { objects } = await bucket.list({
      prefix: planPrefix(plan.tenantId, plan.planId),
      limit: KEYS_PER_DELETION,
    });
    if (objects.length === 0) return;
    await bucket.delete(objects.map(({ key }) => key));
  }
}

/** Throws for ids that could leave the tenant's prefix: none of ours does. */
export function planPrefix(tenantId: string, planId: string): string {
  for (const part of [tenantId, planId]) {
    if (!/^[A-Za-z0-9_-]+$/.test(part)) throw new Error("An id cannot stand in a key");
  }
  return `tenants/${tenantId}/restore-plans/${planId}/`;
}
