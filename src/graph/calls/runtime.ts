/** What the client needs from the outside, so that tests can move clocks instead of waiting. */
export interface GraphRuntime {
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Resolves after `ms`, or at once when the signal aborts; never rejects. */
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** In [0, 1). */
  random: () => number;
}

/** The platform's own. `fetch` is looked up at each call, so that a test may observe it. */
export function platformRuntime(now: () => number): GraphRuntime {
  return {
    fetch: (url, init) => globalThis.fetch(url, init),
    now,
    sleep: abortableSleep,
    random: () => Math.random(),
  };
}

function abortableSleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}
