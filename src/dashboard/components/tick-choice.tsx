import type { ReactNode } from "react";

interface TickChoiceProps {
  /** Names the box; what it means is told below it. */
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
  description?: ReactNode;
}

/** A choice of yes or no in a form, which its label ticks as well. */
export function TickChoice({ label, checked, onChange, disabled = false, description }: TickChoiceProps) {
  return (
    <label
      aria-label={label}
      className={`flex items-start gap-2.5 rounded-md px-2 py-1 ${disabled ? "opacity-70" : "cursor-pointer hover:bg-kumo-tint"}`}
    >
      <input
        type="checkbox"
        checked={checked}
        disabled={disabled}
        onChange={({ target }) => onChange(target.checked)}
        className="mt-0.5 size-4 shrink-0 accent-(--bar-fill)"
      />
      <span className="min-w-0">
        <span className="block">{label}</span>
        {description === undefined ? null : <span className="block text-xs text-kumo-subtle">{description}</span>}
      </span>
    </label>
  );
}
