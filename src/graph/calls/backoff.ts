/** How long to wait before asking again. Pure: time and chance come from the caller. */

const FIRST_BACKOFF_MS = 500;
const MAX_BACKOFF_MS = 16_000;
/** Spread on top of a Retry-After, so that units told the same time do not come back in the same instant. */
const RETRY_AFTER_SPREAD_MS = 250;
const DAY_MS = 86_400_000;

/**
 * A `Retry-After` header in milliseconds: whole or fractional seconds, or an HTTP date (RFC 9110, section 10.2.3). Null when
 * it is absent or means nothing; never negative, at most a day.
 */
export function parseRetryAfterMs(header: string | null, now: number): number | null {
  const text = header?.trim() ?? "";
  if (/^\d+(\.\d*)?$|^\.\d+$/.test(text)) return Math.min(DAY_MS, Math.ceil(Number(text) * 1000));
  // `Date.parse` takes "-5" for a year; an HTTP date begins with the name of a day.
  if (!/^[A-Za-z]{3,9},? /.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.min(DAY_MS, Math.max(0, at - now));
}

/** Exponential with jitter: between half and all of 0.5 s, 1 s, 2 s … 16 s. `attempt` counts from 0, `random` is in [0, 1). */
export function backoffMs(attempt: number, random: number): number {
  const ceiling = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.min(attempt, 16));
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}

/** What Graph asked for and a little more, or the back-off when it asked for nothing. */
export function waitMs(retryAfterMs: number | null, attempt: number, random: number): number {
  return retryAfterMs === null ? backoffMs(attempt, random) : retryAfterMs + Math.round(RETRY_AFTER_SPREAD_MS * random);
}
