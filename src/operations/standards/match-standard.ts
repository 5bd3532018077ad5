/**
 * The steps of a comparison with a standard that come before all others: the tenant's policies are looked through for those of the standard, and the
 * baseline is written as the standard holds for the tenant. All of it from what is stored; nothing asks Graph.
 */
import { z } from "zod";
import type { ReferenceKind } from "../../contract/restore.ts";
import {
  addHeld,
  closeHeld,
  emptyHeld,
  type HeldPolicy,
  inventoryPolicies,
  matchesOf,
  namesInFamily,
  policiesToMatch,
  recordMatches,
  unreadIn,
  type InventoryPolicy,
  type StoredMatch,
} from "../../database/standards/follow-content.ts";
import type { StoredFollowing } from "../../database/standards/followings.ts";
import { keysOfVersion, versionPolicies, type VersionPolicy } from "../../database/standards/standards.ts";
import { policiesMadeAnew } from "../../database/restore/restore-journal.ts";
import { openComparison } from "../../database/baselines/comparison-work.ts";
import { familyByKey, familyOfKind, type KnownFamily } from "../../graph/families.ts";
import { meaningRules } from "../../graph/policy-meaning.ts";
import { type MappedTo, mapReferences, references } from "../../graph/restore/references.ts";
import { canonicalText } from "../../policies/canonical-json.ts";
import type { JsonObject } from "../../policies/json-value.ts";
import { normalText } from "../../policies/policy-normal-form.ts";
import type { PhasedRun, PhaseResult, UnitContext } from "../../runs/operation.ts";
import { type Found, knownIdOf, matchPolicies, type Wanted } from "../../standards/match.ts";
import { withOwnParts } from "../../standards/hold-for-tenant.ts";
import { type Traits, traitsOf } from "../../standards/traits.ts";
import { eachOf } from "../../storage/each-of.ts";
import { putPayload, readPayload } from "../../storage/payload-store.ts";
import { type KeptTraits, loadTraits, saveTraits } from "../../storage/standard-traits.ts";
import {
  isFault,
  readHeld,
  readTenantStandard,
  type StandardFault,
  type TenantStandard,
  writeDownChoices,
} from "./held-policies.ts";

/** Documents that one step reads. */
const POLICIES_PER_STEP = 60;
const ALL = 100_000;

/** `choices`: what the first step has written down of the standard; all steps keep to it. */
const ofStandard = { at: z.literal("standard"), choices: z.string() };
export const standardCursorSchema = z.discriminatedUnion("step", [
  /** The standard's families that are still to be matched. Of the first, the tenant's policies after this id are still to be looked at. */
  z.object({ ...ofStandard, step: z.literal("match"), families: z.array(z.string()), after: z.string() }),
  z.object({ ...ofStandard, step: z.literal("hold"), after: z.string() }),
]);
export type StandardCursor = z.infer<typeof standardCursorSchema>;

const PHASES = { match: "Looking for the standard’s policies", hold: "Applying the standard to this tenant" } as const;

function next(cursor: StandardCursor): PhaseResult {
  return { kind: "continue", phase: PHASES[cursor.step], cursor: JSON.stringify(cursor) };
}

/** Where a policy of the standard stands in the baseline while the tenant has none of it. */
export function placeOfMissing(key: string): string {
  return `standard:${key}`;
}

interface Place {
  comparisonId: string;
  followingId: string;
  tenantId: string;
}

const traitsSchema: z.ZodType<Traits> = z.object({
  kind: z.string(),
  settings: z.array(z.number()),
  values: z.array(z.number()),
  named: z.boolean(),
  whole: z.array(z.number()),
});
const keptSchema = z.object({
  tenant: z.record(z.string(), z.object({ of: z.string(), traits: traitsSchema })),
  standard: z.record(z.string(), z.object({ of: z.string(), traits: traitsSchema })),
});

/**
 * One step; `matched` when the baseline is as the standard says, and can be compared with. Idempotent: a repeated step writes the same.
 *
 * D1: about ten queries, of the tenant's database and of the home tenant's. R2: at most a reading for each of 60 policies, and two writes.
 */
