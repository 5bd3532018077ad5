/** Canceling and retrying all runs that match a filter, as runs of their own. */
import { beforeAll, describe, expect, it } from "vitest";
import { toldApiTokenSchema } from "../../src/contract/api-tokens.ts";
import { auditEventListSchema } from "../../src/contract/audit-events.ts";
import { matchingRunsSchema } from "../../src/contract/run-filter.ts";
import { type Run, runListSchema, runUnitListSchema } from "../../src/contract/runs.ts";
import { ObjectUnavailableError } from "../../src/durable-objects/repeat-call.ts";
import { cancelRuns } from "../../src/operations/over-runs/cancel-runs.ts";
import { retryRuns } from "../../src/operations/over-runs/retry-runs.ts";
import { portsOf } from "../../src/queue/handle-queue.ts";
import { cancelRun } from "../../src/runs/edge/change-run.ts";
import { retryRun } from "../../src/runs/edge/retry-run.ts";
import { runVerbs } from "../../src/runs/edge/run-verbs.ts";
import { startRun } from "../../src/runs/edge/start-run.ts";
import { InvocationBudget } from "../../src/runs/invocation-budget.ts";
import type { RunUnitTask, RunVerbs, UnitContext } from "../../src/runs/operation.ts";
import { post, problemOf, request } from "../http/demo.ts";
import { env } from "../support/environment.ts";
import { tenantRuns } from "../support/tenant-runs.ts";
import { memberStatements, seedTenant } from "../support/tenants.ts";
import { registerTestOperation } from "../support/test-operations.ts";

const LATER = { kind: "deferred", delaySeconds: 3_600, reasonCode: "later", message: "Later." } as const;
const BROKEN = { kind: "failed", reasonCode: "broken", message: "It broke." } as const;

const waiting = registerTestOperation("test.matching-waiting");
waiting.behave = () => LATER;
const failing = registerTestOperation("test.matching-failing");
failing.behave = (ordinal) => (ordinal === 0 ? BROKEN : { kind: "succeeded" });
const guarded = registerTestOperation("test.matching-guarded", { declared: { capability: "restore.execute" } });
guarded.behave = () => BROKEN;

const OPERATOR = { id: "user-over-operator", name: "Olga" };
let tenant: Awaited<ReturnType<typeof seedTenant>>;
let stranger: Awaited<ReturnType<typeof seedTenant>>;
beforeAll(async () => {
  tenant = await seedTenant("over");
  stranger = await seedTenant("not-over");
  await env.DATABASE.prepare("insert into users (id, email, name, created_at) values (?1, 'olga@example.test', ?2, 0)")
    .bind(OPERATOR.id, OPERATOR.name)
    .run();
  await env.DATABASE.batch(memberStatements(tenant.tenantId, OPERATOR.id, "operator"));
});

const { start, current, completed, proof } = tenantRuns(() => tenant);
const others = tenantRuns(() => stranger);

async function startOver(
  type: "operations.cancel" | "operations.retry",
  filter: Record<string, string>,
  actor = tenant.actor,
): Promise<Run> {
  const outcome = await startRun(env, { ...tenant, actor, type, input: { filter }, idempotencyKey: null });
  if (outcome.kind !== "started") throw new Error(JSON.stringify(outcome));
  return outcome.body.run;
}

async function unitsOf(runId: string) {
  const response = await request(`/api/tenants/over/operations/${runId}/units`);
  return runUnitListSchema.parse(await response.json()).items;
}

/** @param path the act and the filter, as in an address */
async function matching(path: string) {
  return matchingRunsSchema.parse(await (await request(`/api/tenants/over/matching-operations/${path}`)).json());
}

const countOf = async (where: string, ...values: string[]): Promise<number> => {
  const row = await env.DATABASE.prepare(`select count(*) as found from operation_runs where ${where}`)
    .bind(...values)
    .first<{ found: number }>();
  return row?.found ?? -1;
};

