import type { ChangeEvent } from "react";

interface SelectFilterProps {
  label: string;
  value: string;
  options: readonly { value: string; label: string }[];
  onChange: (value: string) => void;
  /** As wide as its place, where the choices are long. */
  wide?: boolean;
}

/**
 * A filter with few choices: the browser's own control, which every keyboard, screen reader and phone knows. It is as wide as the choice that it
 * shows, where browsers can do that, so that nothing moves when the others are loaded.
 */
export function SelectFilter({ label, value, options, onChange, wide = false }: SelectFilterProps) {
  return (
    <select
      aria-label={label}
      value={value}
      onChange={(event: ChangeEvent<HTMLSelectElement>) => onChange(event.target.value)}
      className={`h-8 min-w-0 rounded-md bg-kumo-base px-2 text-sm text-kumo-default ring ring-kumo-line ${wide ? "w-full" : "field-sizing-content max-w-52"}`}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}
