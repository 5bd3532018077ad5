/** Decides what a plan does with items: from the backup, the target and the references to an action and its exact writes. */
import { compareCodeUnits, rfc8785Text } from "../../policies/canonical-json.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../policies/json-value.ts";
import { readPayload } from "../../storage/payload-store.ts";
import type { ReferenceKind } from "../../contract/restore.ts";
import { type Decision, type ItemToDecide, recordDecisions } from "../../database/restore/restore-plan-items.ts";
import type { StoredPlan } from "../../database/restore/restore-plans.ts";
import { plannedPolicies, policiesOfSet } from "../../database/restore/restore-selection.ts";
import type { GraphClient } from "../../graph/client.ts";
import { familyOfKind, type KnownFamily } from "../../graph/families.ts";
import { omaSecretReferences, readOmaSecrets, type OmaSecrets } from "../../graph/oma-secrets.ts";
import { planRestore, type RestoreOptions, type RestorePlan } from "../../graph/restore/plan.ts";
import { type Reference, references } from "../../graph/restore/references.ts";
import { comparableHash } from "../../graph/restore/check-target.ts";
import { ok, type GraphFailure, type GraphResult } from "../../graph/result.ts";
import { openItemSecrets } from "../backup-sets/sealed-secrets.ts";
import type { UnitContext } from "../../runs/operation.ts";
import type { TenantPolicy } from "./compare-family.ts";
import {
  type DecidedReferences,
  decideReferences,
  type PlannedItem,
  type ReferenceSources,
} from "./decide-references.ts";
import { detailJson, type StoredDetail } from "./item-detail.ts";
import type { KnownReferences } from "./known-references.ts";
import type { Match } from "./match-target.ts";
import { putDetail } from "./plan-details.ts";
import { remarks, shownChanges, shownSteps } from "./review.ts";

export interface Comparison {
  plan: StoredPlan;
  family: KnownFamily;
  client: GraphClient;
  known: KnownReferences;
  context: UnitContext;
}

export interface ItemToCompare {
  item: ItemToDecide;
  match: Match;
  /** The whole document of the policy that the match names; null where it names none, or several. */
  target: JsonObject | null;
  candidates: readonly TenantPolicy[];
  /** Of an item that the tenant does not have: see `StoredDetail.namesakes`. */
  namesakes: readonly string[] | null;
}

/** R2 lets this many wait for an answer together. */
const CONCURRENT_OBJECTS = 6;

interface Draft extends ItemToCompare {
  /** What the backup holds; null when it cannot be read. */
  stored: JsonObject | null;
  secrets: OmaSecrets | null;
  found: Reference[];
}

/** Decides the items, durably, unless Graph fails: then nothing is recorded, and the failure is answered. */
export async function decideItems(
  comparison: Comparison,
  toCompare: readonly ItemToCompare[],
): Promise<GraphFailure | null> {
  const { plan, known, client, context } = comparison;
  const drafts = await inParallel(toCompare, (each) => draft(comparison, each));
  const found = drafts.flatMap((each) => each.found);
  const chosen = plan.options.mapping.flatMap(({ kind, targetId }) =>
    targetId === null ? [] : [{ kind, id: targetId }],
  );
  const failure = found.length === 0 ? null : await known.lookUp(client, context.now, [...found, ...chosen]);
  if (failure !== null) return failure;
  const sources = await referenceSources(comparison, found);

  const outcomes: Outcome[] = [];
  for (const each of drafts) {
    const outcome = await decide(comparison, each, decideReferences(each.found, sources));
    if (outcome.kind !== "ok") return outcome;
    outcomes.push(outcome.value);
  }
  await record(plan, outcomes, context);
  return null;
}

/** Blocks all items for one reason: their family cannot be read or is not known. */
export async function blockAll(
  plan: StoredPlan,
  items: readonly ItemToDecide[],
  reason: { code: string; message: string },
  context: UnitContext,
): Promise<void> {
  await record(
    plan,
    items.map((item) => blocked(item, reason, NO_REFERENCES)),
    context,
  );
}

interface Outcome {
  decision: Omit<Decision, "detailKey" | "detailHash">;
  detail: StoredDetail;
}

