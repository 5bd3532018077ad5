const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
let stop: ((signal: string) => void) | null = null;

/** What to do when this process is asked to end. */
export function onStopSignal(handler: (signal: string) => void): void {
  stop = handler;
  claimStopSignals();
}

/**
 * Miniflare and the libraries under it bring handlers of their own, which end the process on the spot, before anything
 * could be closed in good order. To be called after each creation of one.
 */
export function claimStopSignals(): void {
  if (!stop) return;
  for (const signal of SIGNALS) {
    // Ours comes before theirs go: with the last listener Node drops a signal that it has not passed on yet.
    const others = process.listeners(signal).filter((listener) => listener !== stop);
    if (!process.listeners(signal).includes(stop)) process.on(signal, stop);
    for (const listener of others) process.off(signal, listener);
  }
}
