/** What is said of deletions of tenants. Pure. */
import type { Offboarding, Verification } from "../../contract/offboarding.ts";

export const STATUS_WORDS: Readonly<
  Record<Offboarding["status"], { word: string; variant: "outline" | "warning" | "error" | "success" }>
> = {
  waiting: { word: "Waiting", variant: "warning" },
  withdrawn: { word: "Withdrawn", variant: "outline" },
  deleting: { word: "Deleting", variant: "warning" },
  deleted: { word: "Deleted", variant: "success" },
  incomplete: { word: "Incomplete", variant: "error" },
};

/** "1204 rows, 87 objects, 19 run objects". */
export function removedText({ rows, objects, runObjects }: Offboarding["removed"]): string {
  return [counted(sumOf(rows), "row"), counted(objects, "object"), counted(runObjects, "run object")].join(", ");
}

/** "Nothing", or what was found. */
export function foundText({ rows, objects, sockets }: Verification): string {
  const found = [
    [sumOf(rows), "row"],
    [objects, "object"],
    [sockets, "open socket"],
  ] as const;
  const left = found.filter(([count]) => count > 0).map(([count, noun]) => counted(count, noun));
  return left.length === 0 ? "Nothing" : left.join(", ");
}

function sumOf(rows: Readonly<Record<string, number>>): number {
  return Object.values(rows).reduce((sum, count) => sum + count, 0);
}

function counted(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}
