/** Backups that need nobody: made by a schedule, kept by its rule, checked once a month, and told of when they grow old. By a clock that the test moves. */
import { beforeAll, describe, expect, it } from "vitest";
import { type BackupSetDetail, backupSetDetailSchema, backupSetListSchema } from "../../src/contract/backup-sets.ts";
import { backupStandingSchema } from "../../src/contract/backup-standing.ts";
import { notificationListSchema } from "../../src/contract/notifications.ts";
import {
  type NewSchedule,
  type Occurrence,
  occurrenceListSchema,
  scheduleSchema,
} from "../../src/contract/schedules.ts";
import { tellOfOldBackups } from "../../src/database/backups/tell-age.ts";
import { expireSets } from "../../src/runs/edge/expire-sets.ts";
import { addPoliciesRequestSchema } from "../../src/contract/backup-sets.ts";
import { planIdOf } from "../../src/database/restore/restore-plan-building.ts";
import { addPolicies } from "../../src/operations/backup-sets/add-policies.ts";
import { restorePreview } from "../../src/operations/policy-restore/restore-preview.ts";
import { startRun } from "../../src/runs/edge/start-run.ts";
import { executed, planned } from "../operations/backup-sets/backups.ts";
import { drive } from "../support/drive-phases.ts";
import { runSchedules } from "../../src/runs/edge/scheduling/run-schedules.ts";
import { post, request, seedDemoData } from "../http/demo.ts";
import { asTenant } from "../operations/evidence-tenant.ts";
import {
  setting,
  settingsCatalogPolicy,
  simulatedTenant,
  type SimulatedTenant,
} from "../operations/simulated-tenant.ts";
import { env } from "../support/environment.ts";
import { memberStatements } from "../support/tenants.ts";

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const at = (text: string): number => Date.parse(text);
const KEEP = { days: 1, weeks: 0, months: 0 };
const BACKUP: NewSchedule = {
  name: "Nightly backup",
  steps: [{ type: "backup-set.add-policies", keep: KEEP }, { type: "policy.restore-preview" }],
  pattern: "0 2 * * *",
  timeZone: "UTC",
  spreadMinutes: 0,
  missed: "skip",
  tellAfter: 1,
};

let tenant: SimulatedTenant;
let runs: ReturnType<typeof asTenant>;
let base: string;
let scheduleId: string;

beforeAll(async () => {
  await seedDemoData();
  tenant = await simulatedTenant();
  runs = asTenant(tenant);
  base = `/api/tenants/${tenant.name}`;
  await tenant.add("settingsCatalog", settingsCatalogPolicy("Edge", {}), { settings: [setting("a", "b")] });
  await tenant.add("settingsCatalog", settingsCatalogPolicy("Word", {}), { settings: [setting("c", "d")] });
  await tenant.sync(["settingsCatalog", "filters"]);
  await env.DATABASE.batch(memberStatements(tenant.tenantId, "user-operator", "operator"));
  const made = await post(`${base}/schedules`, BACKUP);
  scheduleId = scheduleSchema.parse(await made.json()).id;
});

const run = (sql: string, ...values: (string | number)[]) =>
  env.DATABASE.prepare(sql)
    .bind(...values)
    .run();

/** As bindings whose runs nobody takes up: the test does their work itself, on the simulated tenant, which the runtime's own consumers do not reach. */
const ALONE = {
  ...env,
  OPERATION_RUNS: { getByName: () => ({ start: () => Promise.resolve() }) },
} as unknown as typeof env;

