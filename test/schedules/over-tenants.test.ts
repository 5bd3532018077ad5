/**
 * Schedules over tenants, swept by a moved clock by the engine of a tenant's schedules: a night and a day over the change to summer time with an outage of six
 * hours, crashes at any call, and what becomes of a schedule whose owner or tenants are not what they were.
 */
import { afterEach, describe, expect, it } from "vitest";
import { OVER_TENANTS } from "../../src/database/schedules/schedule-names.ts";
import { sized } from "../support/thoroughness.ts";
import { dueTimesByCounting, type WallClock } from "../support/wall-clock-oracle.ts";
import { MINUTE, OWNER, type PlannedOverTenants, ScheduleWorld } from "./schedule-world.ts";

const HOUR = 60 * MINUTE;
const at = (text: string): number => Date.parse(text);
/** Over 01:00 UTC of 29 March, at which Berlin's clock goes forward. */
const OUTAGE = { from: at("2026-03-28T22:10:00Z"), to: at("2026-03-29T04:10:00Z") };
const isOut = (now: number) => now >= OUTAGE.from && now < OUTAGE.to;

const TAGGED = { kind: "tag", tag: "schools" } as const;
const SPAN: (PlannedOverTenants & { wall: WallClock; minutes: number })[] = [
  {
    name: "Each night",
    steps: [{ type: "inventory.sync" }, { type: "baseline.compare" }],
    tenants: { kind: "all" },
    pattern: "30 2 * * *",
    timeZone: "Europe/Berlin",
    wall: { timeZone: "Europe/Berlin", hours: [2], minutes: [30], fixed: true },
    missed: "run_once",
    minutes: 40,
  },
  {
    name: "Each half hour",
    steps: [{ type: "evidence.snapshot" }],
    tenants: TAGGED,
    pattern: "*/30 * * * *",
    timeZone: "Asia/Kolkata",
    wall: { timeZone: "Asia/Kolkata", minutes: [0, 30], fixed: false },
    minutes: 35,
  },
];

let world: ScheduleWorld;
afterEach(() => world.close());

function newWorld(
  minutes: (id: string) => number,
  outcome: "succeeded" | "partially_succeeded" | "failed" = "succeeded",
) {
  world = new ScheduleWorld(["north", "south", "east"], (id) => ({ minutes: minutes(id), outcome }), OVER_TENANTS);
  for (const id of ["north", "east"])
    world.sqlite.exec(
      `insert into tenant_settings (tenant_id, review_pack_retention_days, updated_at, tags) values ('${id}', 1, 1, '["Schools"]')`,
    );
}

async function begin(from: number): Promise<string[]> {
  const minutes = new Map<string, number>();
  newWorld((id) => minutes.get(id) ?? 1);
  const ids: string[] = [];
  for (const schedule of SPAN) {
    const id = await world.addOverTenants(schedule, from);
    minutes.set(id, schedule.minutes);
    ids.push(id);
  }
  return ids;
}

const listOf = (run: string): unknown[] =>
  world
    .rows(`select tenant_id from portfolio_run_tenants where run_id = '${run}' order by ordinal`)
    .map((row) => row["tenant_id"]);

