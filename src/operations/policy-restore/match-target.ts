/** Which of the tenant's policies an item of a backup is. Never by guess: what could be more than one is nobody. Pure. */

/** A policy as far as matching looks at it. */
export interface Known {
  graphId: string;
  name: string;
  odataType: string | null;
}

export type Match =
  | { kind: "same_id"; graphId: string }
  /** Gone by its id; the tenant has exactly one other of its name and type that no other backup is of. */
  | { kind: "same_name"; graphId: string }
  | { kind: "none" }
  /** The tenant's policies that the item may be; or, of one alone, several items that may be it. */
  | { kind: "ambiguous"; candidates: readonly string[]; rivals: number }
  /** Graph has another type of policy by this id: nothing that an update could change. */
  | { kind: "other_type"; graphId: string };

/**
 * Finds the targets of a family's items, which stand in `items` with all those that the set has of the family (`ownIds`): a policy of
 * the tenant by whose id something was backed up is that backup's, and nobody else's by its name (F34).
 */
export function matchTargets(
  items: readonly Known[],
  tenant: readonly Known[],
  ownIds: ReadonlySet<string>,
): Map<Known, Match> {
  const byId = new Map(tenant.map((policy) => [policy.graphId, policy]));
  const strangers = Map.groupBy(
    tenant.filter(({ graphId }) => !ownIds.has(graphId)),
    nameAndType,
  );
  const gone = Map.groupBy(
    items.filter(({ graphId }) => !byId.has(graphId)),
    nameAndType,
  );
  return new Map(
    items.map((item): [Known, Match] => {
      const same = byId.get(item.graphId);
      if (same) {
        const kind = same.odataType === item.odataType ? "same_id" : "other_type";
        return [item, { kind, graphId: same.graphId }];
      }
      const candidates = (strangers.get(nameAndType(item)) ?? []).map(({ graphId }) => graphId);
      const [candidate] = candidates;
      if (candidate === undefined) return [item, { kind: "none" }];
      const rivals = (gone.get(nameAndType(item))?.length ?? 1) - 1;
      if (candidates.length > 1 || rivals > 0) return [item, { kind: "ambiguous", candidates, rivals }];
      return [item, { kind: "same_name", graphId: candidate }];
    }),
  );
}

/** Names are taken as they are: Graph tells "a" and "A" apart. */
function nameAndType({ name, odataType }: Known): string {
  return JSON.stringify([name, odataType]);
}
