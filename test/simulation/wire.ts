/** Calls between simulated processes: each takes its time, and can be lost on the way there or on the way back. */
import type { Engine } from "./engine.ts";
import type { FaultPlan } from "./fault-points.ts";
import type { Random } from "./random.ts";
import type { Party, Scheduler } from "./scheduler.ts";

/** A process that can be ended at any time; nothing of it goes on afterwards. */
export interface Process extends Party {
  kill(): void;
}

export interface Wire {
  scheduler: Scheduler;
  random: Random;
  faults: FaultPlan;
  repeatCall: Engine["repeatCall"];
  /** Told what happens, for people who look at one schedule. */
  trace: (...words: string[]) => void;
}

/** Who calls whom: names the fault points `call:<name>:…` and the crash points `await:<name>:…`. */
export interface Call<T> {
  name: string;
  /** The effect at the other end. Throwing rejects the call. */
  apply: () => T;
  /** An effect that is only half done before the call is rejected. */
  half?: () => void;
  /** Of a call to a Durable Object: ends the instance that it reached. */
  reset?: () => void;
  delayMs?: number;
}

const SLOW_MS = 60_000;

/** The platform ends an alarm or a consumer that takes longer. */
const PLATFORM_LIMIT_MS = 15 * 60_000;
/** Calls that nobody waits for with all else: one that never answers holds nothing up. */
const BACKGROUND = new Set(["project", "publish", "report", "renew"]);
/** Calls that the object's adapter gives up on, so that what hangs does not hold its alarm. */
const WITH_DEADLINE = new Set(["plan", "dispatch", "deferred", "heal", "finalize", "advance", "abandon"]);
const DEADLINE_MS = 60_000;

/**
 * Makes a call on behalf of a process. The effect and the answer are two steps of the scheduler, with anything in between.
 * A process that died does not hear the answer; what it had sent may still take effect.
 */
export function call<T>(wire: Wire, caller: Process, { name, apply, half, reset, delayMs = 0 }: Call<T>): Promise<T> {
  const { scheduler, faults, random } = wire;
  return new Promise((resolve, reject) => {
    if (!caller.alive) return;
    const answer = (settle: () => void): void =>
      scheduler.later(() => {
        if (!caller.alive) return;
        wire.trace(name, "is answered");
        if (faults.strikes(`await:${name}:after`)) return caller.kill();
        settle();
      });
    const fail = (reason: string): void => answer(() => reject(new Error(`${name}: ${reason}`)));
    // A deploy, or a connection that breaks: the platform says that the call may be repeated. The instance is lost or lives on.
    const interrupt = (): void => {
      if (random.chance(0.5)) reset?.();
      answer(() => reject(Object.assign(new Error(`${name}: the object was reset`), { retryable: true })));
    };
    const arrive = (): void => {
      if (caller.alive && faults.strikes(`await:${name}:before`)) return caller.kill();
      if (!caller.alive && random.chance(0.5)) return;
      if (faults.strikes(`call:${name}:hang`)) {
        if (WITH_DEADLINE.has(name)) scheduler.later(() => fail("no answer in time"), DEADLINE_MS);
        else if (!BACKGROUND.has(name)) scheduler.later(() => caller.kill(), PLATFORM_LIMIT_MS);
        return;
      }
      if (faults.strikes(`call:${name}:request-lost`)) return fail("the request was lost");
      if (reset !== undefined && faults.strikes(`call:${name}:reset-before`)) return interrupt();
      let value: T;
      try {
        if (half !== undefined && faults.strikes(`call:${name}:half`)) {
          half();
          return fail("stopped half-way");
        }
        value = apply();
        wire.trace(name, "took effect");
      } catch (error) {
        return answer(() => reject(error));
      }
      if (faults.strikes(`call:${name}:answer-lost`)) return fail("the answer was lost");
      if (reset !== undefined && faults.strikes(`call:${name}:reset-after`)) return interrupt();
      answer(() => resolve(value));
    };
    const slow = faults.strikes(`call:${name}:slow`) ? 1 + random.below(SLOW_MS) : 0;
    scheduler.later(arrive, delayMs + slow);
  });
}

/** As `call`, to a run's object: by the product's own repetition, with the simulated clock and chance. */
export function callObject<T>(
  wire: Wire,
  caller: Process,
  { host, ...made }: Omit<Call<T>, "reset" | "half"> & { host: { evict(): void } },
): Promise<T> {
  const { scheduler, random, repeatCall } = wire;
  return repeatCall(() => call(wire, caller, { ...made, reset: () => host.evict() }), {
    // A caller that died while it waited calls nobody.
    wait: (milliseconds) => new Promise((resolve) => scheduler.later(resolve, milliseconds)),
    random: () => random.below(1_000) / 1_000,
  });
}