/** Does what the run of a step is for, and ends it. */
async function work(runId: string, at: number): Promise<void> {
  const row = await env.DATABASE.prepare("select type, status, input from operation_runs where id = ?1")
    .bind(runId)
    .first();
  if (row === null || row["status"] === "completed") return;
  const context = tenant.context();
  const input: unknown = JSON.parse(String(row["input"]));
  let result: { kind: string; id: string };
  if (row["type"] === "backup-set.add-policies") {
    const tasks = await planned(addPolicies, tenant.tenantId, input, context, runId);
    const kinds = (await executed(addPolicies, tasks, context)).map(({ kind }) => kind);
    expect(new Set(kinds)).toEqual(new Set(["succeeded"]));
    result = { kind: "backup-set", id: addPoliciesRequestSchema.parse(input).backupSetId };
  } else {
    const ended = await drive(
      restorePreview,
      { tenantId: tenant.tenantId, tenantSlug: tenant.name, runId },
      input,
      context,
    );
    expect(ended.kind).toBe("done");
    result = { kind: "restore-plan", id: planIdOf(runId) };
  }
  await run(
    "update operation_runs set status = 'completed', outcome = 'succeeded', result_kind = ?2, result_id = ?3, created_at = ?4, completed_at = ?4 where id = ?1",
    runId,
    result.kind,
    result.id,
    at,
  );
}

/** Lets the schedule be due at a moment, and all of it come to its end; its runs are of that moment. */
async function night(due: number): Promise<Occurrence> {
  await run("update schedules set next_due_at = ?2 where id = ?1", scheduleId, due);
  for (let minute = 0; minute < 12; minute += 1) {
    await runSchedules(ALONE, due + minute * MINUTE);
    const page = await (await request(`${base}/schedules/${scheduleId}/occurrences`)).json();
    const occurrence = occurrenceListSchema.parse(page).items.find(({ dueAt }) => Date.parse(dueAt) === due);
    if (occurrence === undefined) throw new Error("it was not due");
    for (const each of occurrence.runs) await work(each.id, due + minute);
    if (occurrence.endedAt !== null) return occurrence;
  }
  throw new Error("it does not end");
}

const show = async (id: string): Promise<BackupSetDetail> =>
  backupSetDetailSchema.parse(await (await request(`${base}/backup-sets/${id}`)).json());
const sets = async () => backupSetListSchema.parse(await (await request(`${base}/backup-sets`)).json()).items;
const standing = async () => backupStandingSchema.parse(await (await request(`${base}/backup-standing`)).json());
const setOf = ({ runs: [first] }: Occurrence): string => first?.result?.id ?? "";
const told = async () => {
  const list = await (await request(`${base}/notifications`)).json();
  return notificationListSchema.parse(list).items.map(({ title, href, runId }) => ({ title, href, runId }));
};

