/** What stands above a list: the search field with further filters, and how much is shown. */
import { Input } from "./input.tsx";
import type { ReactNode } from "react";

interface SearchBarProps {
  /** The accessible name of the search field. */
  label: string;
  placeholder: string;
  value: string;
  maxLength?: number;
  /** Where few filters stand beside the field. */
  narrow?: boolean;
  onChange: (value: string) => void;
  /** Further filters. */
  children?: ReactNode;
}

export function SearchBar({ label, narrow = false, onChange, children, ...field }: SearchBarProps) {
  return (
    <div role="search" aria-label={label} className="flex flex-wrap items-center gap-2">
      <div className={`min-w-44 flex-1 ${narrow ? "sm:max-w-sm" : ""}`}>
        <Input
          {...field}
          size="sm"
          type="search"
          aria-label={label}
          className="h-8 w-full !text-sm"
          onChange={(event) => onChange(event.target.value)}
        />
      </div>
      {children}
    </div>
  );
}

interface ListStatusProps {
  text: string;
  /** Set when a later page of the list could not be read. */
  onRetry?: (() => void) | undefined;
}

export function ListStatus({ text, onRetry }: ListStatusProps) {
  return (
    <p role="status" className="flex min-h-5 items-center gap-2 text-xs text-kumo-subtle tabular">
      {text}
      {onRetry === undefined ? null : (
        <button type="button" className="cursor-pointer text-kumo-link underline" onClick={onRetry}>
          The rest could not be loaded. Try again
        </button>
      )}
    </p>
  );
}
