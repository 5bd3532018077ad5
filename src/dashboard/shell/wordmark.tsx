export function Wordmark() {
  return (
    <span className="flex items-center gap-2 font-semibold tracking-tight">
      <svg viewBox="0 0 32 32" aria-hidden className="size-6 shrink-0">
        <rect width="32" height="32" rx="7" fill="#1f5fe0" />
        <path
          d="M8 11.5 13 9l6 2.5L24 9v11.5L19 23l-6-2.5L8 23zM13 9v11.5M19 11.5V23"
          fill="none"
          stroke="#fff"
          strokeWidth="2"
          strokeLinejoin="round"
        />
      </svg>
      TenantAtlas
    </span>
  );
}
