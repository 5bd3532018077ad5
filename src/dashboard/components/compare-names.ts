/** How names are sorted: numbers by their value, capital and small letters as equals, and alike on each reader's machine. */
export const compareNames = new Intl.Collator("en", { numeric: true, sensitivity: "base" }).compare;
