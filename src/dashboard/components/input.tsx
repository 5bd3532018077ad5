/** Fields of text with their labels, drawn as Kumo draws its own (decisions/167-what-the-first-page-weighs.md). */
import { type ComponentProps, type ReactNode, useId } from "react";

interface Labels {
  /** Without one the field has an `aria-label`. */
  label?: ReactNode;
  /** Stands below, unless `error` does. */
  description?: ReactNode;
  /** Why what was entered is not taken. */
  error?: string | undefined;
}

type InputProps = Omit<ComponentProps<"input">, "size"> & Labels & { size?: "sm" | "base" };

const SIZES = { sm: "h-6.5 rounded-md px-2 text-xs", base: "h-9 rounded-lg px-3 text-base" };

/** One line. */
export function Input({ size = "base", label, description, error, className = "", id, ...rest }: InputProps) {
  const field = useField({ label, description, error }, id);
  return (
    <Field {...field} required={rest.required}>
      <input {...rest} {...field.control} className={`${field.looks} ${SIZES[size]} ${className}`} />
    </Field>
  );
}

/** Several lines. */
export function InputArea({
  label,
  description,
  error,
  className = "",
  id,
  ...rest
}: ComponentProps<"textarea"> & Labels) {
  const field = useField({ label, description, error }, id);
  return (
    <Field {...field} required={rest.required}>
      <textarea
        {...rest}
        {...field.control}
        className={`${field.looks} h-auto rounded-lg px-3 py-2 text-base ${className}`}
      />
    </Field>
  );
}

function useField({ label, description, error }: Labels, id: string | undefined) {
  const made = useId();
  const refused = error !== undefined && error !== "";
  const note = refused ? error : description;
  const noteId = note === undefined || note === null ? null : `${made}-note`;
  return {
    label,
    note,
    noteId,
    refused,
    looks: `kumo-input-placeholder border-0 bg-kumo-control text-kumo-default ring outline-none focus:ring-[1.5px] focus:outline-none disabled:text-kumo-disabled ${
      refused ? "!ring-kumo-danger focus:ring-kumo-danger/50" : "ring-kumo-line focus:ring-kumo-focus/50"
    }`,
    control: {
      id: id ?? made,
      ...(refused ? { "aria-invalid": true } : {}),
      ...(noteId === null ? {} : { "aria-describedby": noteId }),
    },
  };
}

interface FieldProps extends Omit<ReturnType<typeof useField>, "looks"> {
  required: boolean | undefined;
  children: ReactNode;
}

function Field({ label, note, noteId, refused, control, required, children }: FieldProps) {
  if (label === undefined && noteId === null) return children;
  return (
    <div className="grid grid-cols-1 gap-2">
      {label === undefined ? null : (
        <label htmlFor={control.id} className="m-0 text-base font-medium text-kumo-default select-none">
          {label}
          {required === false ? <span className="font-normal text-kumo-subtle"> (optional)</span> : null}
        </label>
      )}
      {children}
      {noteId === null ? null : (
        <p id={noteId} className={`text-sm leading-snug ${refused ? "text-kumo-danger" : "text-kumo-subtle"}`}>
          {note}
        </p>
      )}
    </div>
  );
}