const NO_REFERENCES: DecidedReferences = { references: [], mapping: {}, missingCount: 0 };

async function draft({ plan, family, context }: Comparison, each: ItemToCompare): Promise<Draft> {
  const { item } = each;
  const payload = await readPayload(context.env.ARTIFACTS, plan.tenantId, item.contentHash);
  if (payload.kind !== "found") return { ...each, stored: null, secrets: null, found: [] };
  const secrets = await openItemSecrets(
    context.env,
    { tenantId: plan.tenantId, itemId: item.itemId },
    item.sealedSecrets,
  );
  const { assignments: _assignments, ...unassigned } = payload.document;
  const written = plan.options.assignments ? payload.document : unassigned;
  return { ...each, stored: payload.document, secrets, found: references(family.key, written) };
}

async function decide(
  comparison: Comparison,
  { item, match, target, candidates, namesakes, stored, secrets }: Draft,
  decided: DecidedReferences,
): Promise<GraphResult<Outcome>> {
  const { plan, family, client } = comparison;
  if (stored === null) {
    const message = "The stored content of the backup cannot be read.";
    return ok(blocked(item, { code: "backup_unreadable", message }, decided));
  }
  if (match.kind === "ambiguous") {
    const message =
      match.cause === "several"
        ? "The tenant has several policies of this name and type, and none by the id that was backed up."
        : "The tenant's policy of this name and type may be another item's as well, and none has the id that was backed up.";
    const outcome = blocked(item, { code: "ambiguous", message }, decided);
    const shown = candidates.map(({ graphId, name, odataType, lastModifiedAt }) => ({
      graphId,
      name,
      odataType,
      lastModifiedAt,
    }));
    return ok({
      decision: { ...outcome.decision, action: "ambiguous" },
      detail: { ...outcome.detail, candidates: shown },
    });
  }
  if (match.kind === "other_type") {
    const message = "The policy in the tenant is of another kind than the stored one.";
    return ok(blocked(item, { code: "different_type", message }, decided));
  }
  const options: RestoreOptions = {
    mode: target === null ? { kind: "create", namePrefix: plan.options.namePrefix ?? "" } : { kind: "update", target },
    assignments: plan.options.assignments,
    conditionalAccess: plan.options.conditionalAccess,
    mapping: decided.mapping,
    omaValues: new Set(Object.keys(secrets ?? {})),
    graphUrl: client.url("v1.0", "").replace(/\/v1\.0$/, ""),
  };
  let planned = planRestore(family.key, stored, options);
  const more: string[] = [];
  if (planned.kind === "unchanged" && target !== null && match.kind !== "none") {
    const same = await hasSameSecrets(comparison, match.graphId, target, stored, secrets ?? {});
    if (same.kind !== "ok") return same;
    if (!same.value) {
      // Sealed values are not in the documents: without its settings, the target differs in what has to be written.
      planned = planRestore(family.key, stored, {
        ...options,
        mode: { kind: "update", target: { ...target, omaSettings: [] } },
      });
      more.push("An encrypted value in the tenant is another than in the backup.");
    }
  }
  return ok(await outcomeOf(comparison, { item, match, target, stored, namesakes }, planned, decided, more));
}

async function outcomeOf(
  { plan, family }: Comparison,
  { item, match, target, stored, namesakes }: Omit<ItemToCompare, "candidates"> & { stored: JsonObject },
  planned: RestorePlan,
  decided: DecidedReferences,
  more: readonly string[],
): Promise<Outcome> {
  if (planned.kind === "blocked") return blocked(item, planned, decided);
  const nameInTenant = target?.[family.meaning.nameProperty];
  const found = {
    ...plain(item, decided),
    targetId: target === null || !("graphId" in match) ? null : match.graphId,
    targetName: typeof nameInTenant === "string" ? nameInTenant : null,
    targetHash: target === null ? null : await comparableHash(family.key, target),
  };
  if (planned.kind === "unchanged") {
    return {
      decision: { ...found, action: "unchanged", missingCount: 0 },
      detail: detailOf(item, { references: decided.references }),
    };
  }
  const changes = target === null ? [] : more.length > 0 ? [] : shownChanges(family, target, planned);
  return {
    decision: {
      ...found,
      action: target === null ? "create" : "update",
      changeCount: target === null ? 0 : Math.max(1, changes.length),
    },
    detail: detailOf(item, {
      writes: planned,
      namesakes: target === null && namesakes !== null ? [...namesakes] : null,
      steps: shownSteps(family, planned),
      changes,
      references: decided.references,
      notes: remarks(stored, planned, plan.options, more),
    }),
  };
}

