/** Times: relative to read, absolute on hover and for machines. One clock ticks for all of them. */
import { useSyncExternalStore } from "react";
import { absoluteText } from "./clock.ts";
import { relativeTime } from "./relative-time.ts";

const TICK_MS = 10_000;
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    timer = setInterval(() => {
      now = Date.now();
      for (const each of listeners) each();
    }, TICK_MS);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) clearInterval(timer);
  };
}

/** An ISO time for people. What is not a time is shown as it came: Graph's fields are not ours to correct. */
export function Time({ at }: { at: string }) {
  useSyncExternalStore(subscribe, () => now);
  if (Number.isNaN(Date.parse(at))) return <span>{at}</span>;
  return (
    <time dateTime={at} title={absoluteText(at)}>
      {relativeTime(at, Date.now())}
    </time>
  );
}

export function AbsoluteTime({ at }: { at: string }) {
  return <time dateTime={at}>{absoluteText(at)}</time>;
}
