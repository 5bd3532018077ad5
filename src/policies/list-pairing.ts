/** Which element of a list became which of another: by what names them, then by equality, then by how alike they are. */
import { compareCodeUnits, rfc8785Text as spelled } from "./canonical-json.ts";
import type { JsonValue } from "./json-value.ts";
import { elementIdentity, leavesOf, type ElementIdentity } from "./list-elements.ts";

/** An element of two lists, or of one of them. `key` and `number` tell it from all others of the same pairing. */
export interface PairedElement extends ElementIdentity {
  /** Among those of the same key, from 1: those of the first list by their place, then those that were added. */
  number: number;
  /** Places in the two lists; null where it is not. */
  beforeAt: number | null;
  afterAt: number | null;
}

interface Group {
  identity: ElementIdentity;
  before: number[];
  after: number[];
}

/** Looking at leaves to pair what nothing names: above this many, such elements count as removed and added. */
const LIKENESS_BUDGET = 2_000_000;

/**
 * Pairs the elements of two lists in normal form. Takes time in proportion to the lists, but for elements that nothing tells
 * apart, which are compared each with each within a fixed budget.
 */
export function pairElements(
  before: readonly JsonValue[],
  after: readonly JsonValue[],
  listPath: string,
): PairedElement[] {
  const groups = new Map<string, Group>();
  const groupOf = (element: JsonValue): Group => {
    const identity = elementIdentity(element, listPath);
    const group = groups.get(identity.group) ?? { identity, before: [], after: [] };
    groups.set(identity.group, group);
    return group;
  };
  before.forEach((element, at) => groupOf(element).before.push(at));
  after.forEach((element, at) => groupOf(element).after.push(at));
  const numbers = new Map<string | null, number>();
  return [...groups.values()].flatMap((group) =>
    placesOf(group, before, after).map((place) => {
      const number = (numbers.get(group.identity.key) ?? 0) + 1;
      numbers.set(group.identity.key, number);
      return { ...group.identity, number, ...place };
    }),
  );
}

function placesOf(group: Group, before: readonly JsonValue[], after: readonly JsonValue[]) {
  const partners = partnersOf(group, before, after);
  const taken = new Set(partners.values());
  return [
    ...group.before.map((at) => ({ beforeAt: at, afterAt: partners.get(at) ?? null })),
    ...group.after.filter((at) => !taken.has(at)).map((at) => ({ beforeAt: null, afterAt: at })),
  ];
}

/** For places in the first list their places in the second. */
function partnersOf(group: Group, before: readonly JsonValue[], after: readonly JsonValue[]): Map<number, number> {
  const [only, ...others] = group.before;
  const [onlyAfter, ...othersAfter] = group.after;
  if (only === undefined || onlyAfter === undefined) return new Map();
  if (others.length === 0 && othersAfter.length === 0) return new Map([[only, onlyAfter]]);

  const partners = new Map<number, number>();
  const spellings = (places: readonly number[], list: readonly JsonValue[]) =>
    places.map((at) => ({ at, element: list[at] ?? null, text: spelled(list[at] ?? null) }));
  const unpaired = new Map<string, number[]>();
  const afterSpelled = spellings(group.after, after);
  for (const { at, text } of afterSpelled.toReversed()) {
    const places = unpaired.get(text);
    if (places) places.push(at);
    else unpaired.set(text, [at]);
  }
  const left = spellings(group.before, before).filter(({ at, text }) => {
    const partner = unpaired.get(text)?.pop();
    if (partner !== undefined) partners.set(at, partner);
    return partner === undefined;
  });
  const taken = new Set(partners.values());
  const right = afterSpelled.filter(({ at }) => !taken.has(at));
  for (const [at, partner] of alike(left, right, group.identity.key !== null)) partners.set(at, partner);
  return partners;
}

interface Candidate {
  at: number;
  element: JsonValue;
  text: string;
}

/**
 * The most alike first; equal likeness is decided by the elements' texts, so that the order of a set decides nothing. Elements
 * of one name belong together however they differ; nameless ones only when they share something, or are the last two.
 */
function alike(left: readonly Candidate[], right: readonly Candidate[], named: boolean): [number, number][] {
  const [one] = left;
  const [other] = right;
  if (!one || !other) return [];
  if (left.length === 1 && right.length === 1) return [[one.at, other.at]];

  const leavesLeft = left.map(({ element }) => leavesOf(element));
  const looks = leavesLeft.reduce((sum, leaves) => sum + leaves.size, 0) * right.length;
  if (looks > LIKENESS_BUDGET) return [];
  const leavesRight = right.map(({ element }) => leavesOf(element));
  const pairs = left.flatMap((a, i) =>
    right.map((b, j) => ({ a, b, shared: sharedLeaves(leavesLeft[i], leavesRight[j]) })),
  );
  pairs.sort(
    (x, y) => y.shared - x.shared || compareCodeUnits(x.a.text, y.a.text) || compareCodeUnits(x.b.text, y.b.text),
  );
  const paired = new Map<number, number>();
  const taken = new Set<number>();
  for (const { a, b, shared } of pairs) {
    if (paired.has(a.at) || taken.has(b.at)) continue;
    const lastTwo = paired.size + 1 === Math.min(left.length, right.length) && left.length === right.length;
    if (shared === 0 && !named && !lastTwo) continue;
    paired.set(a.at, b.at);
    taken.add(b.at);
  }
  return [...paired];
}

function sharedLeaves(one: ReadonlySet<string> | undefined, other: ReadonlySet<string> | undefined): number {
  if (!one || !other) return 0;
  let shared = 0;
  for (const leaf of one) if (other.has(leaf)) shared += 1;
  return shared;
}