/** However the sweeps went: by the oracle, the log of the runs, and the rows. */
function check(ids: readonly string[], { from, to, slack }: { from: number; to: number; slack: number }): void {
  for (const [index, id] of ids.entries()) {
    const schedule = SPAN[index];
    if (schedule === undefined) throw new Error("there is no such schedule");
    const { wall, steps, tenants, missed = "skip", name } = schedule;
    const found = world.occurrences(id);
    expect(
      found.map(({ dueAt, count }) => [dueAt, count]),
      name,
    ).toEqual(dueTimesByCounting(wall, from, to).map((due) => [due, 1]));
    const late = found.filter(({ dueAt }) => isOut(dueAt) && dueAt + 15 * MINUTE < OUTAGE.to);
    const isFollowed = found.some(({ dueAt }) => dueAt > (late.at(-1)?.dueAt ?? 0) && dueAt <= OUTAGE.to);
    const madeUp = missed === "run_once" && !isFollowed ? late.slice(-1) : [];
    expect(
      found.filter((each) => each.madeUp),
      name,
    ).toEqual(madeUp);
    for (const occurrence of found) {
      const { dueAt, startsAt, state, reason, runs } = occurrence;
      const words = `${name} of ${new Date(dueAt).toISOString()}`;
      if (late.includes(occurrence) && !occurrence.madeUp) {
        expect([state, reason, runs], words).toEqual(["missed", "late", []]);
      } else if (state === "skipped") {
        expect([reason, runs], words).toEqual(["still_running", []]);
      } else {
        expect([state, new Set(runs).size], words).toEqual(["succeeded", steps.length]);
        const log = runs.map((run) => world.log.get(run));
        expect((log[0]?.began ?? 0) - startsAt, words).toBeLessThanOrEqual(isOut(startsAt) ? 6 * HOUR : slack);
        for (const [step, run] of log.entries())
          expect(run?.began ?? 0, words).toBeGreaterThanOrEqual(log[step - 1]?.ended ?? startsAt);
        const sealed = tenants.kind === "tag" ? ["east", "north"] : ["east", "north", "south"];
        for (const run of runs) expect(listOf(run), words).toEqual(sealed);
      }
    }
  }
  const [count] = world.rows(`select (select count(*) from portfolio_runs) as runs,
    (select count(*) from portfolio_schedule_runs) as steps, (select count(*) from portfolio_notices) as told`);
  expect(count).toEqual({ runs: world.log.size, steps: world.log.size, told: 0 });
  const states = new Set(ids.flatMap((id) => world.occurrences(id).map(({ state }) => state)));
  expect([...states].toSorted((one, other) => one.localeCompare(other))).toEqual(["missed", "skipped", "succeeded"]);
}

function* minutesOf(from: number, to: number): Generator<number> {
  for (let now = from; now <= to + 3 * HOUR; now += MINUTE) {
    if (now > to) world.sqlite.exec("update portfolio_schedules set next_due_at = null");
    if (!isOut(now) && !world.isQuiet(now)) yield now;
  }
}

