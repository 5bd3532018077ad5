/** The two queues: deliver at least once, in any order, sometimes late; give up after so many deliveries. */
import type { UnitMessage } from "../../src/contract/queue-messages.ts";
import type { ConsumedMessage } from "../../src/queue/deliveries.ts";
import type { Surroundings } from "./surroundings.ts";
import type { Process } from "./wire.ts";

interface QueuedMessage {
  body: UnitMessage;
  deliveries: number;
  availableAt: number;
}

type Handler = (messages: ConsumedMessage[], invocation: Invocation) => Promise<void>;

/** One run of a consumer. When it dies, the queue delivers again what it had; what it had acknowledged comes back or not. */
export class Invocation implements Process {
  alive = true;
  readonly sinceStep: number;
  readonly #onDeath: () => void;

  constructor(sinceStep: number, onDeath: () => void) {
    this.sinceStep = sinceStep;
    this.#onDeath = onDeath;
  }

  kill(): void {
    if (!this.alive) return;
    this.alive = false;
    this.#onDeath();
  }
}

const MAX_INVOCATIONS = 4;

export class QueueModel {
  readonly #world: Surroundings;
  readonly #name: "unit" | "dead";
  readonly #handle: Handler;
  readonly #maxDeliveries: number;
  readonly #exhausted: (message: UnitMessage) => void;
  #waiting: QueuedMessage[] = [];
  #invocations = 0;
  #nextPumpAt = Infinity;
  #downUntil = 0;

  constructor(
    world: Surroundings,
    options: {
      name: "unit" | "dead";
      handle: Handler;
      maxDeliveries: number;
      exhausted: (message: UnitMessage) => void;
    },
  ) {
    this.#world = world;
    this.#name = options.name;
    this.#handle = options.handle;
    this.#maxDeliveries = options.maxDeliveries;
    this.#exhausted = options.exhausted;
  }

  get idle(): boolean {
    return this.#waiting.length === 0 && this.#invocations === 0;
  }

  /** Takes messages in. Throws while the queue is down. */
  send(messages: readonly UnitMessage[]): void {
    const { faults, scheduler, random } = this.#world;
    if (this.#name === "unit" && faults.strikes("queue:down"))
      this.#downUntil = scheduler.now + 5_000 + random.below(120_000);
    if (faults.on && scheduler.now < this.#downUntil) throw new Error("the queue is down");
    for (const body of messages) this.#waiting.push({ body, deliveries: 0, availableAt: scheduler.now });
    this.#pump();
  }

  #pump(): void {
    const { scheduler } = this.#world;
    if (this.#waiting.length === 0 || this.#invocations >= MAX_INVOCATIONS) return;
    const at = Math.max(scheduler.now, Math.min(...this.#waiting.map(({ availableAt }) => availableAt)));
    if (at >= this.#nextPumpAt) return;
    this.#nextPumpAt = at;
    scheduler.later(() => {
      if (this.#nextPumpAt === at) this.#nextPumpAt = Infinity;
      this.#deliver();
      this.#pump();
    }, at - scheduler.now);
  }

  /** Takes some of what is available, in any order, and hands it to a new invocation. */
  #deliver(): void {
    if (this.#invocations >= MAX_INVOCATIONS) return;
    const { scheduler, random, faults, config } = this.#world;
    const size = 1 + random.below(config.batchSize);
    const batch: QueuedMessage[] = [];
    while (batch.length < size) {
      const available = this.#waiting.filter(({ availableAt }) => availableAt <= scheduler.now);
      const message = available[random.below(available.length)];
      if (message === undefined) break;
      this.#waiting.splice(this.#waiting.indexOf(message), 1);
      if (this.#name === "unit") {
        if (faults.strikes("queue:lose")) continue;
        if (faults.strikes("queue:delay")) {
          this.#waiting.push({ ...message, availableAt: scheduler.now + 1 + random.below(60_000) });
          continue;
        }
        if (faults.strikes("queue:duplicate")) this.#waiting.push({ ...message });
      }
      batch.push(message);
    }
    if (batch.length > 0) this.#invoke(batch);
  }

  #invoke(batch: QueuedMessage[]): void {
    const { faults, random, oracle } = this.#world;
    const answers = new Map<QueuedMessage, { kind: "ack" } | { kind: "retry"; delaySeconds: number }>();
    this.#invocations += 1;
    const end = (resolve: (message: QueuedMessage) => void): void => {
      this.#invocations -= 1;
      for (const message of batch) resolve(message);
      this.#pump();
    };
    const invocation = new Invocation(oracle.step, () =>
      end((message) => {
        if (answers.get(message)?.kind !== "ack" || random.chance(0.5)) this.#again(message, 1);
      }),
    );
    const messages = batch.map((message): ConsumedMessage => ({
      body: message.body,
      ack: () => {
        if (!invocation.alive) return;
        answers.set(message, { kind: "ack" });
        const { runId, first, last } = message.body;
        if (this.#name === "unit") oracle.acknowledged(runId, first, last, invocation.sinceStep);
      },
      retry: (options) => {
        if (invocation.alive) answers.set(message, { kind: "retry", delaySeconds: options?.delaySeconds ?? 0 });
      },
    }));
    const finish = (): void => {
      if (!invocation.alive) return;
      if (faults.strikes(this.#name === "unit" ? "consumer:acknowledged" : "dead:acknowledged"))
        return invocation.kill();
      invocation.alive = false;
      end((message) => {
        const answer = answers.get(message);
        if (answer === undefined) oracle.fail("queue", "a message was neither acknowledged nor retried");
        else if (answer.kind === "retry") this.#again(message, answer.delaySeconds);
      });
    };
    this.#handle(messages, invocation).then(finish, (error: unknown) =>
      oracle.fail("bug", `the consumer threw ${String(error)}`),
    );
  }

  #again(message: QueuedMessage, delaySeconds: number): void {
    const deliveries = message.deliveries + 1;
    if (deliveries > this.#maxDeliveries) return this.#exhausted(message.body);
    const availableAt = this.#world.scheduler.now + delaySeconds * 1_000;
    this.#waiting.push({ body: message.body, deliveries, availableAt });
  }
}
