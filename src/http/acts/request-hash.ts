import { jsonValueSchema } from "../../contract/policy-diff.ts";
import { approvalChangeSchema, type ApprovalChange, type ApprovalKind } from "../../contract/approvals.ts";
import { sha256Hex } from "../../digests/sha256.ts";
import { rfc8785Text } from "../../policies/canonical-json.ts";

/**
 * What an approval is of: SHA-256 over the tenant, what is asked for, and what that changes as things are. A restore's change holds the hash of
 * its plan, so this one covers every request that would be sent. No secret is in it: a hash that people read must not help to guess one.
 */
export function requestHash(request: {
  tenantId: string;
  kind: ApprovalKind;
  /** JSON. */
  input: string;
  change: ApprovalChange;
}): Promise<string> {
  const { tenantId, kind, input, change } = request;
  // Parsed, so that a change hashes the same before it is stored and after.
  const stored = JSON.stringify(approvalChangeSchema.parse(change));
  return sha256Hex(rfc8785Text({ tenantId, kind, input: jsonOf(input), change: jsonOf(stored) }));
}

function jsonOf(text: string) {
  return jsonValueSchema.parse(JSON.parse(text));
}