export async function matchStandard(
  run: PhasedRun,
  { comparisonId, following }: { comparisonId: string; following: StoredFollowing },
  cursor: StandardCursor | null,
  context: UnitContext,
): Promise<PhaseResult | { kind: "matched" }> {
  const { env } = context;
  const place: Place = { comparisonId, followingId: following.id, tenantId: run.tenantId };
  if (cursor === null) {
    const written = await writeDownChoices(env, following);
    if (isFault(written)) return written;
    return begin(run, place, following, written.choices, context);
  }
  const standard = await readTenantStandard(env, following, cursor.choices);
  if (isFault(standard)) return standard;
  if (cursor.step === "match") {
    const [family, ...others] = cursor.families;
    if (family === undefined) return next({ ...cursor, step: "hold", after: "" });
    const after = await matchFamily(place, standard, family, cursor.after, context);
    if (typeof after !== "string" && after !== null) return after;
    return next(after === null ? { ...cursor, families: others, after: "" } : { ...cursor, after });
  }
  const after = await holdPage(place, standard, cursor.after, context);
  if (typeof after !== "string" && after !== null) return after;
  if (after !== null) return next({ ...cursor, after });
  const { number, createdAt } = standard.version;
  await closeHeld(env.DATABASE, place, { number, versionAt: Date.parse(createdAt), at: context.now() });
  return { kind: "matched" };
}

/** Opens the comparison, and empties the baseline of what an earlier one has written. */
async function begin(
  { runId, tenantId, initiatorId }: PhasedRun,
  place: Place,
  following: StoredFollowing,
  choices: string,
  { env, now }: UnitContext,
): Promise<PhaseResult> {
  const standard = await readTenantStandard(env, following, choices);
  if (isFault(standard)) return standard;
  const { comparisonId, followingId } = place;
  const keys = (await keysOfVersion(standard.home, versionOf(standard))).filter(
    ({ key }) => !standard.skipped.includes(key),
  );
  const at = now();
  await openComparison(env.DATABASE, {
    id: comparisonId,
    tenantId,
    baselineId: followingId,
    runId,
    createdAt: at,
    createdBy: initiatorId,
  });
  await emptyHeld(env.DATABASE, place, { keys: keys.map(({ key }) => key), at });
  const families = [...new Set(keys.map(({ family }) => family))];
  return next({ at: "standard", choices, step: "match", families, after: "" });
}

/** As the home tenant's tables know it. */
function versionOf({ homeTenantId, standardId, number }: TenantStandard) {
  return { tenantId: homeTenantId, standardId, number };
}

/** Null when the family is matched; else the id after which to go on. */
async function matchFamily(
  place: Place,
  standard: TenantStandard,
  familyKey: string,
  after: string,
  { env }: UnitContext,
): Promise<string | null | StandardFault> {
  const { tenantId, followingId } = place;
  const family = familyByKey(familyKey);
  const all = await versionPolicies(standard.home, versionOf(standard), { family: familyKey, after: "", limit: ALL });
  const wanted = all.filter(({ key }) => !standard.skipped.includes(key));
  if (family === null) return null;
  const traitsPlace = { tenantId, followingId, family: familyKey };
  const kept = await loadTraits(env.ARTIFACTS, traitsPlace, (stored) => keptSchema.safeParse(stored).data ?? null);
  const learned =
    after === ""
      ? await learnStandard(kept, standard, family, wanted, env.ARTIFACTS)
      : { kind: "learned", more: false };
  if (isFault(learned)) return learned;
  if (learned.kind === "learned" && learned.more) {
    await saveTraits(env.ARTIFACTS, traitsPlace, kept);
    return "";
  }
  const types = [...new Set(wanted.map(({ odataType }) => odataType))];
  const page = await policiesToMatch(env.DATABASE, tenantId, familyKey, types, { after, limit: POLICIES_PER_STEP });
  await learnTenant(kept, { tenantId, family }, page, env.ARTIFACTS);
  await saveTraits(env.ARTIFACTS, traitsPlace, kept);
  const last = page.length === POLICIES_PER_STEP ? page.at(-1) : undefined;
  if (last !== undefined) return last.graphId;

  const present = await policiesToMatch(env.DATABASE, tenantId, familyKey, types, { after: "", limit: ALL });
  const names = new Map(present.map(({ graphId, name }) => [graphId, name]));
  const known = await matchesOf(env.DATABASE, tenantId, followingId);
  const made = await policiesMadeAnew(env.DATABASE, tenantId, familyKey);
  const sought = wanted.flatMap(({ key, name, graphId }): Wanted[] => {
    const traits = kept.standard[key]?.traits;
    const knownId = knownIdOf({
      found: known.get(key)?.graphId,
      made: made.get(graphId),
      own: standard.homeTenantId === tenantId || family.restore.ownId ? graphId : null,
      only: family.single === null ? null : (present[0]?.graphId ?? null),
    });
    return traits === undefined ? [] : [{ key, name, traits, knownId }];
  });
  const unread = await unreadIn(env.DATABASE, tenantId, familyKey);
  const found = matchPolicies(
    sought,
    present.flatMap(({ graphId, name }) => {
      const traits = kept.tenant[graphId]?.traits;
      return traits === undefined ? [] : [{ graphId, name, traits }];
    }),
  );
  await recordMatches(
    env.DATABASE,
    place,
    sought.map(({ key, knownId }): StoredMatch => {
      const match = orUnread(found.get(key) ?? { kind: "none" }, knownId, unread);
      const graphId = "graphId" in match ? match.graphId : null;
      return {
        key,
        family: familyKey,
        kind: match.kind,
        graphId,
        name: graphId === null ? null : (names.get(graphId) ?? null),
        candidates:
          match.kind === "ambiguous"
            ? match.candidates
                .slice(0, 20)
                .map((candidate) => ({ graphId: candidate, name: names.get(candidate) ?? "" }))
            : [],
      };
    }),
  );
  return null;
}

