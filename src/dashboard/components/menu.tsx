/** A button that opens a menu. What places the menu and moves in it is loaded when people come near the button. */
import { cloneElement, type ComponentType, type KeyboardEvent, type ReactElement, useState } from "react";
import { onDemand } from "./on-demand.ts";

const frame = onDemand(async () => (await import("./menu-frame.tsx")).MenuFrame);

export interface MenuItem {
  /** Where two items may have one label. */
  key?: string;
  label: string;
  onSelect: () => void;
  /** Set where one of the items is what is so now. */
  selected?: boolean;
  danger?: boolean;
}

export interface MenuGroup {
  label?: string;
  items: readonly MenuItem[];
}

export interface MenuProps {
  trigger: ReactElement<TriggerProps>;
  align: "start" | "end";
  /** Of the menu: its width. */
  className: string;
  /** With a line between them. */
  groups: readonly MenuGroup[];
}

interface TriggerProps {
  "aria-haspopup"?: "menu";
  "aria-expanded"?: boolean;
  onClick?: () => void;
  onPointerEnter?: () => void;
  onFocus?: () => void;
  onKeyDown?: (event: KeyboardEvent) => void;
}

export function Menu(props: MenuProps) {
  const [Frame, setFrame] = useState<ComponentType<MenuProps> | null>(null);
  const [fault, setFault] = useState<Error | null>(null);
  // The page says what is to be done about code that does not come.
  if (fault !== null) throw fault;
  if (Frame !== null) return <Frame {...props} />;
  // The button stays as it is until the code is there: taking its place earlier would take its focus, or the click itself.
  const open = () => {
    frame.load().then(
      (loaded) => setFrame(() => loaded),
      (error: unknown) => setFault(error instanceof Error ? error : new Error(String(error))),
    );
  };
  return cloneElement(props.trigger, {
    "aria-haspopup": "menu",
    "aria-expanded": false,
    onClick: open,
    onPointerEnter: frame.preload,
    onFocus: frame.preload,
    onKeyDown: (event) => {
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      event.preventDefault();
      open();
    },
  });
}
