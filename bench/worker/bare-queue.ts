/** The yardstick: a queue of its own, filled as fast as it takes messages and drained by a consumer that does nothing. */

const MESSAGES_PER_SEND = 100;

export interface BareRun {
  messages: number;
  consumed: number;
  startedAt: number;
  /** When the last message had been consumed; null until then. */
  finishedAt: number | null;
}

let current: BareRun = { messages: 0, consumed: 0, startedAt: 0, finishedAt: null };

export function readBareRun(): BareRun {
  return current;
}

/** Sends messages like those of a run, `sendsAtOnce` calls under way together. Resolves when the queue has taken all. */
export async function startBareRun(queue: Queue, messages: number, sendsAtOnce: number): Promise<void> {
  current = { messages, consumed: 0, startedAt: Date.now(), finishedAt: null };
  const runId = `run_${crypto.randomUUID()}`;
  let next = 0;
  const sender = async (): Promise<void> => {
    while (next < messages) {
      const first = next;
      const end = Math.min(messages, first + MESSAGES_PER_SEND);
      next = end;
      await queue.sendBatch(
        Array.from({ length: end - first }, (_, index) => ({
          body: { v: 1, runId, first: first + index, last: first + index },
        })),
      );
    }
  };
  await Promise.all(Array.from({ length: sendsAtOnce }, sender));
}

/** The empty consumer: what it does not refuse is acknowledged. */
export function consumeBare(batch: MessageBatch): void {
  current.consumed += batch.messages.length;
  if (current.consumed >= current.messages) current.finishedAt ??= Date.now();
}