const unit = (over: Run, target: Run): RunUnitTask => {
  const { id: runId, tenantId } = over;
  const input = { runId: target.id, type: target.type };
  return { key: target.id, label: target.label, input, runId, tenantId, ordinal: 0, deferrals: 0 };
};

async function context(runs?: RunVerbs): Promise<UnitContext> {
  const ports = portsOf(env, new InvocationBudget());
  const own = await ports.unitContext(tenant.tenantId, new AbortController().signal);
  return runs === undefined ? own : { ...own, runs };
}

describe("canceling all runs that match", () => {
  it("is a counted run that cancels each of them in the person's name, and no other run", async () => {
    const targets = [
      await start("test.matching-waiting", 2),
      await start("test.matching-waiting", 2),
      await start("test.matching-waiting", 1),
    ];
    const theirs = await others.start("test.matching-waiting", 1);
    const asked = await matching("cancel?type=test.matching-waiting");
    expect(asked.runs).toBe(3);
    expect(await matching(`cancel?type=test.matching-waiting&until=${targets[0]?.createdAt}`)).toMatchObject({
      runs: 0,
    });

    const over = await startOver("operations.cancel", { type: "test.matching-waiting" });
    const later = await start("test.matching-waiting", 1);
    expect(await completed(over.id)).toMatchObject({
      outcome: "succeeded",
      subject: "Test operation",
      summaryCounts: { total: 3, processed: 3, succeeded: 3, failed: 0, skipped: 0 },
      progress: { kind: "finished", text: "3 of 3 operations: 3 succeeded" },
    });
    for (const { id } of targets) expect(await completed(id)).toMatchObject({ outcome: "canceled" });
    expect((await current(later.id))?.status).not.toBe("completed");
    expect((await others.current(theirs.id))?.status).not.toBe("completed");
    expect(await proof(over.id)).toMatchObject({ drift: false, ledger: { total: 3, processed: 3 } });

    const events = await request(`/api/tenants/over/audit-events?action=operation.cancel`);
    const told = auditEventListSchema.parse(await events.json()).items;
    expect(told.map(({ target }) => target.id).toSorted()).toEqual(targets.map(({ id }) => id).toSorted());
    for (const event of told) {
      expect(event).toMatchObject({ actor: { id: tenant.actor.id }, origin: { way: "run", runId: over.id } });
    }

    // Delivered again: the same answer, nothing done twice. Asked for by another: it had ended.
    const [target] = targets;
    if (target === undefined) throw new Error("no target");
    const again = await Promise.all([1, 2, 3].map(async () => cancelRuns.execute(unit(over, target), await context())));
    expect(again).toEqual([{ kind: "succeeded" }, { kind: "succeeded" }, { kind: "succeeded" }]);
    const second = await startOver("operations.cancel", { type: "test.matching-waiting" });
    expect(await completed(second.id)).toMatchObject({ outcome: "succeeded", summaryCounts: { total: 1 } });
    expect(await cancelRuns.execute(unit(second, target), await context())).toMatchObject({
      kind: "skipped",
      reasonCode: "already_ended",
    });
    const seen = await request(`/api/tenants/over/audit-events?action=operation.cancel&targetId=${target.id}`);
    expect(auditEventListSchema.parse(await seen.json()).items).toHaveLength(1);
    await cancelRun(env, { ...stranger, runId: theirs.id });
  });

  it("counts once and by its reason what had ended, what is gone, and what the person may not do any more", async () => {
    const ended = await completed((await start("test.matching-failing", 1)).id);
    const over = await startOver("operations.cancel", { type: (await start("test.matching-waiting", 1)).type });
    await completed(over.id);
    const verdict = async (target: Run, by = over) => cancelRuns.execute(unit(by, target), await context());
    expect(await verdict(ended)).toMatchObject({ kind: "skipped", reasonCode: "already_ended" });
    expect(await verdict({ ...ended, id: "run_gone" })).toMatchObject({ kind: "skipped", reasonCode: "not_found" });
    // Of another tenant: there is no such run here.
    const theirs = await others.start("test.matching-waiting", 1);
    expect(await verdict(theirs)).toMatchObject({ kind: "skipped", reasonCode: "not_found" });
    expect((await others.current(theirs.id))?.outcome).toBe("pending");
    await cancelRun(env, { ...stranger, runId: theirs.id });

    const target = await start("test.matching-waiting", 1);
    const unreachable = () => Promise.reject(new ObjectUnavailableError("unreachable", null));
    const lost = await context({ ...runVerbs(() => {}), cancel: unreachable, retry: unreachable });
    expect(await cancelRuns.execute(unit(over, target), lost)).toMatchObject({
      kind: "deferred",
      reasonCode: "unavailable",
    });
    await env.DATABASE.batch(memberStatements(tenant.tenantId, tenant.actor.id, "readonly"));
    const refused = await verdict(target);
    await env.DATABASE.batch(memberStatements(tenant.tenantId, tenant.actor.id, "owner"));
    expect(refused).toMatchObject({ kind: "failed", reasonCode: "forbidden" });
    expect((await current(target.id))?.outcome).toBe("pending");
    await cancelRun(env, { ...tenant, runId: target.id });
  });
});

