import { groupDigits } from "../../contract/progress.ts";

/** A count with its digits grouped. Takes a number that is there; for one that may be missing there is `ToldNumber`. */
export function digits(count: number): string {
  // oxlint-disable-next-line tenantatlas/unknown-is-not-zero -- This is the function that takes numbers only.
  return groupDigits(String(count));
}

/** "1 policy", "1,200 policies". */
export function counted(count: number, one: string, many: string): string {
  return `${digits(count)} ${count === 1 ? one : many}`;
}
