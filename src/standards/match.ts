/**
 * Which of a tenant's policies are those of a standard (decisions/190-matched-by-what-it-sets.md): by the very settings and values, then by the id that is
 * known from an earlier deployment or comparison, then by likeness. Never by name alone: a name only decides between policies that set the same, or that are
 * nothing but a name. One policy is never two; where several fit equally, none is chosen. Pure.
 */
import { likeness, type Traits } from "./traits.ts";

export interface Wanted {
  key: string;
  name: string;
  traits: Traits;
  /** The id that it is known to have in the tenant; null where none is known. */
  knownId: string | null;
}

export interface Present {
  graphId: string;
  name: string;
  traits: Traits;
}

export type Found =
  | { kind: "settings" | "alike" | "id"; graphId: string }
  | { kind: "ambiguous"; candidates: readonly string[] }
  | { kind: "none" };

/** Policies that share less are two: of what names its settings; of what common properties tell apart, whose likeness says less. */
const ALIKE = { named: 0.6, unnamed: 0.75 };
/** Of the likeness of what names its settings, so much is that of the settings, the rest that of their values. */
const OF_SETTINGS = 0.7;

interface Pair {
  wanted: Wanted;
  present: Present;
  score: number;
  /** Decides where scores are equal: how alike they are with the things that they refer to. */
  fit: number;
}

/** What a policy of a standard is known as in a tenant; null where nothing tells. */
export function knownIdOf(sources: {
  /** The id under which it was last found, and the one under which a deployment has made it. */
  found: string | null | undefined;
  made: string | undefined;
  /** The id in the home tenant, where it says the same here: at home itself, and where people choose ids that mean something. */
  own: string | null;
  /** The id of the only policy that a tenant can have of the family. */
  only: string | null;
}): string | null {
  return sources.only ?? sources.found ?? sources.made ?? sources.own;
}

/** Each wanted policy with what was found. Costs a comparison for each pair of one kind. */
export function matchPolicies(wanted: readonly Wanted[], present: readonly Present[]): Map<string, Found> {
  const found = new Map<string, Found>();
  const taken = new Set<Present>();
  const byKind = Map.groupBy(present, ({ traits }) => traits.kind);
  const pairs = wanted.flatMap((each) =>
    (byKind.get(each.traits.kind) ?? []).map((other): Pair => ({
      wanted: each,
      present: other,
      score: scoreOf(each, other),
      fit: likeness(each.traits.whole, other.traits.whole),
    })),
  );
  const open = ({ wanted: { key }, present: other }: Pair) => !found.has(key) && !taken.has(other);
  const settle = (level: readonly Pair[], kind: "settings" | "alike"): void => {
    for (const { wanted: one, present: other } of decided(level)) {
      found.set(one.key, { kind, graphId: other.graphId });
      taken.add(other);
    }
    const left = level.filter(open);
    for (const [key, ofOne] of Map.groupBy(left, ({ wanted: one }) => one.key)) {
      found.set(key, { kind: "ambiguous", candidates: ofOne.map(({ present: other }) => other.graphId) });
    }
    for (const { present: other } of left) taken.add(other);
  };

  const settleAll = (of: readonly Pair[], kind: "settings" | "alike"): void => {
    const levels = Map.groupBy(of, ({ score, fit }) => `${score} ${fit}`);
    const bestFirst = [...levels.values()].toSorted(([one], [other]) => better(other, one));
    for (const level of bestFirst) settle(level.filter(open), kind);
  };

  settleAll(
    pairs.filter(({ score }) => score === 1),
    "settings",
  );
  for (const pair of pairs) {
    if (!open(pair) || pair.wanted.knownId !== pair.present.graphId) continue;
    found.set(pair.wanted.key, { kind: "id", graphId: pair.present.graphId });
    taken.add(pair.present);
  }
  settleAll(
    pairs.filter((pair) => open(pair) && isAlike(pair)),
    "alike",
  );
  for (const { key } of wanted) if (!found.has(key)) found.set(key, { kind: "none" });
  return found;
}

/**
 * Of pairs that fit equally well, those of which nothing else says that they are another's: by the known id, by the name, and where there is no choice.
 */
function decided(level: readonly Pair[]): Pair[] {
  const chosen: Pair[] = [];
  let left = level;
  const take = (pairs: readonly Pair[]): void => {
    for (const pair of alone(pairs)) {
      chosen.push(pair);
      left = left.filter(({ wanted, present }) => wanted !== pair.wanted && present !== pair.present);
    }
  };
  take(left.filter(({ wanted, present }) => wanted.knownId === present.graphId));
  take(left.filter(({ wanted, present }) => wanted.name === present.name));
  take(left);
  return chosen;
}

/** Pairs neither of whose policies stands in another pair. */
function alone(pairs: readonly Pair[]): Pair[] {
  const ofWanted = Map.groupBy(pairs, ({ wanted }) => wanted);
  const ofPresent = Map.groupBy(pairs, ({ present }) => present);
  return pairs.filter(
    ({ wanted, present }) => ofWanted.get(wanted)?.length === 1 && ofPresent.get(present)?.length === 1,
  );
}

/** More than 0 where the first is the better one. */
function better(one: Pair | undefined, other: Pair | undefined): number {
  if (one === undefined || other === undefined) return 0;
  return one.score - other.score || one.fit - other.fit;
}

function isAlike({ wanted, present, score }: Pair): boolean {
  return score >= (wanted.traits.named && present.traits.named ? ALIKE.named : ALIKE.unnamed);
}

function scoreOf({ name, traits: one }: Wanted, { name: otherName, traits: other }: Present): number {
  // A scope tag, say, is nothing but its name.
  if (one.values.length === 0 && other.values.length === 0) return name === otherName ? 1 : 0;
  const values = likeness(one.values, other.values);
  if (values === 1 || !one.named || !other.named) return values;
  return Math.min(0.999, OF_SETTINGS * likeness(one.settings, other.settings) + (1 - OF_SETTINGS) * values);
}
