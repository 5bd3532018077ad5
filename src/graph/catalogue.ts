/** The type of a list of families in which no key stands twice: a second one of a key does not compile. */
import type { Family } from "./families/family.ts";

/**
 * The entries themselves; in place of one whose key stood before, what is wrong with it. `Checked` collects them, because the compiler
 * follows a type through hundreds of steps only where each step is its last.
 */
type EachKeyOnce<
  Entries extends readonly Family[],
  Seen extends string = never,
  Checked extends readonly unknown[] = [],
> = Entries extends readonly [infer First extends Family, ...infer Rest extends readonly Family[]]
  ? First["key"] extends Seen
    ? EachKeyOnce<Rest, Seen, [...Checked, `The family ${First["key"]} is listed twice`]>
    : EachKeyOnce<Rest, Seen | First["key"], [...Checked, First]>
  : Checked;

/** The families in the order given. */
export function catalogue<Entries extends readonly Family[]>(
  ...entries: Entries & EachKeyOnce<Entries>
): readonly Entries[number][] {
  return entries;
}
