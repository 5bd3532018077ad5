/** Why the change of a policy is unknown, by how far its log was read. Pure. */
import type { ChangeLog, UnknownChange } from "../../contract/changes.ts";
import { placeOf } from "./logs.ts";

/** How far a log was read; times in milliseconds since the epoch. */
export interface LogCoverage {
  coveredFrom: number | null;
  coveredUntil: number | null;
  /** Why the last reading failed; null when it did not. */
  reasonCode: string | null;
  reasonMessage: string | null;
}

/** The reason why no change is known in a span of time. `coverage` is null when no sync has tried to read the log. */
export function whyUnknown(
  log: ChangeLog,
  coverage: LogCoverage | null,
  { after, until, oldestKept }: { after: number; until: number; oldestKept: number },
): UnknownChange {
  const { label } = placeOf(log);
  if (coverage === null) return { code: "not_read", message: `No sync has read ${label} yet.` };
  const { coveredFrom, coveredUntil } = coverage;
  const behind: UnknownChange = {
    code: "log_behind",
    message: `${label} is not read as far yet: events appear late. The next sync reads on.`,
  };
  if (coveredFrom === null || coveredUntil === null) return failureOf(coverage) ?? behind;
  const failure = until > coveredUntil ? failureOf(coverage) : null;
  if (failure !== null) return failure;
  const knownFrom = Math.max(coveredFrom, oldestKept);
  if (after < knownFrom) {
    const from = new Date(knownFrom).toISOString().slice(0, 10);
    return { code: "older_than_kept", message: `${label} is known here from ${from} on, and the change may be older.` };
  }
  if (until > coveredUntil) return behind;
  return {
    code: "not_in_log",
    message: `${label} names no change of this policy in that time. Microsoft's services also change policies without an entry.`,
  };
}

const FAILURES = ["permission_missing", "log_unreachable", "log_behind"] as const;

function failureOf({ reasonCode, reasonMessage }: LogCoverage): UnknownChange | null {
  const code = FAILURES.find((known) => known === reasonCode);
  return code === undefined ? null : { code, message: reasonMessage ?? "" };
}
