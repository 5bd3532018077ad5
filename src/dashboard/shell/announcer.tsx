/** Spoken news for screen readers: a run that starts or finishes, never a tick of its progress. */
import { useSyncExternalStore } from "react";

let message = "";
const listeners = new Set<() => void>();

/** Says `text` politely. Saying the same text twice is heard twice. */
export function announce(text: string): void {
  // A trailing space makes an equal text a change, which is what a live region reacts to.
  message = text === message ? `${text} ` : text;
  for (const listener of listeners) listener();
}

export function Announcer() {
  const text = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => message,
  );
  return (
    <div className="sr-only" role="status" aria-live="polite" aria-atomic="true">
      {text}
    </div>
  );
}
