/** What is said of policies that could not be read. Pure. */
import type { Unread } from "../../contract/inventory.ts";

/** Acknowledged, and not over: its family does not fail for it. */
export function isAcknowledged({ acknowledgment }: Unread, now: number): boolean {
  return acknowledgment !== null && Date.parse(acknowledgment.until) > now;
}

/** "Acknowledged", or that it was; the name, the time and the end stand behind it. */
export function acknowledgedText(unread: Unread, now: number): string {
  return isAcknowledged(unread, now) ? "Acknowledged" : "Was acknowledged";
}
