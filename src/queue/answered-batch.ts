/**
 * A batch whose answers are collected and told together. Measured: a hundred calls of the platform's `ack` cost more than
 * counting the hundred units, and the platform acts on answers only when the handler returns anyway.
 */
import type { ConsumedMessage } from "./deliveries.ts";

type Answer = { kind: "ack" } | { kind: "retry"; options: { delaySeconds?: number } | undefined };

export class AnsweredBatch {
  readonly messages: readonly ConsumedMessage[];
  readonly #batch: MessageBatch;
  readonly #answers: Answer[] = [];
  readonly #told: readonly Message[];

  constructor(batch: MessageBatch) {
    this.#batch = batch;
    this.#told = batch.messages;
    this.messages = this.#told.map(({ body }, index) => ({
      body,
      ack: () => {
        this.#answers[index] = { kind: "ack" };
      },
      retry: (options) => {
        this.#answers[index] = { kind: "retry", options };
      },
    }));
  }

  /** Passes the answers on. A message without one is delivered again: nobody has vouched for it. */
  tell(): void {
    if (this.#told.every((_, index) => this.#answers[index]?.kind === "ack")) {
      this.#batch.ackAll();
      return;
    }
    this.#told.forEach((message, index) => {
      const answer = this.#answers[index];
      if (answer?.kind === "ack") message.ack();
      else message.retry(answer?.options);
    });
  }
}