describe("retrying what failed of all runs that match", () => {
  it("starts one retry of each that the person may retry, however often a unit is delivered", async () => {
    const targets: Run[] = [];
    for (let at = 0; at < 2; at += 1) targets.push(await completed((await start("test.matching-failing", 3)).id));
    const forbidden = await completed((await start("test.matching-guarded", 1)).id);
    const done = await completed((await start("test.matching-failing", 1)).id);
    await retryRun(env, { ...tenant, runId: done.id });
    const from = targets[0]?.createdAt ?? "";
    // Neither the run that was retried already nor what is under way; but the retry of that run failed by itself.
    const retryOfDone = await countOf("retry_of = ?1", done.id);
    expect(retryOfDone).toBe(1);
    await completed((await runIdOf("retry_of = ?1", done.id)) ?? "");
    expect(await matching(`retry?from=${from}`)).toMatchObject({ runs: 4 });

    const over = await startOver("operations.retry", { from }, OPERATOR);
    const [first, second] = targets;
    if (first === undefined || second === undefined) throw new Error("no targets");
    expect(await completed(over.id)).toMatchObject({
      outcome: "partially_succeeded",
      subject: `All operations, from ${from.slice(0, 10)} ${from.slice(11, 16)} UTC`,
      summaryCounts: { total: 4, processed: 4, succeeded: 3, failed: 1, skipped: 0 },
    });
    expect(await unitsOf(over.id)).toMatchObject([{ key: forbidden.id, outcome: "failed", reasonCode: "forbidden" }]);
    for (const { id } of targets) expect(await countOf("retry_of = ?1 and initiator_id = ?2", id, OPERATOR.id)).toBe(1);
    expect(await countOf("retry_of = ?1", forbidden.id)).toBe(0);

    const again = await Promise.all([1, 2, 3].map(async () => retryRuns.execute(unit(over, first), await context())));
    expect(again).toEqual([{ kind: "succeeded" }, { kind: "succeeded" }, { kind: "succeeded" }]);
    expect(await countOf("retry_of = ?1", first.id)).toBe(1);
    // The person who may do it retries what was refused, and another run finds that the others were retried.
    const rest = await retryRun(env, { ...tenant, runId: over.id });
    if (!("body" in rest)) throw new Error(rest.kind);
    expect(await completed(rest.body.run.id)).toMatchObject({ outcome: "succeeded", summaryCounts: { total: 1 } });
    expect(await countOf("retry_of = ?1", forbidden.id)).toBe(1);
    expect(await retryRuns.execute(unit(rest.body.run, second), await context())).toMatchObject({
      kind: "skipped",
      reasonCode: "already_retried",
    });
  });

  it("starts one retry though a unit is executed several times at once", async () => {
    const target = await completed((await start("test.matching-failing", 1)).id);
    const over = await startOver("operations.retry", { from: target.createdAt });
    await completed(over.id);
    const next = await completed((await start("test.matching-failing", 1)).id);
    const all = await Promise.all(
      Array.from({ length: 6 }, async () => retryRuns.execute(unit(over, next), await context())),
    );
    expect(all.map(({ kind }) => kind)).toEqual(Array(6).fill("succeeded"));
    expect(await countOf("retry_of = ?1", next.id)).toBe(1);
  });

  it("waits for room, and leaves to another person what needs an approval", async () => {
    const target = await completed((await start("test.matching-failing", 1)).id);
    const over = await startOver("operations.retry", { from: target.createdAt });
    await completed(over.id);
    const full: RunVerbs = {
      ...runVerbs(() => {}),
      cancel: () => Promise.reject(new Error("not asked for")),
      retry: () => Promise.resolve({ kind: "too_many_runs" }),
    };
    expect(await retryRuns.execute(unit(over, target), await context(full))).toMatchObject({
      kind: "deferred",
      delaySeconds: 30,
      reasonCode: "too_many_runs",
    });
    await env.DATABASE.prepare(
      "insert into approval_settings (tenant_id, subjects, request_hours, updated_at) values (?1, '[\"restore\"]', 72, 0)",
    )
      .bind(tenant.tenantId)
      .run();
    const restore = { ...target, type: "policy.restore" };
    expect(await retryRuns.execute(unit(over, restore), await context(full))).toMatchObject({
      kind: "failed",
      reasonCode: "approval_required",
    });
  });
});

