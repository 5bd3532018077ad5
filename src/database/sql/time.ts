/** Rows hold times as milliseconds since the epoch; readers outside get ISO 8601 in UTC. */

export function isoTime(at: number): string {
  return new Date(at).toISOString();
}

/** Null for something that has not happened. */
export function isoTimeOrNull(at: number | null): string | null {
  return at === null ? null : isoTime(at);
}
