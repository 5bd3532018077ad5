/**
 * Every place where a schedule may break something, by name. A crash point ends the object or the consumer that is there;
 * a fault point makes the world misbehave. A schedule names a point and the visit at which it strikes.
 */
import { COMMIT_NAMES } from "../../src/runs/run-store.ts";

/** Awaits of the coordinator, by what it waits for. `before`: the call had no effect; `after`: it had, and nobody hears of it. */
export const COORDINATOR_AWAITS = [
  "plan",
  "dispatch",
  "deferred",
  "heal",
  "project",
  "publish",
  "report",
  "finalize",
  "advance",
  "abandon",
] as const;
export type CoordinatorAwait = (typeof COORDINATOR_AWAITS)[number];

/** Awaits of the unit consumer and of the dead-letter consumer. */
export const CONSUMER_AWAITS = ["claim", "renew", "execute", "settle", "dead"] as const;

const moments = ["before", "after"] as const;

const COORDINATOR_CRASHES = [
  "alarm:begin",
  ...COMMIT_NAMES.flatMap((name) => moments.map((moment) => `commit:${name}:${moment}`)),
  ...COORDINATOR_AWAITS.flatMap((name) => moments.map((moment) => `await:${name}:${moment}`)),
];

const CONSUMER_CRASHES = [
  ...CONSUMER_AWAITS.flatMap((name) => moments.map((moment) => `await:${name}:${moment}`)),
  // The handler has acknowledged, and dies before the queue has heard of it.
  "consumer:acknowledged",
  "dead:acknowledged",
];

const STARTER_CRASHES = ["starter:inserted", "await:start:before", "await:start:after"];

/** Where a process can die; the report tells how many of them were hit. */
export const CRASH_POINTS: readonly string[] = [...COORDINATOR_CRASHES, ...CONSUMER_CRASHES, ...STARTER_CRASHES];

const CALLS = ["claim", "renew", "settle", "dead", "start", "cancel", "pause", "hasten"] as const;
const CALL_FAULTS = [
  // The run's object answers nobody for a while.
  "object:down",
  // `reset-…`: the platform says that the call may be repeated, and the caller repeats it.
  ...CALLS.flatMap((name) => [
    `call:${name}:request-lost`,
    `call:${name}:answer-lost`,
    `call:${name}:reset-before`,
    `call:${name}:reset-after`,
    `call:${name}:slow`,
    `call:${name}:hang`,
  ]),
];
const QUEUE_FAULTS = [
  "queue:lose",
  "queue:duplicate",
  "queue:delay",
  "queue:down",
  ...["dispatch", "deferred", "heal"].flatMap((name) => [
    `call:${name}:request-lost`,
    `call:${name}:half`,
    `call:${name}:answer-lost`,
    `call:${name}:slow`,
    `call:${name}:hang`,
  ]),
];
const DATABASE_FAULTS = [
  ...["project", "report"].flatMap((name) => [
    `call:${name}:request-lost`,
    `call:${name}:answer-lost`,
    `call:${name}:slow`,
    `call:${name}:hang`,
  ]),
  "database:down",
];
const FRAME_FAULTS = [
  "call:publish:request-lost",
  "call:publish:answer-lost",
  "call:publish:slow",
  "call:publish:hang",
  "frame:lose",
  "frame:duplicate",
  "frame:delay",
];
const WORK_FAULTS = [
  "call:plan:request-lost",
  "call:plan:slow",
  "call:plan:hang",
  "call:finalize:request-lost",
  "call:finalize:answer-lost",
  "call:finalize:slow",
  "call:finalize:hang",
  ...["advance", "abandon"].flatMap((name) => [
    `call:${name}:request-lost`,
    `call:${name}:answer-lost`,
    `call:${name}:slow`,
    `call:${name}:hang`,
  ]),
  "call:execute:slow",
  "call:execute:hang",
];
const ALARM_FAULTS = ["alarm:lose", "alarm:late", "alarm:twice"];

/** Struck by the number of the step, whatever goes on there. */
const STEP_EVENTS = [
  "step:evict",
  "step:clock-forward",
  "step:clock-back",
  "step:cancel",
  "step:pause",
  "step:resume",
  "step:start-again",
  "step:retry",
  "step:sweep",
  "step:reconnect",
  "step:hasten",
];

/** What goes wrong around the processes. */
export const FAULT_POINTS: readonly string[] = [
  ...CALL_FAULTS,
  ...QUEUE_FAULTS,
  ...DATABASE_FAULTS,
  ...FRAME_FAULTS,
  ...WORK_FAULTS,
  ...ALARM_FAULTS,
  ...STEP_EVENTS,
];

/** Points by kind, so that a generator can choose the kind first: rare kinds are as frequent as common ones. */
export const POINT_GROUPS: readonly (readonly string[])[] = [
  COORDINATOR_CRASHES,
  CONSUMER_CRASHES,
  STARTER_CRASHES,
  CALL_FAULTS,
  QUEUE_FAULTS,
  DATABASE_FAULTS,
  FRAME_FAULTS,
  WORK_FAULTS,
  ALARM_FAULTS,
  STEP_EVENTS,
];

export interface Fault {
  point: string;
  /** Which visit of the point it strikes, from 0; for `step:` points, the number of the step. */
  visit: number;
  /** Visits in a row that it strikes. */
  times: number;
}

/** Decides at each visit of a point whether a planned fault strikes, and remembers which ones did. */
export class FaultPlan {
  readonly #planned = new Map<string, Set<number>>();
  readonly #visits = new Map<string, number>();
  readonly struck = new Map<string, number>();
  on = true;
  /** Told of each fault that strikes. */
  onStrike: (point: string) => void = () => {};

  constructor(faults: readonly Fault[]) {
    for (const { point, visit, times } of faults) {
      const visits = this.#planned.get(point) ?? new Set();
      this.#planned.set(point, visits);
      for (let struck = visit; struck < visit + times; struck += 1) visits.add(struck);
    }
  }

  strikes(point: string): boolean {
    const planned = this.#planned.get(point);
    if (planned === undefined || !this.on) return false;
    const visit = this.#visits.get(point) ?? 0;
    this.#visits.set(point, visit + 1);
    if (!planned.has(visit)) return false;
    this.#note(point);
    return true;
  }

  strikesAtStep(point: string, step: number): boolean {
    if (!this.on || this.#planned.get(point)?.has(step) !== true) return false;
    this.#note(point);
    return true;
  }

  #note(point: string): void {
    this.struck.set(point, (this.struck.get(point) ?? 0) + 1);
    this.onStrike(point);
  }
}
