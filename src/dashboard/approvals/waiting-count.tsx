import { MOST_COUNTED, useWaitingCount } from "./queries.ts";

/** How many requests wait for the person's decision; nothing where none does. */
export function WaitingCount() {
  const count = useWaitingCount();
  if (count === 0) return null;
  const text = count > MOST_COUNTED ? `${MOST_COUNTED} or more` : String(count);
  return (
    <span className="relative ml-auto rounded-full bg-kumo-brand px-1.5 text-xs font-medium text-white tabular">
      {text}
      <span className="sr-only"> waiting for you</span>
    </span>
  );
}
