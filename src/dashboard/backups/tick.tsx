/** A box to tick: the browser's own, in a label that gives it a touchable size. */
import { useEffect, useRef } from "react";

interface TickProps {
  label: string;
  state: "none" | "some" | "all";
  onChange: () => void;
  disabled?: boolean;
  className?: string;
}

export function Tick({ label, state, onChange, disabled = false, className = "" }: TickProps) {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current !== null) box.current.indeterminate = state === "some";
  }, [state]);
  return (
    <label className={`relative z-10 flex size-10 shrink-0 cursor-pointer items-center justify-center ${className}`}>
      <input
        ref={box}
        type="checkbox"
        aria-label={label}
        checked={state === "all"}
        disabled={disabled}
        onChange={onChange}
        className="size-4 cursor-pointer accent-(--bar-fill)"
      />
    </label>
  );
}
