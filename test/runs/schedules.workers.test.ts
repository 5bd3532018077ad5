/** Schedules as the sweep runs them, by a clock that the test moves: each due time is started once, or told as skipped or missed. */
import { beforeAll, describe, expect, it } from "vitest";
import { auditEventListSchema } from "../../src/contract/audit-events.ts";
import { runDetailSchema } from "../../src/contract/runs.ts";
import {
  type NewSchedule,
  type Occurrence,
  occurrenceListSchema,
  type Schedule,
  scheduleListSchema,
  scheduleSchema,
} from "../../src/contract/schedules.ts";
import { runSchedules } from "../../src/runs/edge/scheduling/run-schedules.ts";
import { problemOf, post, request, seedDemoData } from "../http/demo.ts";
import { asTenant } from "../operations/evidence-tenant.ts";
import {
  setting,
  settingsCatalogPolicy,
  simulatedTenant,
  type SimulatedTenant,
} from "../operations/simulated-tenant.ts";
import { env } from "../support/environment.ts";
import { addMember, memberStatements } from "../support/tenants.ts";

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const EVIDENCE: NewSchedule = {
  name: "Evidence",
  steps: [{ type: "evidence.snapshot" }],
  pattern: "0 2 * * *",
  timeZone: "UTC",
  spreadMinutes: 0,
  missed: "skip",
  tellAfter: 1,
};

let tenant: SimulatedTenant;
let runs: ReturnType<typeof asTenant>;
let base: string;

beforeAll(async () => {
  await seedDemoData();
  tenant = await simulatedTenant();
  runs = asTenant(tenant);
  base = `/api/tenants/${tenant.name}`;
  await tenant.add("settingsCatalog", settingsCatalogPolicy("Edge", {}), { settings: [setting("a", "b")] });
  await tenant.sync(["settingsCatalog", "filters"]);
  await env.DATABASE.batch(memberStatements(tenant.tenantId, "user-operator", "operator"));
});

async function make(change: Partial<NewSchedule> = {}, as = "owner"): Promise<Schedule> {
  const response = await post(`${base}/schedules`, { ...EVIDENCE, ...change }, { as });
  if (response.status !== 201) throw new Error(await response.text());
  return scheduleSchema.parse(await response.json());
}

const act = (id: string, verb: string, body: object = {}, as = "owner") =>
  post(`${base}/schedules/${id}/${verb}`, body, { as });

const show = async (id: string): Promise<Schedule> =>
  scheduleSchema.parse(await (await request(`${base}/schedules/${id}`)).json());

async function occurrences(id: string): Promise<Occurrence[]> {
  return occurrenceListSchema.parse(await (await request(`${base}/schedules/${id}/occurrences`)).json()).items;
}

/** The first due time of a schedule that was made just now. */
const firstDue = ({ next: [first] }: Schedule): number => Date.parse(first ?? "");

/** Lets what runs come to its end, and the sweep see it, until nothing of the schedule is open. */
async function toTheEnd(id: string, now: number): Promise<Occurrence> {
  for (let round = 0; round < 10; round += 1) {
    const [newest] = await occurrences(id);
    if (newest === undefined) throw new Error("nothing was due");
    if (newest.endedAt !== null) return newest;
    for (const run of newest.runs) await runs.completed(run.id);
    await runSchedules(env, now + round * MINUTE);
  }
  throw new Error("it does not end");
}

const remove = (id: string) => act(id, "remove");

