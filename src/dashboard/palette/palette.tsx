/** The command palette: pages, tenants, policies, saved views, and what the person may do here, found by typing. */
import { useState } from "react";
import { CommandList } from "./command-list.tsx";
import { KeyTable } from "./key-table.tsx";
import { matchingGroups } from "./palette-matches.ts";
import { usePaletteGroups, useViewItems } from "./palette-groups.ts";

export type PalettePart = "commands" | "keys";

export interface PaletteProps {
  part: PalettePart | null;
  onPart: (part: PalettePart | null) => void;
}

export function Palette({ part, onPart }: PaletteProps) {
  const close = (open: boolean) => {
    if (!open) onPart(null);
  };
  return (
    <>
      {part === "commands" ? <Commands onClose={() => onPart(null)} onKeys={() => onPart("keys")} /> : null}
      <KeyTable open={part === "keys"} onOpenChange={close} />
    </>
  );
}

function Commands({ onClose, onKeys }: { onClose: () => void; onKeys: () => void }) {
  const [query, setQuery] = useState("");
  const groups = usePaletteGroups(query, onKeys);
  const views = useViewItems(query);
  const shown = matchingGroups(groups, query);
  if (views.length > 0) shown.push({ label: "Views, kept in this browser", items: views });
  return (
    <CommandList
      label="Go to, or do"
      placeholder="Go to a page, a tenant, a policy, or do something"
      query={query}
      onQuery={setQuery}
      groups={shown}
      empty="Nothing of that name."
      onClose={onClose}
    />
  );
}
