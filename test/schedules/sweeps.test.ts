/**
 * Schedules as the sweep runs them, on the product's own SQL: a week with two changes to summer time, an outage and overlapping starts, and crashes before
 * and after each call of the database. Whatever happens, each due time has one occurrence, and each of its steps one run.
 */
import { afterEach, describe, expect, it } from "vitest";
import { MAX_ACTIVE_RUNS } from "../../src/contract/limits.ts";
import type { Step } from "../../src/contract/schedules.ts";
import { gatedDatabase } from "../../src/database/sql/gated-database.ts";
import { runSchedules } from "../../src/runs/edge/scheduling/run-schedules.ts";
import { IN_WHOLE, sized } from "../support/thoroughness.ts";
import { InvocationBudget } from "../../src/runs/invocation-budget.ts";
import { dueTimesByCounting, type WallClock } from "../support/wall-clock-oracle.ts";
import { MINUTE, OWNER, type Planned, ScheduleWorld } from "./schedule-world.ts";

const HOUR = 60 * MINUTE;
const at = (text: string): number => Date.parse(text);
const SYNC: Step = { type: "inventory.sync" };
const BACKUP: Step = { type: "backup-set.add-policies" };
const EVIDENCE: Step = { type: "evidence.snapshot" };

/** Summer time begins in Jerusalem on 27 March and in Berlin on 29 March. */
const WEEK_FROM = at("2026-03-25T12:00:00Z");
const WEEK_TO = at("2026-04-01T12:00:00Z");
const OUTAGE = { from: at("2026-03-28T22:10:00Z"), to: at("2026-03-29T04:10:00Z") };
const isOut = (now: number) => now >= OUTAGE.from && now < OUTAGE.to;

const night = (timeZone: string, hour: number, minute: number): WallClock => ({
  timeZone,
  hours: [hour],
  minutes: [minute],
  fixed: true,
});

/** Schedules of three tenants, what a person would say of their times, and how long their runs take. */
const WEEK: (Planned & { wall: WallClock; minutes: number })[] = [
  {
    tenantId: "north",
    name: "Backup",
    steps: [SYNC, BACKUP],
    pattern: "30 2 * * *",
    timeZone: "Europe/Berlin",
    missed: "run_once",
    wall: night("Europe/Berlin", 2, 30),
    minutes: 25,
  },
  // Of the same work at the same time: the second waits for the first.
  {
    tenantId: "north",
    name: "Sync",
    steps: [SYNC],
    pattern: "30 2,14 * * *",
    timeZone: "Europe/Berlin",
    wall: { timeZone: "Europe/Berlin", hours: [2, 14], minutes: [30], fixed: true },
    minutes: 40,
  },
  // Slower than its interval.
  {
    tenantId: "south",
    name: "Slow",
    steps: [EVIDENCE],
    pattern: "0 * * * *",
    timeZone: "Asia/Jerusalem",
    wall: { timeZone: "Asia/Jerusalem", minutes: [0], fixed: false },
    minutes: 85,
  },
  {
    tenantId: "south",
    name: "Night",
    steps: [SYNC, EVIDENCE],
    pattern: "15 2 * * *",
    timeZone: "Asia/Jerusalem",
    wall: night("Asia/Jerusalem", 2, 15),
    minutes: 10,
  },
  {
    tenantId: "east",
    name: "Often",
    steps: [SYNC],
    pattern: "*/30 * * * *",
    timeZone: "Asia/Kolkata",
    missed: "run_once",
    wall: { timeZone: "Asia/Kolkata", minutes: [0, 30], fixed: false },
    minutes: 3,
  },
  {
    tenantId: "east",
    name: "Spread",
    steps: [BACKUP],
    pattern: "0 */2 * * *",
    timeZone: "Europe/Berlin",
    offsetMinutes: 100,
    minutes: 5,
    wall: { timeZone: "Europe/Berlin", hours: [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22], minutes: [0], fixed: false },
  },
  {
    tenantId: "east",
    name: "Spread, made up",
    steps: [EVIDENCE],
    pattern: "0 */2 * * *",
    timeZone: "Europe/Berlin",
    offsetMinutes: 100,
    minutes: 5,
    missed: "run_once",
    wall: { timeZone: "Europe/Berlin", hours: [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22], minutes: [0], fixed: false },
  },
];

let world: ScheduleWorld;
afterEach(() => world.close());

async function begin(from: number): Promise<string[]> {
  const minutes = new Map<string, number>();
  world = new ScheduleWorld(["north", "south", "east"], (id) => ({
    minutes: minutes.get(id) ?? 1,
    outcome: "succeeded",
  }));
  const ids: string[] = [];
  for (const schedule of WEEK) {
    const id = await world.add(schedule, from);
    minutes.set(id, schedule.minutes);
    ids.push(id);
  }
  return ids;
}

