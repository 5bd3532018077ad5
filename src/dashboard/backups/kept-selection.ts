/** A selection that outlives its page: leaving it for a policy, the browser's Back and a reload lose nothing. It ends with the tab. */
import { z } from "zod";
import { ALL_MATCHES, isEmpty, NOTHING, type Selection } from "./selection.ts";

const keptSchema = z.union([z.literal("matches"), z.array(z.string())]);
const keyOf = (setId: string): string => `tenantatlas.selection.${setId}`;

export function keepSelection(setId: string, selection: Selection): void {
  try {
    if (isEmpty(selection)) sessionStorage.removeItem(keyOf(setId));
    else
      sessionStorage.setItem(
        keyOf(setId),
        JSON.stringify(selection.kind === "matches" ? "matches" : [...selection.ids]),
      );
  } catch {
    // Storage is blocked or full: the selection lives as long as the page.
  }
}

export function keptSelection(setId: string): Selection {
  try {
    const kept = keptSchema.parse(JSON.parse(sessionStorage.getItem(keyOf(setId)) ?? "[]"));
    return kept === "matches" ? ALL_MATCHES : { kind: "ids", ids: new Set(kept) };
  } catch {
    return NOTHING;
  }
}
