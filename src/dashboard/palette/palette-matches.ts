/** What of a palette matches what is typed. Pure. */
import { fold, foldedWords } from "../components/words.ts";

export interface PaletteItem {
  id: string;
  title: string;
  /** Beside the title: what kind of thing, or where. */
  note?: string;
  run: () => void;
}

export interface PaletteGroup {
  label: string;
  items: PaletteItem[];
}

/** The most of a group that is shown: a palette is for what one can name. */
const MOST = 8;

/** The groups with what matches, without those where nothing does. What begins with the words stands first. */
export function matchingGroups(groups: readonly PaletteGroup[], query: string, most = MOST): PaletteGroup[] {
  const words = foldedWords(query);
  const beginning = fold(query).trim();
  return groups.flatMap(({ label, items }) => {
    const found = items
      .filter(({ title, note = "" }) => {
        const text = fold(`${title}\n${note}`);
        return words.every((word) => text.includes(word));
      })
      .map((item) => ({ item, begins: fold(item.title).startsWith(beginning) }))
      .toSorted((one, other) => Number(other.begins) - Number(one.begins))
      .slice(0, most)
      .map(({ item }) => item);
    return found.length === 0 ? [] : [{ label, items: found }];
  });
}
