/** How a request for Multi Admin Approval may end, how long it stands, and how often it is looked at. Pure. */

/** How a request for approval ended without one: an administrator said no, it was withdrawn, or nobody decided in time. */
export type Refusal = "rejected" | "canceled" | "expired";

/** A request that nobody has decided after three days is void: Microsoft's rule. */
export const APPROVAL_LIFETIME_MS = 3 * 24 * 3_600_000;
/** Clocks differ, and Graph may be late to call a request expired. */
const GRACE_MS = 3_600_000;
const SHORTEST_POLL_SECONDS = 30;
const LONGEST_POLL_SECONDS = 900;
/** The next look after one more twentieth of the time that it has waited so far. */
const SHARE_OF_AGE = 20;

/**
 * Seconds until a request is looked at again, by how long ago it was opened; null when it is looked at no more. An approval in the first
 * ten minutes is seen within half a minute, one of the third day within fifteen; about 360 looks in all.
 */
export function nextLookSeconds(ageMs: number): number | null {
  if (ageMs > APPROVAL_LIFETIME_MS + GRACE_MS) return null;
  return Math.min(LONGEST_POLL_SECONDS, Math.max(SHORTEST_POLL_SECONDS, Math.ceil(ageMs / 1000 / SHARE_OF_AGE)));
}