/** What was not found may be one of the policies that could not be read (F35): the one that it is known as, or any. */
function orUnread(found: Found, knownId: string | null, unread: ReadonlySet<string>): Found | { kind: "unread" } {
  if (found.kind !== "none" || unread.size === 0) return found;
  return knownId !== null && unread.has(knownId) ? { kind: "id", graphId: knownId } : { kind: "unread" };
}

async function learnStandard(
  kept: KeptTraits<Traits>,
  standard: TenantStandard,
  family: KnownFamily,
  wanted: readonly VersionPolicy[],
  bucket: R2Bucket,
): Promise<{ kind: "learned"; more: boolean } | StandardFault> {
  const of = ({ contentHash }: VersionPolicy) => `${contentHash} ${standard.revision}`;
  for (const key of Object.keys(kept.standard)) {
    if (!wanted.some((policy) => policy.key === key)) delete kept.standard[key];
  }
  const unknown = wanted.filter((policy) => kept.standard[policy.key]?.of !== of(policy));
  const portion = unknown.slice(0, POLICIES_PER_STEP);
  const read = await eachOf(portion, async (policy) => ({ policy, held: await readHeld(bucket, standard, policy) }));
  for (const { policy, held } of read) {
    if (isFault(held)) return held;
    kept.standard[policy.key] = {
      of: of(policy),
      traits: traitsOf(family.key, held.document, standard.mapping),
    };
  }
  return { kind: "learned", more: unknown.length > portion.length };
}

/** A policy whose stored content cannot be read is as one that is not there: the comparison itself says that its family is unknown then. */
async function learnTenant(
  kept: KeptTraits<Traits>,
  { tenantId, family }: { tenantId: string; family: KnownFamily },
  page: readonly InventoryPolicy[],
  bucket: R2Bucket,
): Promise<void> {
  const unknown = page.filter(({ graphId, comparableHash }) => kept.tenant[graphId]?.of !== comparableHash);
  await eachOf(unknown, async ({ graphId, contentHash, comparableHash }) => {
    const payload = await readPayload(bucket, tenantId, contentHash);
    if (payload.kind !== "found") return;
    kept.tenant[graphId] = { of: comparableHash, traits: traitsOf(family.key, payload.document) };
  });
}