/** What holds of a span, however the sweeps went: by the log of the runs, the oracle, and the rows. */
function check(ids: readonly string[], { from, to, slack }: { from: number; to: number; slack: number }): void {
  const runsOf = (runs: readonly string[]) => runs.map((id) => world.log.get(id)).filter((run) => run !== undefined);
  for (const [index, id] of ids.entries()) {
    const schedule = WEEK[index];
    if (schedule === undefined) throw new Error("there is no such schedule");
    const { name, wall, steps, tenantId, missed = "skip", offsetMinutes = 0 } = schedule;
    const found = world.occurrences(id);
    expect(
      found.map(({ dueAt }) => dueAt),
      name,
    ).toEqual(dueTimesByCounting(wall, from, to));
    expect(
      found.every(({ count }) => count === 1),
      name,
    ).toBe(true);
    const late = found.filter(
      ({ dueAt }) => isOut(dueAt + offsetMinutes * MINUTE) && dueAt + (offsetMinutes + 15) * MINUTE < OUTAGE.to,
    );
    const madeUp = found.filter((each) => each.madeUp);
    // Only where the schedule says so, the newest alone, and not where one on time follows it at the first sweep.
    const onTime = found.find(({ dueAt }) => dueAt > (late.at(-1)?.dueAt ?? 0));
    const isFollowed = onTime !== undefined && onTime.dueAt <= OUTAGE.to;
    expect(
      madeUp.map(({ dueAt }) => dueAt),
      name,
    ).toEqual(missed === "run_once" && !isFollowed ? late.slice(-1).map(({ dueAt }) => dueAt) : []);
    for (const occurrence of found) {
      const { dueAt, startsAt, state, reason, runs } = occurrence;
      const words = `${name} of ${new Date(dueAt).toISOString()} ${state} ${reason}`;
      const log = runsOf(runs);
      expect(log.length, words).toBe(runs.length);
      if (late.includes(occurrence) && !occurrence.madeUp) {
        expect([state, reason, runs], words).toEqual(["missed", "late", []]);
        continue;
      }
      if (state === "skipped") {
        expect([reason, runs], words).toEqual(["still_running", []]);
        const before = found.filter((other) => other !== occurrence && other.runs.length > 0);
        const isUnderWay = before.some((other) => {
          const [first] = runsOf(other.runs);
          return (
            first !== undefined &&
            first.began <= (occurrence.endedAt ?? 0) &&
            (other.endedAt ?? 0) >= (occurrence.endedAt ?? 0)
          );
        });
        expect(isUnderWay, words).toBe(true);
        continue;
      }
      expect(state, words).toBe("succeeded");
      expect(runs, words).toHaveLength(steps.length);
      const [first] = log;
      if (first === undefined) throw new Error("it has no run");
      // It began at its time, or at once after runs of the same work of the tenant, or after an outage.
      const others = [...world.log.values()].filter(
        (other) =>
          other !== first && other.tenantId === tenantId && other.type === first.type && other.began < first.began,
      );
      const free = Math.max(startsAt, ...others.map(({ ended }) => ended ?? 0));
      const reached = isOut(free) ? OUTAGE.to : free;
      expect(first.began - reached, words).toBeLessThanOrEqual(slack);
      expect(first.began, words).toBeGreaterThanOrEqual(startsAt);
      for (const [step, run] of log.entries()) {
        expect(run.type, words).toBe(steps[step]?.type);
        expect(run.began, words).toBeGreaterThanOrEqual(log[step - 1]?.ended ?? 0);
      }
    }
  }
  // No run beside those of the steps, and no set beside those of the backups.
  const [count] =
    world.rows(`select (select count(*) from operation_runs) as runs, (select count(*) from schedule_runs) as steps,
    (select count(*) from backup_sets) as sets, (select count(distinct id) from backup_sets where schedule_id is not null) as scheduled,
    (select count(*) from operation_runs where type = 'backup-set.add-policies') as backups,
    (select count(*) from audit_events where action = 'backup-set.create') as told,
    (select count(*) from audit_events where action = 'operation.start') as started`);
  expect(count?.["runs"]).toBe(world.log.size);
  expect(count).toMatchObject({ steps: world.log.size, started: world.log.size });
  expect([count?.["sets"], count?.["scheduled"], count?.["told"]]).toEqual(Array(3).fill(count?.["backups"]));
}

/** Each minute of a span at which a sweep could find something, and a while more in which all comes to its end. */
function* minutesOf(from: number, to: number): Generator<number> {
  for (let now = from; now <= to + 3 * HOUR; now += MINUTE) {
    if (now > to) world.sqlite.exec("update schedules set next_due_at = null");
    if (!isOut(now) && !world.isQuiet(now)) yield now;
  }
}

