/** The policies of a version as they hold for one tenant: read from the home tenant, with the tenant's parameters and overlays. */
import type { StandardVersion } from "../../contract/standards.ts";
import { directoryOf } from "../../database/tenancy/tenant-connections.ts";
import type { TenantEnv } from "../../database/databases.ts";
import type { StoredFollowing } from "../../database/standards/followings.ts";
import { readHomeVersion, type HomeVersion } from "../../database/standards/home.ts";
import type { VersionPolicy } from "../../database/standards/standards.ts";
import { rfc8785Text } from "../../policies/canonical-json.ts";
import type { JsonObject } from "../../policies/json-value.ts";
import { ANY_DIRECTORY, heldDocument, heldValues, type HoldsFor } from "../../standards/hold-for-tenant.ts";
import { readPayload } from "../../storage/payload-store.ts";
import { logEvent } from "../../observability/log.ts";
import { z } from "zod";

/** Why nothing can be made of a standard for a tenant. */
export interface StandardFault {
  kind: "failed";
  code: string;
  message: string;
}

export interface TenantStandard {
  following: StoredFollowing;
  /** What the standard is called at home now. */
  name: string;
  home: HomeVersion["home"];
  version: StandardVersion;
  holds: HoldsFor;
  /** Equal exactly when the policies hold in the same way: of what kept results are. */
  revision: string;
}

/** What is followed, as it is now. Six queries at most. */
export async function readTenantStandard(
  env: TenantEnv,
  following: StoredFollowing,
): Promise<({ kind: "standard" } & TenantStandard) | StandardFault> {
  const { homeTenantId, tenantId, number, parameters: given, overlays, skipped } = following;
  const found = await readHomeVersion(env, { ...following });
  if (found === null)
    return fault(
      "standard_gone",
      "The standard is not kept any more by the tenant that it comes from. Stop following it, or follow another.",
    );
  const { home, version } = found;
  const { values, missing } = heldValues(version.parameters, given);
  const [first] = missing;
  if (first !== undefined) {
    const label = version.parameters.find(({ key }) => key === first)?.label ?? first;
    return fault("parameter_missing", `The standard asks for a value that this tenant has not given: ${label}.`);
  }
  const [there, here] = await Promise.all([directoryOf(home, homeTenantId), directoryOf(env.DATABASE, tenantId)]);
  const directory =
    here === null ? null : { texts: [ANY_DIRECTORY, ...(there === null || there === here ? [] : [there])], id: here };
  const revision = rfc8785Text([
    number,
    Object.fromEntries(Object.entries(given)),
    z.json().parse(JSON.parse(JSON.stringify(overlays))),
    [...skipped],
    following.mapping.map((choice) => ({ ...choice })),
    directory === null ? null : [...directory.texts, directory.id],
  ]);
  return {
    kind: "standard",
    following,
    name: found.name,
    home,
    version,
    holds: { parameters: version.parameters, values, overlays, directory },
    revision,
  };
}

function fault(code: string, message: string): StandardFault {
  return { kind: "failed", code, message };
}

/** A policy of the version as it holds for the tenant. One reading of R2. */
export async function readHeld(
  bucket: R2Bucket,
  { following, holds }: TenantStandard,
  policy: Pick<VersionPolicy, "key" | "name" | "contentHash">,
): Promise<{ kind: "held"; document: JsonObject } | StandardFault> {
  const { homeTenantId, tenantId } = following;
  const payload = await readPayload(bucket, homeTenantId, policy.contentHash);
  if (payload.kind !== "found") {
    logEvent("error", "payload_unreadable", { tenantId, contentHash: policy.contentHash, reason: payload.kind });
    return fault(
      "content_unavailable",
      `The content of “${policy.name}” cannot be read. Make a new version of the standard.`,
    );
  }
  const held = heldDocument(payload.document, policy.key, holds);
  if (held.kind === "held") return held;
  return fault(
    "standard_does_not_fit",
    `“${policy.name}” has nothing at ${held.pointer}, where a parameter or a change for this tenant should stand. Change what holds for this tenant.`,
  );
}

/** Whether a result of reading is a fault. */
export function isFault(result: { kind: string }): result is StandardFault {
  return result.kind === "failed";
}
