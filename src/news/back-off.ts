/**
 * When a message is tried again: the times that Standard Webhooks recommends (https://www.standardwebhooks.com, "Deliverability and
 * reliability"), some three days in all. Pure.
 */
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** The wait after the first failed try, the second, and so on. */
export const WAITS_MS: readonly number[] = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];

/** Tries of a message in all. */
export const MAX_TRIES = WAITS_MS.length + 1;
/** A receiver that asks for more patience than that is tried all the same. */
const LONGEST_MS = 24 * HOUR_MS;
/** How much later than told a try may be, as a part of the wait: receivers that failed together are not called together. */
const JITTER = 0.1;

/**
 * Milliseconds until the next try after so many that failed; null when there is none. `random` is in [0, 1). `retryAfterMs` is what the receiver
 * asked for.
 */
export function waitAfter(
  failedTries: number,
  { random, retryAfterMs }: { random: number; retryAfterMs: number | null },
): number | null {
  const wait = WAITS_MS[failedTries - 1];
  if (wait === undefined) return null;
  const asked = Math.min(retryAfterMs ?? 0, LONGEST_MS);
  return Math.round(Math.max(wait, asked) * (1 + JITTER * random));
}

/** What a `Retry-After` header asks for, from now: seconds, or an HTTP date. Null for what says neither. */
export function readRetryAfter(header: string | null, now: number): number | null {
  if (header === null) return null;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * SECOND_MS;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
