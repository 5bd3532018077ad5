interface LinkButtonProps {
  onClick: () => void;
  children: string;
}

/** A button inside a text, where the address stays as it is. */
export function LinkButton({ onClick, children }: LinkButtonProps) {
  return (
    <button
      type="button"
      onClick={onClick}
      className="cursor-pointer font-medium text-kumo-link underline underline-offset-2"
    >
      {children}
    </button>
  );
}