describe("a schedule", () => {
  it("starts each due time once, in its owner's name, also when sweeps are at it together", async () => {
    const schedule = await make();
    const due = firstDue(schedule);
    await runSchedules(env, due - MINUTE);
    expect(await occurrences(schedule.id)).toEqual([]);
    await Promise.all([
      runSchedules(env, due + MINUTE),
      runSchedules(env, due + MINUTE),
      runSchedules(env, due + MINUTE),
    ]);
    const [begun, ...others] = await occurrences(schedule.id);
    expect(others).toEqual([]);
    expect(begun).toMatchObject({ state: "running", count: 1, madeUp: false, byHand: false });
    expect(begun?.runs).toMatchObject([{ type: "evidence.snapshot", initiator: { id: "user-owner" } }]);
    expect(await toTheEnd(schedule.id, due + 2 * MINUTE)).toMatchObject({ state: "succeeded", reason: null });
    const run = runDetailSchema.parse(await (await request(`${base}/operations/${begun?.runs[0]?.id}`)).json());
    expect(run.schedule).toEqual({ id: schedule.id, name: "Evidence", removed: false });
    const log = auditEventListSchema.parse(await (await request(`${base}/audit-events?action=operation.start`)).json());
    const event = log.items.find(({ target }) => target.id === run.id);
    expect(event?.origin).toMatchObject({ way: "schedule", scheduleId: schedule.id });
    expect(event?.actor?.id).toBe("user-owner");
    // The next day is another due time.
    await runSchedules(env, due + DAY);
    expect((await occurrences(schedule.id)).map(({ dueAt }) => Date.parse(dueAt))).toEqual([due + DAY, due]);
    await toTheEnd(schedule.id, due + DAY);
    await remove(schedule.id);
  });

  it("does its steps one after the other, and stops where one cannot be started", async () => {
    const schedule = await make({
      name: "Monthly",
      steps: [{ type: "evidence.snapshot" }, { type: "review-pack.generate" }, { type: "backup-set.add-policies" }],
    });
    const due = firstDue(schedule);
    await runSchedules(env, due);
    const done = await toTheEnd(schedule.id, due + MINUTE);
    expect(done.runs.map(({ type }) => type)).toEqual([
      "evidence.snapshot",
      "review-pack.generate",
      "backup-set.add-policies",
    ]);
    const set = await env.DATABASE.prepare("select name, created_by from backup_sets where tenant_id = ?1")
      .bind(tenant.tenantId)
      .all();
    expect(set.results).toMatchObject([{ created_by: "user-owner" }]);
    expect(String(set.results[0]?.["name"])).toMatch(/^Monthly, \d{4}-\d\d-\d\d 02:00$/);
    await remove(schedule.id);
  });

  it("tells as missed what was due in an outage, and makes up for the newest by choice", async () => {
    const schedule = await make({ name: "Hourly", pattern: "0 * * * *" });
    const other = await make({ name: "Hourly, made up", pattern: "0 * * * *", missed: "run_once" });
    const due = firstDue(schedule);
    const after = due + 6 * 60 * MINUTE + 30 * MINUTE;
    await runSchedules(env, after);
    const missed = await occurrences(schedule.id);
    expect(missed.map(({ state }) => state)).toEqual(Array(7).fill("missed"));
    expect(missed[0]?.reason).toBe("The product was not at work at this time.");
    expect((await show(schedule.id)).missedLately).toBe(7);
    const [madeUp, ...rest] = await occurrences(other.id);
    expect(madeUp).toMatchObject({ state: "running", madeUp: true });
    expect(rest.map(({ state }) => state)).toEqual(Array(6).fill("missed"));
    expect(await toTheEnd(other.id, after)).toMatchObject({ state: "succeeded" });
    await remove(schedule.id);
    await remove(other.id);
  });

  it("never has two occurrences under way: what is due meanwhile is told as skipped", async () => {
    const schedule = await make({ name: "Slow", pattern: "0 * * * *" });
    const due = firstDue(schedule);
    await runSchedules(env, due);
    // As long as the sweep does not look, the occurrence is under way, whatever its run came to.
    await env.DATABASE.prepare("update schedule_occurrences set step = 99 where schedule_id = ?1")
      .bind(schedule.id)
      .run();
    await env.DATABASE.prepare("update schedule_runs set step = 99, run_id = 'run_none' where schedule_id = ?1")
      .bind(schedule.id)
      .run();
    await env.DATABASE.prepare(
      `insert into operation_runs (id, tenant_id, type, status, outcome, input, identity, created_at, updated_at)
       values ('run_none', ?1, 'evidence.snapshot', 'running', 'pending', '{}', 'none', ?2, ?2)`,
    )
      .bind(tenant.tenantId, Date.now() + 10 * DAY)
      .run();
    await runSchedules(env, due + 60 * MINUTE);
    const [skipped, first] = await occurrences(schedule.id);
    expect(skipped).toMatchObject({ state: "skipped", reason: "The one before had not ended.", runs: [] });
    expect(first?.state).toBe("running");
    await remove(schedule.id);
    await env.DATABASE.batch([
      env.DATABASE.prepare("update schedule_occurrences set state = 'failed', ended_at = 1 where state = 'running'"),
      env.DATABASE.prepare("delete from operation_runs where id = 'run_none'"),
    ]);
  });

  it("waits while another's run of the same work is under way, for hours at most", async () => {
    // As if the newest run had not ended.
    const again = (status: string) =>
      env.DATABASE.prepare(
        `update operation_runs set status = ?2, updated_at = ?3
          where id = (select id from operation_runs where tenant_id = ?1 and type = 'evidence.snapshot' order by created_at desc limit 1)`,
      )
        .bind(tenant.tenantId, status, Date.now() + DAY)
        .run();
    const schedule = await make({ name: "Same work" });
    const due = firstDue(schedule);
    await again("running");
    await runSchedules(env, due);
    await runSchedules(env, due + MINUTE);
    expect(await occurrences(schedule.id)).toMatchObject([{ state: "waiting", runs: [] }]);
    await again("completed");
    await runSchedules(env, due + 2 * MINUTE);
    expect(await toTheEnd(schedule.id, due + 3 * MINUTE)).toMatchObject({ state: "succeeded" });
    await again("running");
    await runSchedules(env, due + DAY);
    await runSchedules(env, due + DAY + 6 * 60 * MINUTE + MINUTE);
    const reason = "It waited for hours for other operations to end.";
    expect((await occurrences(schedule.id))[0]).toMatchObject({ state: "missed", reason, runs: [] });
    await again("completed");
    await remove(schedule.id);
  });

  it("is paused when its owner may not do its steps any more, until another takes it over", async () => {
    const known =
      "insert into users (id, email, name, created_at) values ('user-leaver', 'leaver@example.test', 'Lea', 0)";
    await env.DATABASE.prepare(known).run();
    await addMember(tenant.tenantId, "user-leaver", "operator");
    const schedule = await make({ name: "Of a leaver" });
    await env.DATABASE.prepare("update schedules set owner_id = 'user-leaver' where id = ?1").bind(schedule.id).run();
    await env.DATABASE.prepare("update memberships set role = 'readonly' where user_id = 'user-leaver'").run();
    const due = firstDue(schedule);
    await runSchedules(env, due);
    const paused = await show(schedule.id);
    expect(paused.pause).toMatchObject({ reason: "owner", by: null });
    expect(paused.next).toEqual([]);
    expect(await occurrences(schedule.id)).toMatchObject([
      { state: "skipped", reason: "The person in whose name it works may not do this any more.", runs: [] },
    ]);
    const resumed = scheduleSchema.parse(await (await act(schedule.id, "resume")).json());
    expect(resumed).toMatchObject({ pause: null, owner: { id: "user-owner" } });
    expect(resumed.next).toHaveLength(5);
    await remove(schedule.id);
  });

  it("fails where it cannot be started, tells how often in a row, and the people who may manage it", async () => {
    const empty = await simulatedTenant();
    const schedule = await make({
      name: "Failing",
      pattern: "0 * * * *",
      steps: [{ type: "inventory.sync" }],
      tellAfter: 2,
    });
    await env.DATABASE.prepare("update tenant_connections set directory_id = ?2 where tenant_id = ?1")
      .bind(tenant.tenantId, `${empty.name}-gone`)
      .run();
    const due = firstDue(schedule);
    const told = async () =>
      (
        await env.DATABASE.prepare(
          "select user_id, title, body from notifications where title like '%Failing%' order by user_id",
        ).all()
      ).results;
    await runSchedules(env, due);
    expect(await toTheEnd(schedule.id, due + MINUTE)).toMatchObject({
      state: "failed",
      reason: "An operation of it failed.",
    });
    expect(await told()).toEqual([]);
    await runSchedules(env, due + 60 * MINUTE);
    await toTheEnd(schedule.id, due + 61 * MINUTE);
    expect(await show(schedule.id)).toMatchObject({ failuresInARow: 2, last: { state: "failed" } });
    expect(await told()).toEqual([
      {
        user_id: "user-operator",
        title: "Schedule “Failing” failed",
        body: "2 times in a row. An operation of it failed.",
      },
      {
        user_id: "user-owner",
        title: "Schedule “Failing” failed",
        body: "2 times in a row. An operation of it failed.",
      },
    ]);
    await env.DATABASE.prepare("update tenant_connections set directory_id = ?2 where tenant_id = ?1")
      .bind(tenant.tenantId, tenant.name)
      .run();
    await remove(schedule.id);
  });

  it("begins at once by hand, and its times stay as they are", async () => {
    const schedule = await make({ name: "By hand" });
    const answer = await act(schedule.id, "run");
    expect(answer.status).toBe(202);
    const shown = scheduleSchema.parse(await answer.json());
    expect(shown.open).toMatchObject({ state: "running", byHand: true });
    expect(shown.next).toEqual(schedule.next);
    expect(await toTheEnd(schedule.id, Date.now())).toMatchObject({ state: "succeeded", byHand: true });
    await remove(schedule.id);
  });

  it("is changed and paused by people who see what it is, and drops what waited by the earlier times", async () => {
    const schedule = await make({ name: "Spread", spreadMinutes: 240 });
    // Due and waiting for its place in the spread.
    await env.DATABASE.prepare("update schedules set offset_ms = ?2 where id = ?1")
      .bind(schedule.id, 100 * MINUTE)
      .run();
    const [row] = (
      await env.DATABASE.prepare("select next_due_at from schedules where id = ?1")
        .bind(schedule.id)
        .all<{ next_due_at: number }>()
    ).results;
    await runSchedules(env, (row?.next_due_at ?? 0) + MINUTE);
    expect(await occurrences(schedule.id)).toMatchObject([{ state: "waiting" }]);
    const change = { ...EVIDENCE, name: "Later", pattern: "0 5 * * *", version: schedule.version };
    const changed = await post(`${base}/schedules/${schedule.id}`, change);
    expect(await changed.json()).toMatchObject({ name: "Later", words: "At 05:00, every day" });
    expect(await occurrences(schedule.id)).toMatchObject([
      { state: "skipped", reason: "The schedule was changed, paused or removed before it began." },
    ]);
    await remove(schedule.id);
  });
});

