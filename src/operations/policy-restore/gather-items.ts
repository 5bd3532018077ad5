/** Gathers all that decisions about items depend on: what the backup holds, and what the tenant has of the things they refer to. */
import type { ReferenceKind } from "../../contract/restore.ts";
import { recordedNames } from "../../database/backups/reference-names.ts";
import { plannedPolicies, policiesOfSet } from "../../database/restore/restore-selection.ts";
import { familyOfKind } from "../../graph/families.ts";
import { readOmaSecrets } from "../../graph/calls/read-oma-secrets.ts";
import { comparableHash } from "../../graph/calls/restore/check-target.ts";
import type { ReferenceId } from "../../graph/calls/reference-names.ts";
import { references } from "../../graph/restore/references.ts";
import { ok, type GraphResult } from "../../graph/calls/result.ts";
import { eachOf } from "../../storage/each-of.ts";
import { withOwnParts } from "../../standards/hold-for-tenant.ts";
import { readPayload } from "../../storage/payload-store.ts";
import { openItemSecrets } from "../backup-sets/sealed-secrets.ts";
import type { ComparedItem, Comparison, DecisionBasis, ItemWithTarget } from "./comparison.ts";
import { dependsOnTargetSecrets } from "./decide-items.ts";
import { readRestored } from "./restored-item.ts";
import type { PlannedItem, ReferenceSources } from "./decide-references.ts";

export interface Gathered {
  basis: DecisionBasis;
  items: ComparedItem[];
}

/**
 * All I/O of a portion. R2: a reading for each item. D1: two queries for each family that the items refer to, and one for names. Graph: the look-up of
 * references that no earlier step has looked up, and one request for each encrypted value of a target that is equal otherwise.
 */
export async function gatherItems(
  comparison: Comparison,
  found: readonly ItemWithTarget[],
): Promise<GraphResult<Gathered>> {
  const { plan, family, known, client, context } = comparison;
  const items = await withNames(comparison, await eachOf(found, (each) => withBackup(comparison, each)));
  const referred = items.flatMap((item) => item.references);
  const chosen = plan.options.mapping.flatMap(({ kind, targetId }) =>
    targetId === null ? [] : [{ kind, id: targetId }],
  );
  const own = ownIds(comparison, found);
  const wanted = referred.length + own.length === 0 ? [] : [...referred, ...chosen, ...own];
  const failure = wanted.length === 0 ? null : await known.lookUp(client, context.now, wanted);
  if (failure !== null) return failure;
  const basis: DecisionBasis = {
    family,
    options: plan.options,
    graphUrl: client.url("v1.0", "").replace(/\/v1\.0$/, ""),
    plannedAt: context.now(),
    sources: await referenceSources(comparison, new Set(referred.map(({ kind }) => kind))),
  };
  for (const item of items) {
    const { match, target } = item;
    if (target === null || !("graphId" in match) || !dependsOnTargetSecrets(basis, item)) continue;
    const present = await readOmaSecrets(client, family, { graphId: match.graphId, document: target });
    if (present.kind !== "ok" && present.kind !== "not_found") return present;
    item.targetSecrets = present.kind === "ok" ? present.value : "gone";
  }
  return ok({ basis, items });
}

/**
 * What else the tenant may have items as: a group that is not among those of its family may be one of chosen members by now. Nothing in mode
 * `create`, which makes copies whatever is there.
 */
function ownIds({ plan, family }: Comparison, found: readonly ItemWithTarget[]): ReferenceId[] {
  const kind = family.referenceKind;
  if (kind === null || family.reading.listFilter === "" || plan.options.mode === "create") return [];
  return found.flatMap(({ item, match }) => (match.kind === "none" ? [{ kind, id: item.graphId }] : []));
}

/** The items with what the things that they refer to were called when the items were taken. */
async function withNames(
  { plan, context }: Comparison,
  items: readonly Omit<ComparedItem, "nameAtBackup">[],
): Promise<ComparedItem[]> {
  const things = items.flatMap(({ item: { runId }, references }) =>
    references.map(({ kind, id }) => ({ runId, kind, id })),
  );
  const names = await recordedNames(context.env.DATABASE, plan.tenantId, things);
  return items.map((each) => ({
    ...each,
    nameAtBackup: (kind, id) => names.nameOf({ runId: each.item.runId, kind, id }),
  }));
}

async function withBackup(
  { plan, family, context }: Comparison,
  each: ItemWithTarget,
): Promise<Omit<ComparedItem, "nameAtBackup">> {
  const { item, target } = each;
  const targetHash = target === null ? null : await comparableHash(family.key, target);
  const payload = await readPayload(context.env.ARTIFACTS, plan.tenantId, item.contentHash);
  if (payload.kind !== "found") {
    return { ...each, targetHash, stored: null, secrets: {}, targetSecrets: null, restored: null, references: [] };
  }
  const secrets = await openItemSecrets(
    context.env,
    { tenantId: plan.tenantId, itemId: item.itemId },
    item.sealedSecrets,
  );
  const properties = { name: family.meaning.nameProperty, assignments: family.meaning.assignmentsProperty };
  const { standard } = plan.options;
  const stored =
    standard === undefined ? payload.document : withOwnParts(payload.document, target, properties, standard);
  const { assignments: _assignments, ...unassigned } = stored;
  const written = plan.options.assignments ? stored : unassigned;
  return {
    ...each,
    targetHash,
    stored,
    secrets: secrets ?? {},
    targetSecrets: null,
    restored: await readRestored(item, { tenantId: plan.tenantId, env: context.env }),
    // The tenant's own scope tags are kept as they are, whatever stands for the standard's.
    references: references(family.key, written).filter(
      ({ kind }) => kind !== "scopeTag" || standard === undefined || standard.assignments,
    ),
  };
}

/** What the plan and the backup set know of the references. */
async function referenceSources(
  { plan, known, context }: Comparison,
  kinds: ReadonlySet<ReferenceKind>,
): Promise<ReferenceSources> {
  const { DATABASE } = context.env;
  const names = new Map<string, Map<string, string>>();
  const planned = new Map<string, Map<string, PlannedItem>>();
  for (const kind of kinds) {
    const family = familyOfKind(kind)?.key ?? null;
    if (family === null || names.has(family)) continue;
    names.set(family, await policiesOfSet(DATABASE, plan.tenantId, plan.backupSetId, family));
    planned.set(family, await plannedPolicies(DATABASE, plan.id, family));
  }
  const of = <T>(maps: Map<string, Map<string, T>>, kind: ReferenceKind, id: string): T | null =>
    maps.get(familyOfKind(kind)?.key ?? "")?.get(id) ?? null;
  return {
    chosen: plan.options.mapping,
    presence: (kind, id) => known.presence(kind, id),
    named: (kind, name) => known.named(kind, name),
    backedUpName: (kind, id) => of(names, kind, id),
    planned: (kind, id) => of(planned, kind, id),
  };
}