/** Writes a page of policies as they hold for the tenant into its baseline. Null when it was the last. */
async function holdPage(
  place: Place,
  standard: TenantStandard,
  after: string,
  { env }: UnitContext,
): Promise<string | null | StandardFault> {
  const { version, skipped } = standard;
  const { tenantId, followingId } = place;
  const page = await versionPolicies(standard.home, versionOf(standard), {
    family: null,
    after,
    limit: POLICIES_PER_STEP,
  });
  const matches = await matchesOf(env.DATABASE, tenantId, followingId);
  // Of what may be there unread, nothing is said.
  const wanted = page.filter(({ key }) => !skipped.includes(key) && matches.get(key)?.kind !== "unread");
  const targets = new Map<string, InventoryPolicy>();
  for (const [family, ofFamily] of Map.groupBy(wanted, (policy) => policy.family)) {
    const ids = ofFamily.flatMap(({ key }) => matches.get(key)?.graphId ?? []);
    const rows = await inventoryPolicies(env.DATABASE, tenantId, family, ids);
    for (const row of rows) targets.set(JSON.stringify([family, row.graphId]), row);
  }
  const read = await eachOf(wanted, async (policy) => ({
    policy,
    held: await readHeld(env.ARTIFACTS, standard, policy),
  }));
  const documents: { policy: VersionPolicy; document: JsonObject }[] = [];
  for (const { policy, held } of read) {
    if (isFault(held)) return held;
    documents.push({ policy, document: held.document });
  }
  const standsFor = await referencesOf(standard, matches, documents, env);
  const held = await eachOf(documents, async ({ policy, document }): Promise<HeldPolicy | null> => {
    const family = familyByKey(policy.family);
    if (family === null) return null;
    const graphId = matches.get(policy.key)?.graphId ?? null;
    const row = graphId === null ? undefined : targets.get(JSON.stringify([policy.family, graphId]));
    const target = row === undefined ? null : await readPayload(env.ARTIFACTS, tenantId, row.contentHash);
    const own = target?.kind === "found" ? target.document : null;
    const mapped = mapReferences(family.key, document, standsFor);
    const properties = { name: family.meaning.nameProperty, assignments: family.meaning.assignmentsProperty };
    const wantedDocument = withOwnParts(mapped, own, properties, version);
    const { hash: contentHash } = await putPayload(env.ARTIFACTS, tenantId, canonicalText(wantedDocument));
    const normal = normalText(meaningRules(family.key), wantedDocument);
    const { hash: normalHash } = await putPayload(env.ARTIFACTS, tenantId, normal, "normal-forms");
    return {
      family: policy.family,
      graphId: graphId ?? placeOfMissing(policy.key),
      name: row === undefined || version.names ? policy.name : row.name,
      platform: policy.platform,
      odataType: policy.odataType,
      contentHash,
      normalHash,
    };
  });
  await addHeld(
    env.DATABASE,
    place,
    held.filter((policy) => policy !== null),
  );
  return page.length === POLICIES_PER_STEP ? (page.at(-1)?.key ?? null) : null;
}

/**
 * What stands in the tenant for the things that the policies refer to: as a person has chosen; the tenant's policy that is the standard's; the only one of
 * its exact name in the inventory. Anything else keeps its id, and shows as a difference until a person says what stands for it.
 */
async function referencesOf(
  standard: TenantStandard,
  matches: ReadonlyMap<string, StoredMatch>,
  documents: readonly { policy: VersionPolicy; document: JsonObject }[],
  env: UnitContext["env"],
): Promise<Partial<Record<ReferenceKind, Record<string, MappedTo>>>> {
  const { home, version, homeTenantId, tenantId, mapping } = standard;
  const standsFor: Partial<Record<ReferenceKind, Record<string, MappedTo>>> = {};
  const put = (kind: ReferenceKind, id: string, to: MappedTo) => ((standsFor[kind] ??= {})[id] = to);
  for (const { kind, sourceId, targetId } of mapping) put(kind, sourceId, targetId);
  if (homeTenantId === tenantId) return standsFor;
  const found = documents.flatMap(({ policy, document }) => {
    const family = familyByKey(policy.family);
    if (family === null) return [];
    const { assignments: _assignments, ...unassigned } = document;
    return references(family.key, version.assignments ? document : unassigned);
  });
  const byFamily = Map.groupBy(found, ({ kind }) => familyOfKind(kind)?.key ?? "");
  const ofStandard = await keysOfVersion(home, versionOf(standard));
  for (const [family, things] of byFamily) {
    if (family === "") continue;
    const keys = new Map(
      ofStandard.flatMap((each) => (each.family === family ? [[each.graphId, each.key] as const] : [])),
    );
    const [there, here] = await Promise.all([
      namesInFamily(home, homeTenantId, family),
      namesInFamily(env.DATABASE, tenantId, family),
    ]);
    for (const { kind, id } of things) {
      if (standsFor[kind]?.[id] !== undefined) continue;
      const matched = matches.get(keys.get(id) ?? "")?.graphId ?? null;
      const name = there.get(id);
      const namesakes =
        name === undefined ? [] : [...here].flatMap(([other, called]) => (called === name ? [other] : []));
      const [only, ...more] = namesakes;
      if (matched !== null) put(kind, id, matched);
      else if (only !== undefined && more.length === 0) put(kind, id, only);
    }
  }
  return standsFor;
}
