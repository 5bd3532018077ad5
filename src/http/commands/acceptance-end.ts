import { MAX_ACCEPTANCE_DAYS } from "../../contract/acceptances.ts";
import { invalidInput } from "../routing/requests.ts";

const DAY_MS = 86_400_000;

/** When an acceptance ends, in milliseconds since the epoch. Throws `invalid_input` for an end that is over or too far away. */
export function acceptanceEnd(until: string, now: number): number {
  const end = Date.parse(until);
  if (end <= now || end > now + MAX_ACCEPTANCE_DAYS * DAY_MS) {
    throw invalidInput([{ path: "until", message: `must be within the next ${MAX_ACCEPTANCE_DAYS} days` }]);
  }
  return end;
}
