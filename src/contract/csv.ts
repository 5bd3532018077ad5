/** CSV as RFC 4180 says, safe to open in a spreadsheet. */

/** Its media type. */
export const CSV_MEDIA = "text/csv; charset=utf-8";

/** Told at the beginning of a file: spreadsheets take UTF-8 for something else without it. */
export const UTF8_MARK = "\uFEFF";

/** What a spreadsheet takes for a formula, full-width forms included, also behind white space. */
const FORMULA = /^\s*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/u;
/**
 * The same in the middle of a text, where another cell would begin for a spreadsheet that separates by semicolons or tabs (as
 * many languages' do), for which our quotes are not at the beginning of a cell.
 */
const LATER_FORMULA = /([;\t\r\n][\s"]*)(?=[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/gu;

export type CsvValue = string | number | boolean | null;

/** One record with its line end. Null is an empty field. */
export function csvRecord(values: readonly CsvValue[]): string {
  return `${values.map(field).join(",")}\r\n`;
}

function field(value: CsvValue): string {
  if (value === null) return "";
  // Numbers and truth values are ours; text may be anybody's. The quote is what spreadsheets take for "this is text".
  const text = typeof value === "string" ? disarmed(value) : String(value);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function disarmed(text: string): string {
  const later = text.replace(LATER_FORMULA, "$1'");
  return FORMULA.test(text) ? `'${later}` : later;
}
