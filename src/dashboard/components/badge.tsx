/** A small label of a state, drawn as Kumo draws its own. */
import type { ReactNode } from "react";

const VARIANTS = {
  secondary: "bg-kumo-fill text-kumo-badge-neutral-subtle",
  error: "bg-kumo-danger-tint text-kumo-danger",
  warning: "bg-kumo-warning-tint text-kumo-warning",
  success: "bg-kumo-success-tint text-kumo-success",
  primary: "bg-kumo-badge-inverted text-kumo-badge-inverted",
  outline: "border border-kumo-fill bg-kumo-base text-kumo-default",
};

type BadgeVariant = keyof typeof VARIANTS;

interface BadgeProps {
  variant: BadgeVariant;
  children: ReactNode;
}

export function Badge({ variant, children }: BadgeProps) {
  return (
    <span
      className={`inline-flex w-fit flex-none shrink-0 items-center gap-1.5 justify-self-start rounded-full px-2 py-0.5 text-xs font-medium whitespace-nowrap [a:hover_&]:ring [a:hover_&]:ring-current ${VARIANTS[variant]}`}
    >
      {children}
    </span>
  );
}
