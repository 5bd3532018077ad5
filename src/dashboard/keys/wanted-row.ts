/** The row to go back to: whoever leaves a record for its list stands on the record's row again. */

/** Tries to focus the row that leads to an address; false where the list has none. */
type FocusRow = (pathname: string) => boolean;

const lists = new Set<FocusRow>();
let wanted: string | undefined;

/** Focuses the row of an address, in a list that is there now or that is read in a moment. True when it has focus already. */
export function wantRow(pathname: string): boolean {
  forgetRow();
  if ([...lists].some((focus) => focus(pathname))) return true;
  wanted = pathname;
  // Whatever the person does next says where they are.
  addEventListener("keydown", forgetRow, true);
  addEventListener("pointerdown", forgetRow, true);
  return false;
}

/** Nobody goes back. False: no row has focus. */
export function forgetRow(): false {
  wanted = undefined;
  removeEventListener("keydown", forgetRow, true);
  removeEventListener("pointerdown", forgetRow, true);
  return false;
}

/** A list that can be gone back to. Returns its end, and what to call when rows have come. */
export function offerRows(focus: FocusRow): { check: () => void; leave: () => void } {
  lists.add(focus);
  return {
    check: () => {
      if (wanted !== undefined && focus(wanted)) forgetRow();
    },
    leave: () => void lists.delete(focus),
  };
}
