import { useId } from "react";

interface Choice<T extends string> {
  value: T;
  label: string;
  description?: string;
  disabled?: boolean;
}

interface ChoicesProps<T extends string> {
  legend: string;
  options: readonly Choice<T>[];
  value: T;
  onChange: (value: T) => void;
}

/** One of a few, each with what follows from it: the browser's own radio buttons. */
export function Choices<T extends string>({ legend, options, value, onChange }: ChoicesProps<T>) {
  const name = useId();
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 font-medium">{legend}</legend>
      {options.map((option) => (
        <label
          key={option.value}
          className={`flex items-start gap-2.5 rounded-md px-2 py-1.5 ${option.disabled ? "opacity-60" : "cursor-pointer hover:bg-kumo-tint"}`}
        >
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            disabled={option.disabled}
            onChange={() => onChange(option.value)}
            className="mt-0.5 size-4 shrink-0 accent-(--bar-fill)"
          />
          <span className="min-w-0">
            <span className="block">{option.label}</span>
            {option.description === undefined ? null : (
              <span className="block text-xs text-kumo-subtle">{option.description}</span>
            )}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
