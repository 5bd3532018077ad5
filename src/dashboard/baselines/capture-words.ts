/** What a baseline of some families would hold, and what not. Pure. */
import type { FamilyState } from "../../contract/inventory.ts";
import { counted } from "../components/digits.ts";

export type CaptureScope = "all" | "chosen";

export const SCOPES: readonly { value: CaptureScope; label: string; description: string }[] = [
  { value: "all", label: "All families", description: "The whole tenant, as the inventory has it." },
  { value: "chosen", label: "Chosen families", description: "Only these are compared later." },
];

/** `nothing-read`: of none of them is there a complete reading. The server refuses both. */
export type CaptureFault = "nothing-chosen" | "nothing-read";

export function captureFault(captured: readonly FamilyState[]): CaptureFault | null {
  if (captured.length === 0) return "nothing-chosen";
  return captured.every(({ lastCompleteAt }) => lastCompleteAt === null) ? "nothing-read" : null;
}

/** Exact as long as nobody syncs meanwhile; the capture decides. */
export function holdingText(captured: readonly FamilyState[]): string {
  const read = captured.filter(({ lastCompleteAt }) => lastCompleteAt !== null);
  const policies = read.reduce((sum, { policyCount }) => sum + policyCount, 0);
  return `Holds ${counted(policies, "policy", "policies")} in ${counted(read.length, "family", "families")}.`;
}

/** What somebody should know before: families that the baseline knows nothing of, and those that it has an old reading of. */
export function gapNotes(captured: readonly FamilyState[]): string[] {
  const unread = captured.filter(({ lastCompleteAt }) => lastCompleteAt === null);
  const failed = captured.filter(
    ({ lastCompleteAt, lastOutcome }) => lastCompleteAt !== null && lastOutcome === "failed",
  );
  const notes: string[] = [];
  if (unread.length > 0) {
    notes.push(
      `Never read, so the baseline will know nothing of ${unread.length === 1 ? "it" : "them"}: ${labels(unread)}.`,
    );
  }
  if (failed.length > 0) {
    notes.push(`The last reading failed, so the baseline will hold what was read before: ${labels(failed)}.`);
  }
  return notes;
}

function labels(families: readonly FamilyState[]): string {
  return families.map(({ label }) => label).join(", ");
}
