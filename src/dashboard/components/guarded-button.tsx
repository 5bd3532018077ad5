import { Button, type ButtonProps } from "@cloudflare/kumo/components/button";
import type { ReactNode } from "react";

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
  if (refusal === null) {
    return (
      <Button icon={icon} {...rest}>
        {children}
      </Button>
    );
  }
  return (
    <Button icon={icon} aria-disabled title={refusal} className="opacity-60">
      {children}
    </Button>
  );
}
