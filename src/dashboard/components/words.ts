/** Searching loaded rows by words. Pure. */

/** Case and compatibility forms do not matter to a search. */
export function fold(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}

/** The words of a query, folded. A row matches when each of them occurs in it. */
export function foldedWords(query: string | undefined): string[] {
  return fold(query ?? "")
    .split(/\s+/)
    .filter((word) => word !== "");
}
