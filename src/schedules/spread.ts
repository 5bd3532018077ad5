/** The place of a schedule in its spread: the same each time, and another for each schedule. */
import { sha256Hex } from "../digests/sha256.ts";

/** Milliseconds, whole minutes: 0 up to but without the spread. */
export async function offsetIn(spreadMinutes: number, scheduleId: string): Promise<number> {
  if (spreadMinutes === 0) return 0;
  const place = Number.parseInt((await sha256Hex(scheduleId)).slice(0, 8), 16);
  return (place % spreadMinutes) * 60_000;
}