describe("the routes of schedules", () => {
  it("refuse what the caller may not start, what is never due, and what is not there", async () => {
    const invalid = async (change: object) => problemOf(await post(`${base}/schedules`, { ...EVIDENCE, ...change }));
    expect(await invalid({ pattern: "*/5 * * * *" })).toMatchObject({
      code: "invalid_input",
      fields: [{ path: "pattern", message: "is due more often than every 15 minutes" }],
    });
    expect(await invalid({ timeZone: "Mars/Olympus" })).toMatchObject({ fields: [{ path: "timeZone" }] });
    expect(await invalid({ steps: [{ type: "baseline.compare", baselineId: "none" }] })).toMatchObject({
      fields: [{ path: "steps.0.baselineId" }],
    });
    expect(await invalid({ steps: [{ type: "policy.restore" }] })).toMatchObject({ code: "invalid_input" });
    const asReader = await post(`${base}/schedules`, EVIDENCE, { as: "readonly" });
    expect(asReader.status).toBe(404);
    expect((await request(`${base}/schedules/sch_none`)).status).toBe(404);
    const before = scheduleListSchema.parse(await (await request(`${base}/schedules`)).json()).items;
    expect(before).toEqual([]);
  });

  it("takes a change of the version alone that the person has seen", async () => {
    const schedule = await make();
    const path = `${base}/schedules/${schedule.id}`;
    const change = { ...EVIDENCE, name: "Renamed" };
    const first = await post(path, { ...change, version: 1 }, { as: "operator" });
    expect(await first.json()).toMatchObject({ name: "Renamed", version: 2, owner: { id: "user-operator" } });
    expect(await problemOf(await post(path, { ...change, version: 1 }))).toMatchObject({ code: "schedule_changed" });
    const paused = await act(schedule.id, "pause", { reason: "Freeze" });
    expect(await paused.json()).toMatchObject({ pause: { reason: "person", note: "Freeze" }, next: [] });
    expect(await problemOf(await act(schedule.id, "pause", { reason: "Again" }))).toMatchObject({
      code: "schedule_changed",
    });
    expect((await remove(schedule.id)).status).toBe(200);
    expect((await remove(schedule.id)).status).toBe(404);
  });
});
