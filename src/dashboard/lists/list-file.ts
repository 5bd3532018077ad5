/** A list as the text of a file. Pure. decisions/170-files-of-lists-and-the-palette.md */
import { CSV_MEDIA, csvRecord, type CsvValue, UTF8_MARK } from "../../contract/csv.ts";

/** A column of a file: its title, and what an item has there. Null is an empty cell. */
export interface FileColumn<Item> {
  title: string;
  value: (item: Item) => CsvValue;
}

export const LIST_FORMATS = ["csv", "json"] as const;
export type ListFormat = (typeof LIST_FORMATS)[number];

const MEDIA: Record<ListFormat, string> = { csv: CSV_MEDIA, json: "application/json" };

/** CSV has the columns; JSON has all that the API tells of each item. */
export function listFile<Item>(
  format: ListFormat,
  items: readonly Item[],
  columns: readonly FileColumn<Item>[],
): { text: string; media: string } {
  const text =
    format === "json"
      ? `${JSON.stringify(items, null, 2)}\n`
      : [
          UTF8_MARK,
          csvRecord(columns.map(({ title }) => title)),
          ...items.map((item) => csvRecord(columns.map(({ value }) => value(item)))),
        ].join("");
  return { text, media: MEDIA[format] };
}

/** "contoso-policies-2026-11-29.csv": what it is, of whom, and of which day (UTC). */
export function fileName(tenant: string, list: string, format: ListFormat, at: Date): string {
  return `${tenant}-${list}-${at.toISOString().slice(0, 10)}.${format}`;
}
