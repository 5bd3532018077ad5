/**
 * Counting requests that may be sent again. An object that is reset (a deploy, say) loses answers to what it has done already, and
 * callers then repeat the request under its own id. What the proof reports counts each request once.
 */
import type { RunPulse } from "./run-store.ts";

/**
 * Requests that are remembered, the newest. A repetition follows its first attempt within about a second; with more than so many others
 * in between, its deliveries count twice. Verdicts never do: they are a matter of ordinals, not of requests.
 */
export const ANSWERED_REQUESTS_KEPT = 64;

/** The pulse's counts with this request in them: as it is answered now, and once, however often it comes. */
export function countRequest(
  pulse: RunPulse,
  request: { id: string; deliveries: number; suppressed: number },
): Pick<RunPulse, "deliveries" | "duplicatesSuppressed" | "answered"> {
  const known = pulse.answered.find(({ id }) => id === request.id);
  const suppressedBefore = known?.suppressed ?? 0;
  const suppressed = Math.max(suppressedBefore, request.suppressed);
  return {
    deliveries: pulse.deliveries + (known === undefined ? request.deliveries : 0),
    duplicatesSuppressed: pulse.duplicatesSuppressed + suppressed - suppressedBefore,
    answered: [...pulse.answered.filter((each) => each !== known), { id: request.id, suppressed }].slice(
      -ANSWERED_REQUESTS_KEPT,
    ),
  };
}
