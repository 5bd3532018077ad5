const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
let stop: ((signal: string) => void) | null = null;

/** What to do when this process is asked to end. */
export function onStopSignal(handler: (signal: string) => void): void {
  stop = handler;
  claimStopSignals();
}

/**
 * Miniflare brings handlers of its own, which end the process on the spot, before anything could be closed in good order.
 * To be called after each creation of one.
 */
export function claimStopSignals(): void {
  for (const signal of SIGNALS) {
    process.removeAllListeners(signal);
    if (stop) process.on(signal, stop);
  }
}
