/** Tables of text: columns as wide as their widest cell, as terminals measure it. */
import { stripVTControlCharacters, styleText } from "node:util";
import { clean } from "./clean.ts";

export interface Column<Row> {
  title: string;
  /** Null: not known, or nothing to tell. */
  cell: (row: Row) => string | number | null;
  /** Numbers stand at the right. */
  right?: boolean;
}

const UNKNOWN = "–";
const NOTHING = "None.";
const SEGMENTS = new Intl.Segmenter("en", { granularity: "grapheme" });
/** East Asian wide and fullwidth letters, and pictures: two columns. */
const WIDE =
  /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Emoji_Presentation}|[\uFF01-\uFF60]/u;

/** Columns of a terminal that the text takes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of SEGMENTS.segment(stripVTControlCharacters(text))) width += WIDE.test(segment) ? 2 : 1;
  return width;
}

/** The lines of a table, its titles first; a word where it has no rows. Cells are cleaned. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], { color = false } = {}): string[] {
  if (rows.length === 0) return [NOTHING];
  const cells = rows.map((row) =>
    columns.map(({ cell }) => {
      const value = cell(row);
      return value === null ? UNKNOWN : clean(String(value));
    }),
  );
  const widths = columns.map(({ title }, index) =>
    Math.max(widthOf(title), ...cells.map((row) => widthOf(row[index] ?? ""))),
  );
  const line = (texts: readonly string[]): string =>
    columns
      .map(({ right }, index) => {
        const text = texts[index] ?? "";
        const room = " ".repeat(Math.max(0, (widths[index] ?? 0) - widthOf(text)));
        return right === true ? room + text : text + room;
      })
      .join("  ")
      .trimEnd();
  const titles = line(columns.map(({ title }) => title));
  return [color ? styleText("bold", titles, { validateStream: false }) : titles, ...cells.map(line)];
}

/** Names and values, a line each: `name   value`. */
export function facts(rows: readonly (readonly [name: string, value: string | number | null])[]): string[] {
  const width = Math.max(...rows.map(([name]) => widthOf(name)));
  return rows.map(
    ([name, value]) =>
      `${name}${" ".repeat(width - widthOf(name))}  ${value === null ? UNKNOWN : clean(String(value))}`,
  );
}
