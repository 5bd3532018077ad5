/**
 * The policies of a version as they hold for one tenant: read from the home tenant, with the tenant's parameters and overlays.
 *
 * People change what holds while a run goes on. So a run writes it down once, in its first step, and keeps to that (decisions/195-a-run-keeps-to-what-it-began-with.md).
 */
import { referenceMappingSchema } from "../../contract/restore.ts";
import { overlaySchema, parameterValueSchema, type StandardVersion } from "../../contract/standards.ts";
import { directoryOf } from "../../database/tenancy/tenant-connections.ts";
import type { TenantEnv } from "../../database/databases.ts";
import type { StoredFollowing } from "../../database/standards/followings.ts";
import { readHomeVersion, type HomeVersion } from "../../database/standards/home.ts";
import type { VersionPolicy } from "../../database/standards/standards.ts";
import { rfc8785Text } from "../../policies/canonical-json.ts";
import type { JsonObject } from "../../policies/json-value.ts";
import { ANY_DIRECTORY, heldDocument, heldValues, type HoldsFor } from "../../standards/hold-for-tenant.ts";
import { putPayload, readPayload } from "../../storage/payload-store.ts";
import { logEvent } from "../../observability/log.ts";
import { z } from "zod";

/** Why nothing can be made of a standard for a tenant. */
export interface StandardFault {
  kind: "failed";
  code: string;
  message: string;
}

/** What holds for the tenant at one moment. It lies in R2 under its own hash, which is all that a run has to carry. */
const choicesSchema = z.object({
  number: z.int().min(1),
  /** What the standard was called at home. */
  name: z.string(),
  parameters: z.record(z.string(), parameterValueSchema),
  skipped: z.array(z.string()),
  overlays: z.array(overlaySchema),
  mapping: z.array(referenceMappingSchema),
  /** See `HoldsFor`. */
  directory: z.object({ texts: z.array(z.string()), id: z.string() }).nullable(),
});
export type Choices = z.infer<typeof choicesSchema>;

export interface TenantStandard extends Choices {
  followingId: string;
  tenantId: string;
  homeTenantId: string;
  standardId: string;
  home: HomeVersion["home"];
  version: StandardVersion;
  holds: HoldsFor;
  /** Equal exactly when the policies hold in the same way: of what kept results are. */
  revision: string;
}

/** Writes down what holds for the tenant now, and answers its hash. Again, it writes what holds then. Six queries at most, and a write to R2. */
export async function writeDownChoices(
  env: TenantEnv,
  following: StoredFollowing,
): Promise<{ kind: "written"; choices: string } | StandardFault> {
  const { homeTenantId, tenantId, number, parameters, overlays, skipped, mapping } = following;
  const found = await readHomeVersion(env, following);
  if (found === null) return GONE;
  const unfit = missingValue(found.version, parameters);
  if (unfit !== null) return unfit;
  const [there, here] = await Promise.all([directoryOf(found.home, homeTenantId), directoryOf(env.DATABASE, tenantId)]);
  const directory =
    here === null ? null : { texts: [ANY_DIRECTORY, ...(there === null || there === here ? [] : [there])], id: here };
  const choices: Choices = { number, name: found.name, parameters, skipped, overlays, mapping, directory };
  const text = rfc8785Text(z.json().parse(JSON.parse(JSON.stringify(choices))));
  const { hash } = await putPayload(env.ARTIFACTS, tenantId, text, "choices");
  return { kind: "written", choices: hash };
}

/** The standard as it was written down under the hash `choices`. Four queries at most, and a reading of R2. */
export async function readTenantStandard(
  env: TenantEnv,
  { id: followingId, tenantId, homeTenantId, standardId }: StoredFollowing,
  choices: string,
): Promise<({ kind: "standard" } & TenantStandard) | StandardFault> {
  const payload = await readPayload(env.ARTIFACTS, tenantId, choices, "choices");
  if (payload.kind !== "found") {
    logEvent("error", "payload_unreadable", { tenantId, contentHash: choices, reason: payload.kind });
    return fault(
      "content_unavailable",
      "What this run wrote down of the standard in its first step cannot be read. Start it again.",
    );
  }
  const held = choicesSchema.parse(payload.document);
  const { number, parameters, overlays, directory } = held;
  const found = await readHomeVersion(env, { homeTenantId, standardId, number });
  if (found === null) return GONE;
  const { home, version } = found;
  const { values } = heldValues(version.parameters, parameters);
  return {
    ...held,
    kind: "standard",
    followingId,
    tenantId,
    homeTenantId,
    standardId,
    home,
    version,
    holds: { parameters: version.parameters, values, overlays, directory },
    revision: choices,
  };
}

const GONE: StandardFault = {
  kind: "failed",
  code: "standard_gone",
  message: "The standard is not kept any more by the tenant that it comes from. Stop following it, or follow another.",
};

function missingValue(version: StandardVersion, given: Choices["parameters"]): StandardFault | null {
  const [first] = heldValues(version.parameters, given).missing;
  if (first === undefined) return null;
  const label = version.parameters.find(({ key }) => key === first)?.label ?? first;
  return fault("parameter_missing", `The standard asks for a value that this tenant has not given: ${label}.`);
}

function fault(code: string, message: string): StandardFault {
  return { kind: "failed", code, message };
}

/** A policy of the version as it holds for the tenant. One reading of R2. */
export async function readHeld(
  bucket: R2Bucket,
  { homeTenantId, tenantId, holds }: TenantStandard,
  policy: Pick<VersionPolicy, "key" | "name" | "contentHash">,
): Promise<{ kind: "held"; document: JsonObject } | StandardFault> {
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