describe("a start over a filter", () => {
  it("is refused where nothing matches, over its own kind, and by an API token", async () => {
    const refused = async (type: string, filter: object) =>
      problemOf(await post("/api/tenants/over/operations", { type, input: { filter } }));
    expect(await refused("operations.cancel", { type: "evidence.snapshot" })).toMatchObject({
      code: "invalid_input",
      fields: [{ path: "input.filter", message: "matches no operation" }],
    });
    expect(await refused("operations.retry", { type: "operations.retry" })).toMatchObject({
      code: "invalid_input",
      fields: [{ path: "input.filter.type" }],
    });
    const made = await post("/api/api-tokens", {
      name: "Cancels",
      tenantIds: ["over"],
      capabilities: ["operations.read", "operations.cancel", "operations.retry"],
      expiresInDays: 1,
    });
    const { token } = toldApiTokenSchema.parse(await made.json());
    const byToken = async (path: string, body: unknown) =>
      problemOf(await post(path, body, { headers: { authorization: `Bearer ${token}` } }));
    const target = await start("test.matching-waiting", 1);
    expect(await byToken("/api/tenants/over/operations", { type: "operations.cancel" })).toMatchObject({
      code: "forbidden",
    });
    expect((await current(target.id))?.status).not.toBe("completed");
    const over = await completed((await startOver("operations.cancel", { type: target.type })).id);
    expect(await byToken(`/api/tenants/over/operations/${over.id}/retry`, {})).toMatchObject({ code: "forbidden" });
  });

  it("filters as the list of runs does: by the person and the time as well", async () => {
    const list = async (query: string) =>
      runListSchema.parse(await (await request(`/api/tenants/over/operations?limit=200&${query}`)).json()).items;
    const by = await list(`startedBy=${OPERATOR.id}`);
    expect(by.length).toBeGreaterThan(2);
    expect(new Set(by.map(({ initiator }) => initiator?.id))).toEqual(new Set([OPERATOR.id]));
    const all = await list("");
    const middle = all[Math.floor(all.length / 2)]?.createdAt ?? "";
    const [since, before] = [await list(`from=${middle}`), await list(`until=${middle}`)];
    expect(since.every(({ createdAt }) => createdAt >= middle)).toBe(true);
    expect(before.every(({ createdAt }) => createdAt < middle)).toBe(true);
    expect(since.length + before.length).toBe(all.length);
    expect(since.length).toBeGreaterThan(0);
  });
});

async function runIdOf(where: string, ...values: string[]): Promise<string | null> {
  const row = await env.DATABASE.prepare(`select id from operation_runs where ${where}`)
    .bind(...values)
    .first<{ id: string }>();
  return row?.id ?? null;
}
