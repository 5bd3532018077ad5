/** Lists of rows for `json_each`: many rows with one bound value. */

/** D1 binds at most 2 MB a value; a fifth of it in UTF-16 leaves room for what UTF-8 adds. */
const MAX_LIST_LENGTH = 400_000;

/** The rows as JSON lists, in order, each below what D1 binds; none for no rows. */
export function jsonLists(rows: Iterable<unknown>): string[] {
  const lists: string[] = [];
  let list: string[] = [];
  let length = 0;
  for (const row of rows) {
    const text = JSON.stringify(row);
    if (list.length > 0 && length + text.length > MAX_LIST_LENGTH) {
      lists.push(`[${list.join(",")}]`);
      list = [];
      length = 0;
    }
    list.push(text);
    length += text.length + 1;
  }
  if (list.length > 0) lists.push(`[${list.join(",")}]`);
  return lists;
}
