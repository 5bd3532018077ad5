import type { ChangeEvent } from "react";

interface SelectFilterProps {
  label: string;
  value: string;
  options: readonly { value: string; label: string }[];
  onChange: (value: string) => void;
}

/** A filter with few choices: the browser's own control, which every keyboard, screen reader and phone knows. */
export function SelectFilter({ label, value, options, onChange }: SelectFilterProps) {
  return (
    <select
      aria-label={label}
      value={value}
      onChange={(event: ChangeEvent<HTMLSelectElement>) => onChange(event.target.value)}
      className="h-8 max-w-52 min-w-0 rounded-md bg-kumo-base px-2 text-sm text-kumo-default ring ring-kumo-line"
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}