describe("schedules over tenants", () => {
  const [from, to] = sized(
    [at("2026-03-28T20:00:00Z"), at("2026-03-29T07:00:00Z")],
    [at("2026-03-26T20:00:00Z"), at("2026-03-30T12:00:00Z")],
  );

  it("start each due time once, as one run over the tenants of then, or tell it as missed or skipped", async () => {
    const ids = await begin(from);
    for (const now of minutesOf(from, to)) await world.sweep(now);
    expect(() => check(ids, { from, to, slack: MINUTE })).not.toThrow();
  });

  it("do so when sweeps die at any of their calls, and come twice", async () => {
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
        await Promise.all([world.sweep(now), world.sweep(now)]);
      } else {
        await world.sweep(now);
      }
    }
    expect(died).toBeGreaterThan(20);
    check(ids, { from, to, slack: 15 * MINUTE });
  });

  /** A schedule that is due at this moment. */
  const DUE = at("2026-06-01T02:00:00Z");
  const daily = (tenants: PlannedOverTenants["tenants"], tellAfter = 1): PlannedOverTenants => ({
    name: "Night",
    steps: [{ type: "inventory.sync" }],
    tenants,
    pattern: "0 2 * * *",
    timeZone: "UTC",
    tellAfter,
  });
  const sweepDay = async (day: number) => {
    for (let minute = 0; minute < 4; minute += 1) await world.sweep(DUE + day * 24 * HOUR + minute * MINUTE);
  };
  const told = () =>
    world.rows("select title, body, run_id is null as of_none from portfolio_notices order by created_at, id");

  it("look the tenants up anew at each due time", async () => {
    newWorld(() => 1);
    const id = await world.addOverTenants(daily(TAGGED), DUE - HOUR);
    await sweepDay(0);
    world.sqlite.exec("update tenant_settings set tags = '[]' where tenant_id = 'north'");
    world.sqlite.exec(
      `insert into tenant_settings (tenant_id, review_pack_retention_days, updated_at, tags) values ('south', 1, 1, '["SCHOOLS", "x"]')`,
    );
    await sweepDay(1);
    world.sqlite.exec(`update memberships set role = 'readonly' where tenant_id = 'south'`);
    await sweepDay(2);
    expect(world.occurrences(id).map(({ runs: [run = ""] }) => listOf(run))).toEqual([
      ["east", "north"],
      ["east", "south"],
      ["east"],
    ]);
  });

  it("take of a list what is left of it", async () => {
    newWorld(() => 1);
    const id = await world.addOverTenants(daily({ kind: "list", tenants: ["south", "north"] }), DUE - HOUR);
    await sweepDay(0);
    world.sqlite.exec("delete from portfolio_schedule_tenants where tenant_id = 'north'");
    await sweepDay(1);
    expect(world.occurrences(id).map(({ runs: [run = ""] }) => listOf(run))).toEqual([["north", "south"], ["south"]]);
  });

  it.each([
    ["loses the right in all tenants", () => world.sqlite.exec("update memberships set role = 'readonly'")],
    ["is no member of any tenant", () => world.sqlite.exec("delete from memberships")],
    ["is disabled", () => world.sqlite.exec(`update users set disabled_at = 1 where id = '${OWNER}'`)],
  ])("are paused when their owner %s, with the reason, and tell of it once", async (_, happens) => {
    for (const moment of ["before", "after"] as const) {
      let isReached = true;
      for (let call = 1; isReached; call += 1) {
        newWorld(() => 1);
        const id = await world.addOverTenants(daily({ kind: "all" }), DUE - HOUR);
        happens();
        isReached = await world.sweepThatDies(DUE, call, moment);
        await sweepDay(0);
        const words = `call ${call}, ${moment}`;
        expect(world.occurrences(id), words).toMatchObject([{ state: "skipped", reason: "owner_may_not", runs: [] }]);
        expect(world.rows("select status from portfolio_schedules"), words).toEqual([{ status: "paused" }]);
        expect(told(), words).toMatchObject([{ title: "Schedule “Night” is paused", of_none: 1 }]);
        if (isReached) world.close();
      }
      world.close();
    }
    newWorld(() => 1);
  });

  it("fail where no tenant has the tag any more, and tell of it after so many times in a row", async () => {
    newWorld(() => 1);
    const id = await world.addOverTenants(daily(TAGGED, 2), DUE - HOUR);
    world.sqlite.exec("update tenant_settings set tags = '[]'");
    await sweepDay(0);
    expect(told()).toEqual([]);
    await sweepDay(1);
    await sweepDay(2);
    expect(world.occurrences(id).map(({ state, reason }) => [state, reason])).toEqual(
      [0, 1, 2].map(() => ["failed", "refused"]),
    );
    expect(told()).toEqual([
      {
        title: "Schedule “Night” failed",
        body: "2 times in a row. The operation over tenants could not be started. None of your tenants has this tag.",
        of_none: 1,
      },
    ]);
  });

  it("count a run in which some tenants failed as no failure, and one that failed in each as one", async () => {
    newWorld(() => 1, "partially_succeeded");
    const partly = await world.addOverTenants(daily({ kind: "all" }), DUE - HOUR);
    await sweepDay(0);
    expect(world.occurrences(partly)).toMatchObject([{ state: "partially_succeeded", reason: null }]);
    expect(told()).toEqual([]);
    world.close();
    newWorld(() => 1, "failed");
    const failed = await world.addOverTenants(daily({ kind: "all" }), DUE - HOUR);
    await sweepDay(0);
    expect(world.occurrences(failed)).toMatchObject([{ state: "failed", reason: "run_failed" }]);
    expect(told()).toMatchObject([
      { title: "Schedule “Night” failed", body: "It failed in every tenant.", of_none: 0 },
    ]);
  });
});
