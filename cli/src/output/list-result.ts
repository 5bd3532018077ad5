import type { Page } from "../api/api.ts";
import type { Context, Result } from "../context.ts";
import { EXIT } from "../exit-codes.ts";
import { type Column, table } from "./table.ts";

/** A table on the standard output, with the color that people there want. */
export function shownTable<Row>(
  { terminal }: Context,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): string[] {
  return table(columns, rows, { color: terminal.color && terminal.outIsTerminal });
}

/** What a command that lists comes to: the page as JSON, and its items as a table. */
export function listResult<Row>(context: Context, columns: readonly Column<Row>[], page: Page<Row>): Result {
  const { items, nextCursor } = page;
  return { code: EXIT.succeeded, json: { items, nextCursor }, lines: shownTable(context, columns, items) };
}
