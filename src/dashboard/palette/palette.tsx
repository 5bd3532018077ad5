/** The command palette: pages, tenants, policies, saved views, and what the person may do here, found by typing. */
import { CommandPalette } from "@cloudflare/kumo/components/command-palette";
import { Dialog } from "@cloudflare/kumo/components/dialog";
import { useState } from "react";
import { KeyTable } from "./key-table.tsx";
import { matchingGroups, type PaletteGroup, type PaletteItem } from "./palette-matches.ts";
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
  const choose = (item: PaletteItem) => {
    onClose();
    item.run();
  };
  return (
    <CommandPalette.Root<PaletteGroup, PaletteItem>
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      items={shown}
      value={query}
      onValueChange={setQuery}
      itemToStringValue={({ label }) => label}
      getSelectableItems={(all) => all.flatMap(({ items }) => items)}
      onSelect={choose}
    >
      <Dialog.Title className="sr-only">Go to, or do</Dialog.Title>
      <CommandPalette.Input aria-label="Go to, or do" placeholder="Go to a page, a tenant, a policy, or do something" />
      <CommandPalette.List>
        <CommandPalette.Results>
          {(group: PaletteGroup) => (
            <CommandPalette.Group key={group.label} items={group.items}>
              <CommandPalette.GroupLabel>{group.label}</CommandPalette.GroupLabel>
              <CommandPalette.Items>
                {(item: PaletteItem) => (
                  <CommandPalette.Item key={item.id} value={item} onClick={() => choose(item)}>
                    <span className="flex w-full min-w-0 items-baseline justify-between gap-4">
                      <bdi className="truncate">{item.title}</bdi>
                      {item.note === undefined ? null : (
                        <span className="shrink-0 text-xs text-kumo-subtle">{item.note}</span>
                      )}
                    </span>
                  </CommandPalette.Item>
                )}
              </CommandPalette.Items>
            </CommandPalette.Group>
          )}
        </CommandPalette.Results>
        <CommandPalette.Empty>Nothing of that name.</CommandPalette.Empty>
      </CommandPalette.List>
    </CommandPalette.Root>
  );
}
