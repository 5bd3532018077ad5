/** How often to ask when nobody tells. Pure. */

export interface RefreshFacts {
  socketOpen: boolean;
  anyActive: boolean;
  visible: boolean;
}

/**
 * Milliseconds until the next poll; null while nobody looks. With an open socket polls are only a guard against one that
 * has died without a word.
 */
export function nextPollMs(facts: RefreshFacts): number | null {
  if (!facts.visible) return null;
  if (facts.socketOpen) return facts.anyActive ? 15_000 : 60_000;
  return facts.anyActive ? 2_000 : 15_000;
}

/**
 * Milliseconds until the next connection attempt, after `failures` in a row: full jitter below an exponential ceiling, so
 * that consoles do not come back in step after an outage. `random` is in [0, 1).
 */
export function reconnectMs(failures: number, random: number): number {
  const ceiling = Math.min(30_000, 1_000 * 2 ** Math.min(failures, 5));
  return 250 + Math.floor(random * ceiling);
}

/** How often a console asks on its open socket whether it is still heard, how long it waits for the answer, and for a socket to open. */
export const BEAT_EVERY_MS = 5_000;
export const BEAT_ANSWER_MS = 3_000;
export const CONNECT_MS = 10_000;
