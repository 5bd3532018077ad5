/** A dialog with a search field and what it finds, in groups: arrows move, Enter chooses. */
import { CommandPalette } from "@cloudflare/kumo/components/command-palette";
import { Dialog } from "@cloudflare/kumo/components/dialog";
import { useEffect, useId } from "react";
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
  const fieldId = useId();
  useFocusWhileOpen(fieldId);
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
      <CommandPalette.Input id={fieldId} aria-label={label} placeholder={placeholder} />
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

/**
 * Puts the focus into the field, and back where it was when the dialog goes. The dialog does neither by itself: it is open from its first rendering
 * on, and taken away while it is.
 */
function useFocusWhileOpen(fieldId: string): void {
  useEffect(() => {
    const before = document.activeElement;
    const frame = requestAnimationFrame(() => document.getElementById(fieldId)?.focus({ preventScroll: true }));
    return () => {
      cancelAnimationFrame(frame);
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, [fieldId]);
}
