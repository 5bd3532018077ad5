/**
 * The step of a preview that comes before all others where a standard is deployed: the standard, as it holds for the tenant, becomes a backup set of its own,
 * of which the plan is made as of any other. What the policies refer to keeps the ids of the home tenant there, with the names that the things have: the
 * preview finds what stands for them.
 */
import type { PlanOptions } from "../../database/restore/tables.ts";
import {
  addDeploymentItems,
  type DeploymentItem,
  deploymentSetId,
  lastKnownNames,
  openDeploymentSet,
  thingKey,
} from "../../database/standards/deployment-sets.ts";
import { recordNames } from "../../database/backups/reference-names.ts";
import { namesInFamily } from "../../database/standards/follow-content.ts";
import { baselineName, findFollowing, rememberMapping } from "../../database/standards/followings.ts";
import { versionPolicies } from "../../database/standards/standards.ts";
import { sha256Hex } from "../../digests/sha256.ts";
import { familyByKey, familyOfKind, type FamilyKey } from "../../graph/families.ts";
import { policyFacts } from "../../graph/policy-facts.ts";
import { distinctReferences } from "../../graph/restore/references.ts";
import type { ReferenceKind, ReferenceMapping } from "../../contract/restore.ts";
import { canonicalText, comparableText } from "../../policies/canonical-json.ts";
import type { JsonObject } from "../../policies/json-value.ts";
import type { PhasedRun, UnitContext } from "../../runs/operation.ts";
import { eachOf } from "../../storage/each-of.ts";
import { putPayload } from "../../storage/payload-store.ts";
import { isFault, readHeld, readTenantStandard, type StandardFault, writeDownChoices } from "./held-policies.ts";
import { z } from "zod";

const POLICIES_PER_STEP = 60;

export const PREPARING = "Applying the standard to this tenant";

const NOT_FOLLOWED: StandardFault = {
  kind: "failed",
  code: "not_followed",
  message: "The tenant follows the standard no more, so nothing was prepared.",
};

/** The set is whole. What a plan says of the standard that it deploys, and what a person has chosen for references before. */
interface Prepared {
  kind: "prepared";
  standard: NonNullable<PlanOptions["standard"]>;
  mapping: readonly ReferenceMapping[];
}

/** Where the preparation stands: what the first step has written down of the standard, to which all keep; the last policy that was added. */
export const preparationSchema = z.object({ choices: z.string(), after: z.string() });
type Preparation = z.infer<typeof preparationSchema>;

/**
 * Adds a page of the standard's policies to the set. Idempotent. The first call, with null, remembers what the person has chosen for references, and writes
 * down what holds for the tenant; no policy is added before that is durable, so that a set is of one version and one set of choices.
 *
 * D1: about ten queries. R2: a reading and a write for each policy, six at a time.
 */
export async function prepareDeployment(
  run: PhasedRun,
  followingId: string,
  chosen: readonly ReferenceMapping[],
  at: Preparation | null,
  { env }: UnitContext,
): Promise<Prepared | ({ kind: "more" } & Preparation) | StandardFault> {
  const { runId, tenantId } = run;
  if (at === null) await rememberMapping(env.DATABASE, { tenantId, followingId }, chosen);
  const following = await findFollowing(env.DATABASE, tenantId, followingId);
  if (following === null) return NOT_FOLLOWED;
  if (at === null) {
    const written = await writeDownChoices(env, following);
    return isFault(written) ? written : { kind: "more", choices: written.choices, after: "" };
  }
  const standard = await readTenantStandard(env, following, at.choices);
  if (isFault(standard)) return standard;
  const { home, version, homeTenantId, standardId, number, skipped } = standard;
  const place = { tenantId, runId, backupSetId: deploymentSetId(runId) };
  const name = baselineName(standard.name, number);
  await openDeploymentSet(env.DATABASE, place, { name, at: run.createdAt, by: run.initiatorId });
  const ofVersion = { tenantId: homeTenantId, standardId, number };
  const page = await versionPolicies(home, ofVersion, { family: null, after: at.after, limit: POLICIES_PER_STEP });
  const wanted = page.filter(({ key }) => !skipped.includes(key));
  const read = await eachOf(wanted, async (policy) => ({
    policy,
    held: await readHeld(env.ARTIFACTS, standard, policy),
  }));
  const things: { kind: ReferenceKind; id: string }[] = [];
  const documents: {
    item: Omit<DeploymentItem, "contentHash" | "contentBytes" | "comparableHash">;
    document: JsonObject;
  }[] = [];
  for (const { policy, held } of read) {
    if (isFault(held)) return held;
    const family = familyByKey(policy.family);
    if (family === null) continue;
    const facts = policyFacts(family, policy.graphId, held.document);
    const item = { ...facts, key: policy.key, family: policy.family, capturedAt: run.createdAt };
    documents.push({ item, document: held.document });
    things.push(...referred(family.key, held.document, version.assignments));
  }
  const items = await eachOf(documents, async ({ item, document }): Promise<DeploymentItem> => {
    const { hash: contentHash, bytes: contentBytes } = await putPayload(
      env.ARTIFACTS,
      tenantId,
      canonicalText(document),
    );
    return { ...item, contentHash, contentBytes, comparableHash: await sha256Hex(comparableText(document)) };
  });
  await recordNames(env.DATABASE, place, await namesOf(home, homeTenantId, things));
  await addDeploymentItems(env.DATABASE, place, items);
  const last = page.length === POLICIES_PER_STEP ? page.at(-1) : undefined;
  if (last !== undefined) return { kind: "more", choices: at.choices, after: last.key };
  const { names, assignments } = version;
  const deployed = { followingId, name: standard.name, version: number, names, assignments };
  return { kind: "prepared", standard: deployed, mapping: standard.mapping };
}

function referred(family: FamilyKey, document: JsonObject, assignments: boolean) {
  const { assignments: _assignments, ...unassigned } = document;
  return distinctReferences(family, assignments ? document : unassigned);
}

/** What the things are called in the home tenant: by its inventory, else as its backups have learned it. */
async function namesOf(
  home: Parameters<typeof namesInFamily>[0],
  homeTenantId: string,
  things: readonly { kind: ReferenceKind; id: string }[],
): Promise<{ kind: ReferenceKind; id: string; name: string | null }[]> {
  const learned = await lastKnownNames(home, homeTenantId, things);
  const families = new Map<string, Map<string, string>>();
  for (const { kind } of things) {
    const family = familyOfKind(kind)?.key;
    if (family !== undefined && !families.has(family))
      families.set(family, await namesInFamily(home, homeTenantId, family));
  }
  const unique = new Map(things.map((thing) => [thingKey(thing), thing]));
  return [...unique].map(([key, { kind, id }]) => ({
    kind,
    id,
    name: families.get(familyOfKind(kind)?.key ?? "")?.get(id) ?? learned.get(key) ?? null,
  }));
}
