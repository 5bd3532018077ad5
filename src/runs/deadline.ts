/**
 * Rejects when the work has not come to an end in time, and aborts the signal that the work was given. Work that does not heed it goes
 * on, and its answer is dropped, so this is only for calls that may be repeated. Without a deadline a call that never answers would hold
 * an object's alarm, and so the run.
 */
export async function withDeadline<T>(
  work: (signal: AbortSignal) => Promise<T>,
  milliseconds: number,
  what: string,
): Promise<T> {
  const abort = new AbortController();
  let timer: ReturnType<typeof setTimeout> | null = null;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const error = new Error(`${what} did not answer within ${milliseconds} ms`);
      reject(error);
      abort.abort(error);
    }, milliseconds);
  });
  try {
    return await Promise.race([work(abort.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}
