/** Puts policies' contents into R2 and tells what D1 is to know of them. */
import { canonicalText, comparableText } from "../../policies/canonical-json.ts";
import { eachOf } from "../../storage/each-of.ts";
import { putPayload } from "../../storage/payload-store.ts";
import { sha256Hex } from "../../digests/sha256.ts";
import type { SeenPolicy, StoredHashes } from "../../database/inventory/inventory-merge.ts";
import type { PolicyDocument } from "../../graph/calls/family-reader.ts";
import type { Family } from "../../graph/families/family.ts";
import { policyFacts } from "../../graph/policy-facts.ts";

/**
 * The policies with their payloads durable. A policy whose content is known as it is costs no write; its stored hash is told
 * again. May be repeated: the same contents go to the same addresses. Rejects when R2 does.
 */
export function storePayloads(
  bucket: R2Bucket,
  tenantId: string,
  family: Family,
  stored: ReadonlyMap<string, StoredHashes>,
  policies: readonly PolicyDocument[],
): Promise<SeenPolicy[]> {
  return eachOf(policies, (policy) => storePayload(bucket, tenantId, family, stored, policy));
}

async function storePayload(
  bucket: R2Bucket,
  tenantId: string,
  family: Family,
  stored: ReadonlyMap<string, StoredHashes>,
  { graphId, document, requestId }: PolicyDocument,
): Promise<SeenPolicy> {
  const facts = policyFacts(family, graphId, document);
  const comparableHash = await sha256Hex(comparableText(document));
  const known = stored.get(graphId);
  if (known?.comparableHash === comparableHash) return { ...facts, ...known, requestId };
  const { hash, bytes } = await putPayload(bucket, tenantId, canonicalText(document));
  return { ...facts, comparableHash, contentHash: hash, contentBytes: bytes, requestId };
}
