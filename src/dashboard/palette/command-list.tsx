/** A dialog with a search field and what it finds, in groups: arrows move, Enter chooses. */
import { CommandPalette } from "@cloudflare/kumo/components/command-palette";
import { Dialog } from "@cloudflare/kumo/components/dialog";
import type { PaletteGroup, PaletteItem } from "./palette-matches.ts";

interface CommandListProps {
  /** Of the dialog and its field. */
  label: string;
  placeholder: string;
  query: string;
  onQuery: (query: string) => void;
  /** What matches the query. */
  groups: PaletteGroup[];
  empty: string;
  onClose: () => void;
}

export function CommandList({ label, placeholder, query, onQuery, groups, empty, onClose }: CommandListProps) {
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
      items={groups}
      value={query}
      onValueChange={onQuery}
      itemToStringValue={({ label: words }) => words}
      getSelectableItems={(all) => all.flatMap(({ items }) => items)}
      onSelect={choose}
    >
      <Dialog.Title className="sr-only">{label}</Dialog.Title>
      <CommandPalette.Input aria-label={label} placeholder={placeholder} />
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
        <CommandPalette.Empty>{empty}</CommandPalette.Empty>
      </CommandPalette.List>
    </CommandPalette.Root>
  );
}
