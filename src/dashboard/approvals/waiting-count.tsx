import { ToldNumber } from "../components/told.tsx";
import { MOST_COUNTED, useWaitingCount } from "./queries.ts";

/** How many requests wait for the person's decision; nothing where none does, or as long as it is asked. */
export function WaitingCount() {
  const told = useWaitingCount();
  if (told.state === "loading" || (told.state === "told" && told.value === 0)) return null;
  return (
    <span
      className={`relative ml-auto rounded-full px-1.5 text-xs font-medium tabular ${
        told.state === "told" ? "bg-kumo-brand text-white" : "bg-(--bar-track) text-kumo-subtle"
      }`}
    >
      {told.state === "told" && told.value > MOST_COUNTED ? (
        `${MOST_COUNTED} or more`
      ) : (
        <ToldNumber told={told.state === "unknown" ? { ...told, last: null } : told} />
      )}
      <span className="sr-only"> waiting for you</span>
    </span>
  );
}
