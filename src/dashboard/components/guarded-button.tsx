import { Button, type ButtonProps } from "./button.tsx";
import { type ReactNode, useId } from "react";

interface GuardedButtonProps {
  icon: ButtonProps["icon"];
  variant?: "primary" | "secondary";
  loading?: boolean;
  /** Why the person may not press it; null when they may. */
  refusal: string | null;
  /** Set where the button opens a dialog. */
  "aria-haspopup"?: "dialog";
  onClick: () => void;
  children: ReactNode;
}

/** A button that may be refused. It then stays focusable, says why, and does nothing. */
export function GuardedButton({ refusal, icon, children, ...rest }: GuardedButtonProps) {
  const id = useId();
  if (refusal === null) {
    return (
      <Button icon={icon} {...rest}>
        {children}
      </Button>
    );
  }
  return (
    <span className="group/refused relative inline-flex">
      <Button icon={icon} aria-disabled aria-describedby={id} className="opacity-60">
        {children}
      </Button>
      <span
        id={id}
        role="tooltip"
        className="absolute top-full left-0 z-30 mt-1 hidden w-max max-w-60 rounded-md bg-kumo-base px-2.5 py-1.5 text-xs shadow-md ring ring-kumo-line group-focus-within/refused:block group-hover/refused:block sm:right-0 sm:left-auto"
      >
        {refusal}
      </span>
    </span>
  );
}
