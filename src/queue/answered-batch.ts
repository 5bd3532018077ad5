/**
 * A batch whose answers are collected and told together: the platform acts on them only when the handler returns, and each
 * call into it costs as much as counting a unit does.
 */
import type { ConsumedMessage } from "./deliveries.ts";

interface RetryOptions {
  delaySeconds?: number;
}

class AnsweredMessage implements ConsumedMessage {
  readonly body: unknown;
  acknowledged = false;
  retryOptions: RetryOptions | undefined;

  constructor(body: unknown) {
    this.body = body;
  }

  ack(): void {
    this.acknowledged = true;
  }

  retry(options?: RetryOptions): void {
    this.acknowledged = false;
    this.retryOptions = options;
  }
}

export class AnsweredBatch {
  readonly messages: readonly AnsweredMessage[];
  readonly #batch: MessageBatch;
  readonly #originals: readonly Message[];

  constructor(batch: MessageBatch) {
    this.#batch = batch;
    this.#originals = batch.messages;
    this.messages = this.#originals.map((message) => new AnsweredMessage(message.body));
  }

  /** Passes the answers on. A message without one is delivered again: nobody has vouched for it. */
  tell(): void {
    if (this.messages.every(({ acknowledged }) => acknowledged)) {
      this.#batch.ackAll();
      return;
    }
    this.#originals.forEach((original, index) => {
      const answered = this.messages[index];
      if (answered?.acknowledged === true) original.ack();
      else original.retry(answered?.retryOptions);
    });
  }
}
