/**
 * What is told of results that come close after each other. The first few are told each; then one message tells how many more there were, so
 * that a failure is not pushed away by what went well. Pure.
 */
import type { RunOutcome } from "../../contract/runs.ts";

/** Results told one by one: those that ended well, and beside them as many that did not. */
const TOLD_EACH = 3;

export interface Burst {
  lastMs: number;
  well: number;
  badly: number;
  /** Those that are told together: all, and how many of them did not end well. */
  together: { finished: number; withFailures: number };
}

export const NO_BURST: Burst = {
  lastMs: Number.NEGATIVE_INFINITY,
  well: 0,
  badly: 0,
  together: { finished: 0, withFailures: 0 },
};

/** With one more result. A burst ends when nothing has come for `endMs`. `each`: tell it by itself; otherwise tell `together`. */
export function withResult(burst: Burst, outcome: RunOutcome, nowMs: number, endMs: number) {
  const { well, badly, together } = nowMs - burst.lastMs > endMs ? NO_BURST : burst;
  const bad = outcome === "failed" || outcome === "partially_succeeded";
  if ((bad ? badly : well) < TOLD_EACH) {
    return {
      each: true,
      burst: { lastMs: nowMs, well: bad ? well : well + 1, badly: bad ? badly + 1 : badly, together },
    };
  }
  const next = {
    finished: together.finished + 1,
    withFailures: bad ? together.withFailures + 1 : together.withFailures,
  };
  return { each: false, burst: { lastMs: nowMs, well, badly, together: next } };
}
