/** What the console says of moves of tenants. */
import type { TenantMove, TenantMoveState } from "../../contract/tenant-moves.ts";
import { counted } from "../components/digits.ts";

export const MOVE_WORDS: Readonly<
  Record<TenantMoveState, { word: string; variant: "outline" | "warning" | "success" }>
> = {
  draining: { word: "Takes no operations", variant: "warning" },
  copying: { word: "Cannot be changed", variant: "warning" },
  verifying: { word: "Cannot be changed", variant: "warning" },
  switched: { word: "Moved", variant: "success" },
  removing: { word: "Moved", variant: "success" },
  done: { word: "Moved", variant: "success" },
  abandoning: { word: "Being given up", variant: "outline" },
  abandoned: { word: "Given up", variant: "outline" },
};

/** "3 operations under way", "1316 rows copied"; null where nothing is known to count. */
export function countsText({ runsUnderWay, rowsCopied, rowsRemoved }: TenantMove): string | null {
  const told = [
    runsUnderWay === null ? [] : [`${counted(runsUnderWay, "operation", "operations")} under way`],
    rowsCopied === null ? [] : [`${counted(rowsCopied, "row", "rows")} copied`],
    rowsRemoved === null ? [] : [`${counted(rowsRemoved, "row", "rows")} removed`],
  ].flat();
  return told.length === 0 ? null : told.join(", ");
}
