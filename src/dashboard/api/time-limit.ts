/** The time that a request may take: until its answer begins, and until all of it is there. */

/** `answerMs`: until the server's answer begins. `wholeMs`: from then on until its last byte. */
export interface TimeLimit {
  answerMs: number;
  wholeMs: number;
}

/** Reads come from D1 and take milliseconds. */
export const READ_LIMIT: TimeLimit = { answerMs: 10_000, wholeMs: 30_000 };
/** Changes may wait for Microsoft's answer. */
export const CHANGE_LIMIT: TimeLimit = { answerMs: 60_000, wholeMs: 30_000 };
/** Of the question whether the server is there at all. */
export const PROBE_LIMIT: TimeLimit = { answerMs: 3_000, wholeMs: 3_000 };

/** Ends a request whose time is over. `signal` aborts with a `TimeoutError` then, or as the caller's own signal does. */
export interface Deadline {
  signal: AbortSignal;
  /** The answer has begun. */
  answered: () => void;
  /** All of the answer is there, or nobody waits for it any more. */
  done: () => void;
}

export function startDeadline({ answerMs, wholeMs }: TimeLimit, caller: AbortSignal | undefined): Deadline {
  const over = new AbortController();
  const end = () => over.abort(new DOMException("The time of the request is over", "TimeoutError"));
  let timer = setTimeout(end, answerMs);
  return {
    signal: caller === undefined ? over.signal : AbortSignal.any([caller, over.signal]),
    answered() {
      clearTimeout(timer);
      timer = setTimeout(end, wholeMs);
    },
    done: () => clearTimeout(timer),
  };
}

export function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === "TimeoutError";
}
