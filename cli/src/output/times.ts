/** Times as tables show them: in UTC, to the minute, so that lines of several places agree. */

/** `never` where there was none. */
export function when(time: string | null): string {
  return time === null ? "never" : `${time.slice(0, 10)} ${time.slice(11, 16)}Z`;
}
