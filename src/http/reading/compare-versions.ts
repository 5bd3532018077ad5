/** Two versions of a policy compared. */
import type { VersionComparison } from "../../contract/readable-policy.ts";
import { readPolicy, readPolicyVersion } from "../../database/inventory/policies.ts";
import { meaningRules } from "../../graph/policy-meaning.ts";
import { diffPolicies } from "../../policies/policy-diff.ts";
import { servedChanges } from "../../policies/served-changes.ts";
import { orNotFound } from "../routing/requests.ts";
import type { ReadingEnv } from "../routing/served.ts";
import { readStored } from "./stored-content.ts";

/** Throws `not_found` for an unknown policy; a version that is not kept is told in the answer. Throws `content_unavailable`. */
export async function compareVersions(
  env: ReadingEnv,
  tenantId: string,
  policyId: string,
  asked: { before?: number | undefined; after?: number | undefined },
): Promise<VersionComparison> {
  const policy = orNotFound(await readPolicy(env.DATABASE, tenantId, policyId));
  const afterNumber = asked.after ?? policy.versionNumber;
  const beforeNumber = asked.before ?? afterNumber - 1;
  const [before, after] = await Promise.all(
    [beforeNumber, afterNumber].map((versionNumber) =>
      readPolicyVersion(env.DATABASE, { tenantId, policyId, versionNumber }),
    ),
  );
  if (!before || !after) {
    return { beforeNumber, afterNumber, before: before ?? null, after: after ?? null, changes: null };
  }
  const [one, other] = await Promise.all([
    readStored(env, tenantId, before.contentHash),
    readStored(env, tenantId, after.contentHash),
  ]);
  const changes = servedChanges(diffPolicies(meaningRules(policy.family), one.document, other.document));
  return { beforeNumber, afterNumber, before, after, changes };
}