/** Compares encrypted values in clear: nothing that Graph lists tells one from another. */
async function hasSameSecrets(
  { client, family }: Comparison,
  graphId: string,
  target: JsonObject,
  stored: JsonObject,
  secrets: OmaSecrets,
): Promise<GraphResult<boolean>> {
  if (Object.keys(secrets).length === 0) return ok(true);
  const present = await readOmaSecrets(client, family, { graphId, document: target });
  if (present.kind === "not_found") return ok(false);
  if (present.kind !== "ok") return present;
  return ok(rfc8785Text(byUri(stored, secrets)) === rfc8785Text(byUri(target, present.value)));
}

/** Values with what each is for, in one order. */
function byUri(document: JsonObject, secrets: OmaSecrets): JsonValue[] {
  const settings = document["omaSettings"];
  return (Array.isArray(settings) ? settings : [])
    .flatMap((setting): JsonValue[] => {
      const [reference] = omaSecretReferences({ omaSettings: [setting] });
      const value = reference === undefined ? undefined : secrets[reference];
      return value === undefined || !isJsonObject(setting) ? [] : [[setting["omaUri"] ?? null, value]];
    })
    .toSorted((a, b) => compareCodeUnits(rfc8785Text(a), rfc8785Text(b)));
}

function plain(item: ItemToDecide, { missingCount }: DecidedReferences) {
  return {
    ordinal: item.ordinal,
    targetId: null,
    targetName: null,
    targetHash: null,
    reasonCode: null,
    message: null,
    changeCount: 0,
    missingCount,
  };
}

function blocked(item: ItemToDecide, reason: { code: string; message: string }, decided: DecidedReferences): Outcome {
  return {
    decision: { ...plain(item, decided), action: "blocked", reasonCode: reason.code, message: reason.message },
    detail: detailOf(item, { references: decided.references }),
  };
}

function detailOf(item: ItemToDecide, detail: Partial<Outcome["detail"]>): Outcome["detail"] {
  const nothing: Pick<StoredDetail, "steps" | "changes" | "candidates" | "references" | "notes"> = {
    steps: [],
    changes: [],
    candidates: [],
    references: [],
    notes: [],
  };
  const { itemId, contentHash } = item;
  return { version: 1, itemId, contentHash, writes: null, namesakes: null, ...nothing, ...detail };
}

/** Details first, then the rows that refer to them. */
async function record(plan: StoredPlan, outcomes: readonly Outcome[], { env }: UnitContext): Promise<void> {
  const place = { tenantId: plan.tenantId, planId: plan.id };
  const decisions = await inParallel(outcomes, async ({ decision, detail }): Promise<Decision> => {
    const { key, hash } = await putDetail(env.ARTIFACTS, place, detailJson(detail));
    return { ...decision, detailKey: key, detailHash: hash };
  });
  await recordDecisions(env.DATABASE, plan.id, decisions);
}

/** What the plan and the backup set know of the references: two queries for each family that is referred to. */
async function referenceSources(
  { plan, known, context }: Comparison,
  found: readonly Reference[],
): Promise<ReferenceSources> {
  const { DATABASE } = context.env;
  const names = new Map<string, Map<string, string>>();
  const planned = new Map<string, Map<string, PlannedItem>>();
  for (const kind of new Set(found.map((reference) => reference.kind))) {
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

/** Results in the order of the inputs. */
async function inParallel<In, Out>(inputs: readonly In[], work: (input: In) => Promise<Out>): Promise<Out[]> {
  const results: Out[] = [];
  const queue = inputs.entries();
  const worker = async () => {
    for (const [index, input] of queue) results[index] = await work(input);
  };
  await Promise.all(Array.from({ length: CONCURRENT_OBJECTS }, worker));
  return results;
}
