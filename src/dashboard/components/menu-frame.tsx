/** The menu of `menu.tsx`, from its first opening on. */
import { DropdownMenu } from "@cloudflare/kumo/components/dropdown";
import { useEffect, useState } from "react";
import type { MenuProps } from "./menu.tsx";

export function MenuFrame({ trigger, align, className, groups }: MenuProps) {
  const [open, setOpen] = useState(false);
  // Opened once its button is there, which gets the focus back when it closes.
  useEffect(() => setOpen(true), []);
  return (
    <DropdownMenu open={open} onOpenChange={setOpen}>
      <DropdownMenu.Trigger render={trigger} />
      <DropdownMenu.Content align={align} className={className}>
        {groups.map(({ label, items }, at) => (
          <DropdownMenu.Group key={label ?? items[0]?.label ?? at}>
            {at === 0 ? null : <DropdownMenu.Separator />}
            {label === undefined ? null : <DropdownMenu.Label>{label}</DropdownMenu.Label>}
            {items.map((item) => (
              <DropdownMenu.Item
                key={item.key ?? item.label}
                onClick={item.onSelect}
                {...(item.danger ? { variant: "danger" } : {})}
                {...(item.selected === undefined ? {} : { selected: item.selected })}
              >
                {item.label}
              </DropdownMenu.Item>
            ))}
          </DropdownMenu.Group>
        ))}
      </DropdownMenu.Content>
    </DropdownMenu>
  );
}
