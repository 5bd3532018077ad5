/** Which of the tenant's policies an item of a backup is. Never guesses: several candidates count as no match. Pure. */

/** A policy as far as matching looks at it. */
export interface Known {
  graphId: string;
  name: string;
  odataType: string | null;
}

/** One that the backup set holds. */
export interface BackedUp extends Known {
  /** Milliseconds since the epoch. */
  capturedAt: number;
}

/** One that the tenant has. */
export interface InTenant extends Known {
  /** Milliseconds since the epoch; null where Graph does not tell. */
  createdAt: number | null;
}

export type Match =
  | { kind: "same_id"; graphId: string }
  /** Gone by its id; an earlier restore has made this one of it, under an id that Graph chose. */
  | { kind: "made_anew"; graphId: string }
  /** Gone by its id; the tenant has exactly one of its name and type that can be what became of it. */
  | { kind: "same_name"; graphId: string }
  /** Of a standard: the tenant's policy that was found to be it, by what it sets or by the id that it is known by. */
  | { kind: "same_content"; graphId: string }
  | { kind: "none" }
  /**
   * `several`: of the tenant's may be it. `shared`: the one that may be it may be another item's as well. `alike`: of a
   * standard: several set the same. */
  | { kind: "ambiguous"; cause: "several" | "shared" | "alike"; candidates: readonly string[] }
  /** Graph has another type of policy by this id: nothing that an update could change. */
  | { kind: "other_type"; graphId: string };

export interface Matching {
  /** The plan's items of the family. */
  items: readonly BackedUp[];
  tenant: readonly InTenant[];
  /** Ids of all policies of the family that the set has a backup of. */
  ownIds: ReadonlySet<string>;
  /** What earlier restores have made of policies that were gone: the new ids by the ids of the backup. */
  madeAnew: ReadonlyMap<string, string>;
  /** See `Family.idsAreReused`. */
  idsAreReused: boolean;
  /** Of an undo: a policy is found by its id, or by the one that an earlier restore gave it, and never by its name. */
  idsOnly: boolean;
}

/**
 * Finds the items' targets: by id (the one that an earlier restore gave it, when the policy was gone), then by exact name and type. A
 * policy that has a backup of its own and was there when the item was taken is another policy, whatever it is called, and so is
 * what was made of another item (F34).
 */
export function matchTargets({
  items,
  tenant,
  ownIds,
  madeAnew,
  idsAreReused,
  idsOnly,
}: Matching): Map<BackedUp, Match> {
  const byId = new Map(tenant.map((policy) => [policy.graphId, policy]));
  const atId = (item: BackedUp): InTenant | undefined => {
    const policy = byId.get(item.graphId);
    return idsAreReused && !idsOnly && policy?.name !== item.name ? undefined : policy;
  };
  const byName = idsOnly ? new Map<string, InTenant[]>() : Map.groupBy(tenant, nameAndType);
  const followed = new Map<BackedUp, InTenant>();
  for (const item of items) {
    const policy = atId(item) ? undefined : byId.get(madeAnew.get(item.graphId) ?? "");
    // One with a backup of its own in the set is that item's.
    if (policy && policy.odataType === item.odataType && !ownIds.has(policy.graphId)) followed.set(item, policy);
  }
  const makers = new Map(
    [...madeAnew].flatMap(([graphId, madeId]) => (ownIds.has(graphId) ? [[madeId, graphId]] : [])),
  );
  const gone = items.filter((item) => !atId(item) && !followed.has(item));
  const candidates = new Map(
    gone.map((item) => [
      item,
      (byName.get(nameAndType(item)) ?? []).filter(
        ({ graphId, createdAt }) =>
          (makers.get(graphId) ?? item.graphId) === item.graphId &&
          (idsAreReused || maybeSame(item, { graphId, createdAt }, ownIds)),
      ),
    ]),
  );
  const claims = new Map<string, number>();
  const claim = (graphId: string) => claims.set(graphId, (claims.get(graphId) ?? 0) + 1);
  for (const item of items) if (atId(item)) claim(item.graphId);
  for (const found of candidates.values()) for (const { graphId } of found) claim(graphId);

  return new Map(
    items.map((item): [BackedUp, Match] => {
      const same = atId(item);
      if (same) {
        return [item, { kind: same.odataType === item.odataType ? "same_id" : "other_type", graphId: same.graphId }];
      }
      const made = followed.get(item);
      if (made) return [item, { kind: "made_anew", graphId: made.graphId }];
      const ids = (candidates.get(item) ?? []).map(({ graphId }) => graphId);
      const [id] = ids;
      if (id === undefined) return [item, { kind: "none" }];
      if (ids.length > 1) return [item, { kind: "ambiguous", cause: "several", candidates: ids }];
      if ((claims.get(id) ?? 0) > 1) return [item, { kind: "ambiguous", cause: "shared", candidates: ids }];
      return [item, { kind: "same_name", graphId: id }];
    }),
  );
}

/** Whether a policy of the same name may be what became of an item that is gone by its id. */
function maybeSame(
  item: BackedUp,
  policy: Pick<InTenant, "graphId" | "createdAt">,
  ownIds: ReadonlySet<string>,
): boolean {
  if (!ownIds.has(policy.graphId)) return true;
  return policy.createdAt !== null && policy.createdAt > item.capturedAt;
}

/** Names are taken as they are: Graph tells "a" and "A" apart. */
function nameAndType({ name, odataType }: Known): string {
  return JSON.stringify([name, odataType]);
}
