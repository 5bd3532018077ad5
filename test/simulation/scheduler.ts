/** The scheduler of a simulated world: a virtual clock, and of all that could happen now, one thing at a time, by chance. */
import type { Random } from "./random.ts";

export interface Party {
  alive: boolean;
}

interface Pending {
  at: number;
  act: () => void;
}

const EPOCH = 1_800_000_000_000;

export class Scheduler {
  readonly #random: Random;
  readonly #ready: Pending[] = [];
  #timed: Pending[] = [];
  #now = EPOCH;

  constructor(random: Random) {
    this.#random = random;
  }

  /** The only clock of the simulated world, in milliseconds. */
  get now(): number {
    return this.#now;
  }

  get elapsedMs(): number {
    return this.#now - EPOCH;
  }

  /** Things that will still happen. */
  get pending(): number {
    return this.#ready.length + this.#timed.length;
  }

  /** Lets something happen, some time after the delay. */
  later(act: () => void, delayMs = 0): void {
    const pending = { at: this.#now + delayMs, act };
    if (delayMs <= 0) this.#ready.push(pending);
    else this.#timed.push(pending);
  }

  /** Moves the clock; what was due before a jump back stays due. */
  jump(milliseconds: number): void {
    this.#now += milliseconds;
    this.#ripen();
  }

  /** Does one thing that is due, or the next in time. False when nothing will ever happen again. */
  step(haste: number): boolean {
    if (this.#ready.length === 0 || this.#random.chance(haste)) this.#advance();
    const index = this.#random.below(this.#ready.length);
    const chosen = this.#ready[index];
    if (chosen === undefined) return false;
    const last = this.#ready.pop();
    if (last !== undefined && last !== chosen) this.#ready[index] = last;
    chosen.act();
    return true;
  }

  #advance(): void {
    let next = Infinity;
    for (const { at } of this.#timed) if (at < next) next = at;
    if (next === Infinity) return;
    this.#now = Math.max(this.#now, next);
    this.#ripen();
  }

  #ripen(): void {
    const waiting: Pending[] = [];
    for (const pending of this.#timed) (pending.at <= this.#now ? this.#ready : waiting).push(pending);
    this.#timed = waiting;
  }
}

/** Lets all promise callbacks run that can run now. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