describe("a tenant whose backups need nobody", () => {
  it("is told to have none before there is one, and nobody is alarmed before one was due", async () => {
    expect(await standing()).toEqual({ newest: null, ageLimitDays: 8, isOld: null, checked: null, failedCheck: null });
    await tellOfOldBackups(env.DATABASE, tenant.tenantId, Date.now() + 7 * DAY);
    expect(await told()).toEqual([]);
    // A schedule that should have made one, and has not.
    await tellOfOldBackups(env.DATABASE, tenant.tenantId, Date.now() + 9 * DAY);
    expect((await told()).map(({ title }) => title)).toEqual(["There is no whole backup"]);
  });

  it("backs up, checks a restore once a month, keeps what the rule says, and deletes the rest after a week", async () => {
    const first = await night(at("2031-03-03T02:00:00Z"));
    expect(first.runs.map(({ type, outcome }) => [type, outcome])).toEqual([
      ["backup-set.add-policies", "succeeded"],
      ["policy.restore-preview", "succeeded"],
    ]);
    const one = setOf(first);
    expect(await standing()).toMatchObject({
      newest: { at: "2031-03-03T02:00:00.000Z", backupSet: { id: one } },
      checked: { backupSet: { id: one }, couldReturn: 2, couldNot: 0, itemsMissingReferences: 0, isWhole: true },
      failedCheck: null,
    });
    // The check has written nothing, and succeeded: its owner hears nothing of either run.
    expect(await told()).toHaveLength(1);

    // In the same month nothing is checked again.
    const second = await night(at("2031-03-04T02:00:00Z"));
    expect(second).toMatchObject({ state: "succeeded" });
    expect(second.runs.map(({ type }) => type)).toEqual(["backup-set.add-policies"]);
    const third = await night(at("2031-04-01T02:00:00Z"));
    expect(third.runs).toHaveLength(2);
    const [two, three] = [setOf(second), setOf(third)];
    expect((await standing()).checked?.backupSet?.id).toBe(three);

    // The rule keeps one day; the newest is kept for more than one reason.
    expect((await show(three)).kept).toMatchObject({ reasons: ["newest_whole", "checked", "day"] });
    expect(await show(one)).toMatchObject({
      schedule: { id: scheduleId, name: "Nightly backup", removed: false },
      kept: { reasons: [], untilDay: null, deletedAfter: null },
    });
    const later = at("2031-04-01T12:00:00Z");
    expect(await expireSets(env, { tenantId: tenant.tenantId, now: later, most: 1 })).toBe(true);
    expect(await expireSets(env, { tenantId: tenant.tenantId, now: later })).toBe(false);
    const archived = (await sets()).filter(({ state }) => state === "archived").map(({ id }) => id);
    expect(archived.toSorted()).toEqual([one, two].toSorted());
    expect((await show(one)).kept).toMatchObject({ reasons: [], deletedAfter: "2031-04-08T12:00:00.000Z" });

    // A person brings one of them back: it stays for good.
    const restored = await post(`${base}/operations`, { type: "backup-set.restore", input: { backupSetIds: [two] } });
    const { run: restore } = await restored.json<{ run: { id: string } }>();
    await runs.completed(restore.id);
    await expireSets(env, { tenantId: tenant.tenantId, now: later + 6 * DAY });
    expect((await sets()).map(({ id }) => id)).toContain(one);
    await expireSets(env, { tenantId: tenant.tenantId, now: later + 7 * DAY });
    expect((await sets()).map(({ id }) => id).toSorted()).toEqual([two, three].toSorted());
    expect((await show(two)).kept).toMatchObject({ reasons: ["person"] });
    const { results } = await env.DATABASE.prepare(
      "select action, actor_id from audit_events where tenant_id = ?1 and target_id = ?2 order by seq",
    )
      .bind(tenant.tenantId, one)
      .all();
    expect(results.map((row) => row["action"])).toEqual([
      "backup-set.create",
      "backup-set.archive",
      "backup-set.force-delete",
    ]);
    expect(results.slice(1).every((row) => row["actor_id"] === null)).toBe(true);
  });

  it("keeps all of it under a legal hold, and only archives where a deletion needs an approval", async () => {
    const fourth = await night(at("2031-05-01T02:00:00Z"));
    const before = (await sets()).map(({ id, state }) => [id, state]);
    const now = at("2031-05-02T00:00:00Z");
    await run(
      "insert into legal_holds (id, tenant_id, name, reason, placed_by, placed_at) values ('hold-1', ?1, 'M', 'r', 'user-owner', 1)",
      tenant.tenantId,
    );
    await expireSets(env, { tenantId: tenant.tenantId, now });
    await expireSets(env, { tenantId: tenant.tenantId, now: now + 30 * DAY });
    expect((await sets()).map(({ id, state }) => [id, state])).toEqual(before);
    await run("delete from legal_holds where id = 'hold-1'");
    await run(
      "insert into approval_settings (tenant_id, subjects, request_hours, updated_at) values (?1, '[\"force-delete\"]', 72, 1)",
      tenant.tenantId,
    );
    await expireSets(env, { tenantId: tenant.tenantId, now });
    await expireSets(env, { tenantId: tenant.tenantId, now: now + 30 * DAY });
    expect(await sets()).toHaveLength(before.length);
    expect((await sets()).filter(({ state }) => state === "archived")).toHaveLength(1);
    await run("delete from approval_settings where tenant_id = ?1", tenant.tenantId);
    expect((await standing()).newest?.backupSet.id).toBe(setOf(fourth));
  });

  it("is told once when the newest whole backup is older than its limit, and again of the next", async () => {
    const newest = at("2031-05-01T02:00:00Z");
    const title = "The newest whole backup is old";
    const old = async () => (await told()).filter((each) => each.title === title).length;
    await tellOfOldBackups(env.DATABASE, tenant.tenantId, newest + 8 * DAY);
    expect(await old()).toBe(0);
    for (const days of [9, 10]) await tellOfOldBackups(env.DATABASE, tenant.tenantId, newest + days * DAY);
    expect(await old()).toBe(1);
    expect((await told()).find((each) => each.title === title)).toMatchObject({
      href: `/t/${tenant.name}/backup-sets`,
      runId: null,
    });
    // No limit, nothing is told; the other settings stay as they are.
    const changed = await post(`${base}/settings`, { backupAgeLimitDays: null });
    expect(await changed.json()).toEqual({ reviewPackRetentionDays: 90, backupAgeLimitDays: null, tags: [] });
    await night(at("2031-06-01T02:00:00Z"));
    await tellOfOldBackups(env.DATABASE, tenant.tenantId, newest + 90 * DAY);
    expect(await old()).toBe(1);
    await post(`${base}/settings`, { backupAgeLimitDays: 1 });
    await tellOfOldBackups(env.DATABASE, tenant.tenantId, newest + 90 * DAY);
    expect(await old()).toBe(2);
  });

  it("does not count a backup of a part, one that failed in part, or one that is out of service", async () => {
    const { newest } = await standing();
    const { id } = await (await post(`${base}/backup-sets`, { name: "By hand" })).json<{ id: string }>();
    const input = { backupSetId: id, filter: { query: "Edge" } };
    const actor = { id: "user-owner", name: "Owner" };
    const request = { tenantId: tenant.tenantId, tenantSlug: tenant.name, actor, type: "backup-set.add-policies" };
    const started = await startRun(ALONE, { ...request, input, idempotencyKey: null });
    if (started.kind !== "started") throw new Error(started.kind);
    const part = started.body.run;
    await work(part.id, at("2031-07-01T00:00:00Z"));
    expect((await standing()).newest).toEqual(newest);
    // As if the last whole one had lost a part, and a retry had mended it.
    const partly =
      "update operation_runs set outcome = 'partially_succeeded' where type = 'backup-set.add-policies' and tenant_id = ?1 and created_at >= ?2";
    await run(partly, tenant.tenantId, at("2031-06-01T00:00:00Z"));
    expect((await standing()).newest?.at).toBe("2031-05-01T02:00:00.000Z");
    await run(
      "update operation_runs set retry_of = (select id from operation_runs where tenant_id = ?1 and type = 'backup-set.add-policies' and created_at between ?3 and ?3 + 60000), outcome = 'succeeded' where id = ?2",
      tenant.tenantId,
      part.id,
      at("2031-06-01T02:00:00Z"),
    );
    expect((await standing()).newest).toEqual(newest);
  });

  it("may be given a rule only by those who may delete sets for good", async () => {
    expect((await post(`${base}/schedules`, BACKUP, { as: "operator" })).status).toBe(403);
    const steps = [{ type: "backup-set.add-policies" }, { type: "policy.restore-preview" }];
    const without = await post(`${base}/schedules`, { ...BACKUP, name: "Without a rule", steps }, { as: "operator" });
    expect(without.status).toBe(201);
    const nothing = { ...BACKUP, steps: [{ type: "backup-set.add-policies", keep: { days: 0, weeks: 0, months: 0 } }] };
    expect((await post(`${base}/schedules`, nothing)).status).toBe(400);
  });
});
