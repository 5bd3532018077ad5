/** A star in the one weight that the navigation shows. The first page brings it, and each of Phosphor's icons brings six weights. */
export function StarIcon({ size }: { size: number; "aria-hidden": true }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeLinejoin="round"
      aria-hidden
    >
      <path d="M8 1.5l2 4.3 4.7.5-3.5 3.2 1 4.7L8 11.8l-4.2 2.4 1-4.7L1.3 6.3l4.7-.5z" />
    </svg>
  );
}
