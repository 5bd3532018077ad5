/** A selection that outlives its page: leaving it for a policy, the browser's Back and a reload lose nothing. It ends with the tab. */
import { z } from "zod";
import { keepText, keptText } from "../components/kept-text.ts";
import { ALL_MATCHES, isEmpty, NOTHING, type Selection } from "./selection.ts";

const keptSchema = z.union([z.literal("matches"), z.array(z.string())]);
const keyOf = (setId: string): string => `tenantatlas.selection.${setId}`;

const ofThisTab = (): Storage => sessionStorage;

export function keepSelection(setId: string, selection: Selection): void {
  const kept = selection.kind === "matches" ? "matches" : [...selection.ids];
  keepText(keyOf(setId), isEmpty(selection) ? null : JSON.stringify(kept), ofThisTab);
}

export function keptSelection(setId: string): Selection {
  try {
    const kept = keptSchema.parse(JSON.parse(keptText(keyOf(setId), ofThisTab) ?? "[]"));
    return kept === "matches" ? ALL_MATCHES : { kind: "ids", ids: new Set(kept) };
  } catch {
    return NOTHING;
  }
}