describe("a week of schedules, with two changes to summer time, an outage of six hours and overlapping starts", () => {
  it("starts each due time once, or tells it as missed or skipped", async () => {
    const both = [at("2026-03-26T20:00:00Z"), at("2026-03-29T12:00:00Z")] as const;
    const one = [at("2026-03-28T18:00:00Z"), at("2026-03-29T10:00:00Z")] as const;
    const [from, to] = sized(IN_WHOLE ? both : one, [WEEK_FROM, WEEK_TO]);
    const ids = await begin(from);
    for (const now of minutesOf(from, to)) await world.sweep(now);
    check(ids, { from, to, slack: MINUTE });
    // Each of the ways is in the week.
    const ways = new Set(
      ids.flatMap((id) => world.occurrences(id).map(({ state, madeUp }) => (madeUp ? "made up" : state))),
    );
    expect([...ways].toSorted()).toEqual(["made up", "missed", "skipped", "succeeded"]);
  });

  it("does so when sweeps die at any of their calls, and come twice", async () => {
    const [from, to] = sized([at("2026-03-28T18:00:00Z"), at("2026-03-29T08:00:00Z")], [WEEK_FROM, WEEK_TO]);
    const ids = await begin(from);
    let seed = 20_261_129;
    const random = (below: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    let died = 0;
    for (const now of minutesOf(from, to)) {
      if (random(2) === 0) {
        if (await world.sweepThatDies(now, 1 + random(14), random(2) === 0 ? "before" : "after")) died += 1;
      } else if (random(4) === 0) {
        await Promise.all([world.sweep(now), world.sweep(now), world.sweep(now)]);
      } else {
        await world.sweep(now);
      }
    }
    expect(died).toBeGreaterThan(50);
    check(ids, { from, to, slack: 15 * MINUTE });
  }, 600_000);
});

describe("a crash before and after each call of a sweep", () => {
  /** From the due time to the end of a schedule of three steps, whose `dying`th sweep dies. */
  async function course(dying: number, call: number, moment: "before" | "after"): Promise<boolean> {
    const due = at("2026-06-01T02:00:00Z");
    world = new ScheduleWorld(["north"], () => ({ minutes: 2, outcome: "succeeded" }));
    const steps = [SYNC, BACKUP, EVIDENCE];
    const id = await world.add(
      { tenantId: "north", name: "Night", steps, pattern: "0 2 * * *", timeZone: "UTC" },
      due - HOUR,
    );
    let isReached = true;
    for (let minute = 0; minute < 11; minute += 1) {
      if (minute === dying) isReached = await world.sweepThatDies(due + minute * MINUTE, call, moment);
      else await world.sweep(due + minute * MINUTE);
    }
    const words = `sweep ${dying}, call ${call}, ${moment}`;
    const found = world.occurrences(id);
    expect(
      found.map(({ state, runs }) => [state, new Set(runs).size]),
      words,
    ).toEqual([["succeeded", 3]]);
    const [count] =
      world.rows(`select (select count(*) from operation_runs) as runs, (select count(*) from backup_sets) as sets,
      (select count(*) from audit_events where action = 'backup-set.create') as made,
      (select count(*) from audit_events where action = 'operation.start') as started`);
    expect(count, words).toEqual({ runs: 3, sets: 1, made: 1, started: 3 });
    world.close();
    return isReached;
  }

  it("loses nothing and begins nothing twice", async () => {
    let crashes = 0;
    // The sweeps that begin the three steps, and the one that ends the occurrence.
    for (const dying of IN_WHOLE ? [0, 2, 4, 6] : [2, 6]) {
      for (const moment of ["before", "after"] as const) {
        for (let call = 1; await course(dying, call, moment); call += 1) crashes += 1;
      }
    }
    expect(crashes).toBeGreaterThan(IN_WHOLE ? 60 : 25);
    world = new ScheduleWorld([], () => ({ minutes: 1, outcome: "succeeded" }));
  });

  it("tells people of a failure all the same, and pauses a schedule whose owner may not do it", async () => {
    const due = at("2026-06-01T02:00:00Z");
    for (const [name, told] of [
      ["fails", "failed"],
      ["is left", "is paused"],
    ] as const) {
      for (const moment of ["before", "after"] as const) {
        let isReached = true;
        for (let call = 1; isReached; call += 1) {
          world = new ScheduleWorld(["north"], () => ({ minutes: 1, outcome: "failed" }));
          const id = await world.add(
            { tenantId: "north", name, steps: [SYNC], pattern: "0 2 * * *", timeZone: "UTC" },
            due - HOUR,
          );
          world.sqlite.exec(
            "insert into users (id, email, name, created_at) values ('user-second', 's@example.test', 'Sam', 0)",
          );
          world.sqlite.exec(
            "insert into memberships (tenant_id, user_id, role) values ('north', 'user-second', 'operator')",
          );
          if (name === "is left")
            world.sqlite.exec(`update memberships set role = 'readonly' where user_id = '${OWNER}'`);
          for (let minute = 0; minute < 5; minute += 1) {
            const dying = name === "fails" ? 1 : 0;
            if (minute === dying) isReached = await world.sweepThatDies(due + minute * MINUTE, call, moment);
            else await world.sweep(due + minute * MINUTE);
          }
          const words = `${name}, call ${call}, ${moment}`;
          const of = world.rows("select user_id, title, about is null as of_run from notifications order by user_id");
          expect(of, words).toEqual(
            (name === "fails" ? [OWNER, "user-second"] : ["user-second"]).map((user) => ({
              user_id: user,
              title: `Schedule “${name}” ${told}`,
              of_run: name === "fails" ? 1 : 0,
            })),
          );
          const [schedule] = world.rows("select status from schedules");
          expect([schedule?.["status"], world.occurrences(id)[0]?.state], words).toEqual(
            name === "fails" ? ["active", "failed"] : ["paused", "skipped"],
          );
          world.close();
        }
      }
    }
    world = new ScheduleWorld([], () => ({ minutes: 1, outcome: "succeeded" }));
  });
});

describe("a sweep of many schedules", () => {
  it("begins as many as the invocation affords, and those that cannot begin hold up none of the others", async () => {
    const due = at("2026-06-01T02:00:00Z");
    world = new ScheduleWorld(["full", "north"], () => ({ minutes: 1_000, outcome: "succeeded" }));
    // A tenant with as many runs as it may have, whose schedules wait longest.
    world.sqlite.exec(`with recursive n(i) as (select 1 union all select i + 1 from n where i < ${MAX_ACTIVE_RUNS})
      insert into operation_runs (id, tenant_id, type, status, outcome, input, identity, created_at, updated_at)
      select 'busy-' || i, 'full', 'inventory.sync', 'running', 'pending', '{}', 'busy-' || i, 0, 0 from n`);
    for (let index = 0; index < 12; index += 1) {
      await world.add(
        { tenantId: "full", name: `Full ${index}`, steps: [BACKUP], pattern: "0 2 * * *", timeZone: "UTC" },
        due - HOUR,
      );
      await world.add(
        { tenantId: "north", name: `North ${index}`, steps: [BACKUP], pattern: "1 2 * * *", timeZone: "UTC" },
        due - HOUR,
      );
    }
    const begun = () => world.rows("select count(*) as runs from schedule_runs")[0]?.["runs"];
    let left = 9;
    const budget = { affords: () => (left -= 1) >= 0 };
    await runSchedules(world.env(), due + MINUTE, budget, { page: 5, dueTimes: 10 });
    // Six pages of due times, one schedule of the tenant that is full, and two others: then the invocation has no room.
    expect(begun()).toBe(0);
    await runSchedules(world.env(), due + 2 * MINUTE, { affords: () => true }, { page: 5, dueTimes: 10 });
    expect(begun()).toBe(12);
    expect(world.rows("select count(*) as sets from backup_sets")).toEqual([{ sets: 12 }]);
    expect(world.rows("select distinct state from schedule_occurrences where tenant_id = 'full'")).toEqual([
      { state: "waiting" },
    ]);
  });

  it("begins some fifty a minute within what an invocation may use, and leaves room for the other parts of the sweep", async () => {
    const due = at("2026-06-01T02:00:00Z");
    const tenants = Array.from({ length: 70 }, (_, index) => `tenant-${index}`);
    world = new ScheduleWorld(tenants, () => ({ minutes: 1_000, outcome: "succeeded" }));
    for (const tenantId of tenants) {
      await world.add({ tenantId, name: tenantId, steps: [BACKUP], pattern: "0 2 * * *", timeZone: "UTC" }, due - HOUR);
    }
    const begun: unknown[] = [];
    for (const minute of [0, 1]) {
      const budget = new InvocationBudget();
      const bindings = world.env();
      const database = gatedDatabase(bindings.DATABASE, (statements, request) =>
        budget.gate({ to: "database", statements }, request),
      );
      await runSchedules({ ...bindings, DATABASE: database }, due + minute * MINUTE, budget);
      expect(budget.affords(), "a part of the sweep after it").toBe(true);
      begun.push(world.rows("select count(*) as runs from schedule_runs")[0]?.["runs"]);
    }
    expect(Number(begun[0])).toBeGreaterThan(40);
    expect(begun[1]).toBe(70);
  });
});
