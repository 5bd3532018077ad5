/** Every operation within the limits of an invocation, which bindings enforce here as the platform does. */
import { beforeAll, describe, expect, it } from "vitest";
import { operationTypes } from "../../src/contract/operation-types.ts";
import { baselineIdOf } from "../../src/database/baselines/baseline-building.ts";
import { addPolicies } from "../../src/operations/backup-sets/add-policies.ts";
import { operationByType } from "../../src/operations/registry.ts";
import {
  InvocationBudget,
  type InvocationLimits,
  PLATFORM_LIMITS,
  SHARED_LIMITS,
  STEP_NEEDS,
  UNIT_NEEDS,
} from "../../src/runs/invocation-budget.ts";
import { gatedEnv } from "../../src/runs/edge/gated-env.ts";
import type { BulkOperation, RunUnitTask, UnitContext } from "../../src/runs/operation.ts";
import { consumeAll, consumeBatch } from "../support/batches.ts";
import { PlatformInvocation, within } from "../support/platform-invocation.ts";
import { runReference } from "../support/run-reference.ts";
import { newRunId, newSet, planned } from "../operations/backup-sets/backups.ts";
import { importRun, uploaded, zipOf } from "../operations/policy-files/uploads.ts";
import { previewed, restoreRun } from "../operations/policy-restore/restores.ts";
import { recordedSnapshot } from "../operations/recorded-snapshot.ts";
import {
  assignedTo,
  setting,
  settingsCatalogPolicy,
  simulatedTenant,
  type SimulatedTenant,
} from "../operations/simulated-tenant.ts";
import { env } from "../support/environment.ts";

const POLICIES = 12;
const FAMILY = "settingsCatalog";

let tenant: SimulatedTenant;
let backupSetId: string;
let snapshotId: string;
let baselineId: string;
beforeAll(async () => {
  tenant = await simulatedTenant();
  for (let at = 0; at < POLICIES; at += 1) {
    const parts = { settings: [setting("s", String(at))], assignments: [assignedTo("group-a")] };
    await tenant.add(FAMILY, settingsCatalogPolicy(`Policy ${at}`), parts);
  }
  await tenant.syncOne(FAMILY);
  backupSetId = await newSet(tenant.tenantId);
  const documents = Array.from({ length: 150 }, (_, at) => ({ id: `p${at}`, name: `P ${at}`, text: `{"at":${at}}` }));
  ({ snapshotId } = await recordedSnapshot(tenant.tenantId, documents));
});

describe("the bindings of these tests", () => {
  it("refuse the 1,001st query of an invocation, by calls and by statements, and the request after the last", async () => {
    const answer = () => Promise.resolve("answered");
    const calls = new PlatformInvocation();
    for (let at = 0; at < PLATFORM_LIMITS.queries; at += 1) await calls.gate({ to: "database", statements: 1 }, answer);
    const { DATABASE } = calls.bindings(env);
    await expect(DATABASE.prepare("select 1").first()).rejects.toThrow("Too many API requests");
    const statements = new PlatformInvocation();
    const batched = statements.bindings(env).DATABASE;
    const some = (count: number) => batched.batch(Array.from({ length: count }, () => batched.prepare("select 1")));
    await some(600);
    await expect(some(401)).rejects.toThrow("Too many API requests");
    const few = new PlatformInvocation({ ...PLATFORM_LIMITS, subrequests: 1 });
    await few.bindings(env).ARTIFACTS.head("none");
    await expect(few.bindings(env).ARTIFACTS.head("none")).rejects.toThrow("Too many subrequests");
    expect([calls.refused, statements.refused, few.refused]).toEqual([1, 1, 1]);
  });

  it("let six requests wait for an answer, to whatever they are, and the seventh wait for one of them", async () => {
    const platform = new PlatformInvocation();
    const { ARTIFACTS, DATABASE } = platform.bindings(env);
    await Promise.all([
      ...Array.from({ length: 10 }, (_, at) => ARTIFACTS.head(`none-${at}`)),
      ...Array.from({ length: 10 }, () => DATABASE.prepare("select 1").first()),
    ]);
    expect(platform).toMatchObject({ mostWaiting: 14, refused: 0, used: { requests: 20, queries: 10 } });
  });
});

/** The bulk operation of a type. */
function bulk(type: string): BulkOperation {
  const operation = operationByType(type);
  if (operation === null || operation.progressMode === "phased") throw new Error(`${type} has no units`);
  return operation;
}

const plan = (type: string, input: unknown, runId = newRunId()) =>
  planned(bulk(type), tenant.tenantId, input, tenant.context(), runId);

async function sets(count: number): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, (_, at) => newSet(tenant.tenantId, `Set ${at}`)));
}

/** Rows of runs that never began, which the tests' operations over runs take. */
async function someRuns(): Promise<string[]> {
  const ids = Array.from({ length: 6 }, () => newRunId());
  await env.DATABASE.batch(
    ids.map((id) =>
      env.DATABASE.prepare(
        `insert into operation_runs (id, tenant_id, type, status, outcome, input, identity, initiator_id, created_at, updated_at)
         values (?1, ?2, 'backup-set.delete', 'queued', 'pending', '{"backupSetIds":["none"]}', ?1, 'user-owner', 0, ?3)`,
      ).bind(id, tenant.tenantId, Date.now()),
    ),
  );
  return ids;
}

/** The units of a run over runs, which is there: its units ask who started it. */
async function overRuns(type: "operations.cancel" | "operations.retry", ids: readonly string[]) {
  const runId = newRunId();
  await env.DATABASE.prepare(
    `insert into operation_runs (id, tenant_id, type, status, outcome, input, identity, initiator_id, created_at, updated_at)
     values (?1, ?2, ?3, 'completed', 'succeeded', '{}', ?1, 'user-owner', 0, 0)`,
  )
    .bind(runId, tenant.tenantId, type)
    .run();
  return (await plan(type, { filter: { until: "1970-01-01T00:00:01Z" } }, runId)).filter(({ key }) =>
    ids.includes(key),
  );
}

/** The units of a run of each type that has units; those that have phases are below. */
const UNITS: Record<string, () => Promise<RunUnitTask[]>> = {
  "inventory.sync": () => tenant.plan(),
  "backup-set.add-policies": () => plan("backup-set.add-policies", { backupSetId, filter: {} }),
  "backup-set.import": async () => {
    const folder = Object.fromEntries(
      Array.from({ length: 6 }, (_, at) => [`SettingsCatalog/${at}.json`, settingsCatalogPolicy(`Imported ${at}`)]),
    );
    return (await importRun(tenant.tenantId, await uploaded(tenant.tenantId, await zipOf(folder)), tenant.context()))
      .tasks;
  },
  "policy.restore": async () => {
    const asked = { backupSetId, mode: "create" as const, assignments: true };
    return (await restoreRun(tenant, await previewed(tenant, asked))).tasks;
  },
  "backup-set.delete": async () => plan("backup-set.delete", { backupSetIds: await sets(6) }),
  "backup-set.restore": async () => plan("backup-set.restore", { backupSetIds: await sets(6) }),
  "backup-set.force-delete": async () => plan("backup-set.force-delete", { backupSetIds: await sets(6) }),
  "evidence.snapshot": () => plan("evidence.snapshot", {}),
  "review-pack.generate": () => plan("review-pack.generate", { evidenceSnapshotId: snapshotId }),
  "operations.cancel": async () => overRuns("operations.cancel", await someRuns()),
  "operations.retry": async () => {
    const ids = await someRuns();
    await env.DATABASE.prepare(
      `update operation_runs set status = 'completed', outcome = 'failed', summary_counts = '{"failed":1}'
        where id in (select value from json_each(?))`,
    )
      .bind(JSON.stringify(ids))
      .run();
    return overRuns("operations.retry", ids);
  },
  "tenant.export": () => plan("tenant.export", {}),
  "news.deliver": async () => {
    const runId = newRunId();
    await env.DATABASE.batch([
      env.DATABASE.prepare(
        `insert into news_channels (id, tenant_id, kind, name, recipients, status, created_at, created_by, version)
         values (?1, ?2, 'bell', 'Console', '[]', 'on', 1, 'user-owner', 1)`,
      ).bind(`chn_${runId}`, tenant.tenantId),
      ...["one", "two"].map((each) =>
        env.DATABASE.prepare(
          `insert into news_messages (id, tenant_id, channel_id, test, items, count, state, tries, failed_tries, run_id, created_at)
           values (?1, ?2, ?3, 1, '[]', 1, 'sending', 0, 0, ?4, 1)`,
        ).bind(`msg_${each}_${runId}`, tenant.tenantId, `chn_${runId}`, runId),
      ),
    ]);
    return plan("news.deliver", { takenAt: 1 }, runId);
  },
};

describe("an execution of", () => {
  it.each(Object.keys(UNITS))("%s takes no more than its operation says", async (type) => {
    const operation = bulk(type);
    const tasks = (await UNITS[type]?.()) ?? [];
    expect(tasks.length).toBeGreaterThan(1);
    const needs = operation.needs ?? UNIT_NEEDS;
    // One after the other, so that what each takes can be told.
    const [batch, ...more] = await consumeAll({ ...operation, concurrency: 1 }, tasks, tenant.context().env, 1_000);
    expect(more).toEqual([]);
    if (batch === undefined) throw new Error("no batch");
    expect([...batch.verdicts.values()].filter(({ kind }) => kind === "deferred" || kind === "failed")).toEqual([]);
    expect(batch.platform.refused).toBe(0);
    expect(batch.largest.queries).toBeGreaterThan(0);
    expect(batch.largest.queries, "queries").toBeLessThanOrEqual(needs.queries);
    expect(batch.largest.requests, "requests").toBeLessThanOrEqual(needs.subrequests);
  });
});

describe("a batch of units that would use up its invocation", () => {
  const scarce = (queries: number): InvocationLimits => ({ ...PLATFORM_LIMITS, queries });

  it("meets the platform's refusals where nothing holds it back: the units fail of it", async () => {
    const tasks = await plan("backup-set.add-policies", { backupSetId: await newSet(tenant.tenantId), filter: {} });
    const unlimited = { connections: 1_000, subrequests: Infinity, queries: Infinity, memoryMiB: Infinity };
    const batch = await consumeBatch(addPolicies, tasks, tenant.context().env, unlimited, scarce(30));
    expect(batch.platform.refused).toBeGreaterThan(0);
    expect([...batch.verdicts.values()]).toContainEqual(
      expect.objectContaining({ kind: "deferred", reasonCode: "storage_unavailable" }),
    );
  });

  it("is worked on in as many invocations as it takes, without a refusal, a failure or a waiting request", async () => {
    const tasks = await plan("backup-set.add-policies", { backupSetId: await newSet(tenant.tenantId), filter: {} });
    const operation = { ...addPolicies, needs: { queries: 12, subrequests: 100, memoryMiB: 16 } };
    let left = [...tasks];
    let invocations = 0;
    for (; left.length > 0; invocations += 1) {
      const limits = { ...SHARED_LIMITS, queries: 28 };
      const batch = await consumeBatch(operation, left, tenant.context().env, limits, scarce(30));
      expect(batch.platform).toMatchObject({ refused: 0, mostWaiting: 0 });
      expect(batch.postponed.length + batch.verdicts.size).toBe(left.length);
      expect([...batch.verdicts.values()].filter(({ kind }) => kind !== "succeeded")).toEqual([]);
      left = left.filter(({ ordinal }) => batch.postponed.includes(ordinal));
    }
    expect(invocations).toBeGreaterThan(2);
  });
});

/** Takes steps, each in an alarm of its own; each has to keep within what a step may take. Returns the last answer. */
async function inSteps<Answer extends { kind: string }>(
  step: (cursor: string | null, context: UnitContext) => Promise<Answer>,
  next: (answer: Answer) => string | null,
): Promise<Answer> {
  let cursor: string | null = null;
  for (;;) {
    const platform = new PlatformInvocation();
    const budget = new InvocationBudget();
    const context = {
      ...tenant.context(),
      budget,
      env: gatedEnv(platform.bindings(tenant.context().env), budget.gate),
    };
    const at = cursor;
    const answer = await within(platform, () => step(at, context));
    expect(platform.refused).toBe(0);
    expect(platform.used.queries, `queries of the step after ${at}`).toBeLessThanOrEqual(STEP_NEEDS.queries);
    expect(platform.used.requests, `requests of the step after ${at}`).toBeLessThanOrEqual(STEP_NEEDS.subrequests);
    cursor = next(answer);
    if (cursor === null) return answer;
  }
}

describe("a step of", () => {
  const PHASES: Record<string, () => object> = {
    "policy.restore-preview": () => ({ backupSetId, mode: "create", assignments: true }),
    "baseline.capture": () => ({ name: "Gold" }),
    "baseline.compare": () => ({ baselineId }),
  };

  it.each(Object.keys(PHASES))("%s takes no more than an alarm has room for", async (type) => {
    const operation = operationByType(type);
    if (operation?.progressMode !== "phased") throw new Error(`${type} has no phases`);
    const run = runReference(tenant.tenantId, newRunId(), { tenantSlug: tenant.name, initiatorId: "user-owner" });
    const asked = operation.inputSchema.parse(PHASES[type]?.());
    const prepared = await operation.prepare?.(tenant.tenantId, asked, tenant.context().env);
    const input = prepared?.kind === "ready" ? prepared.input : asked;
    const end = await inSteps(
      (cursor, context) => operation.advance({ ...run, cursor }, input, context),
      (answer) => (answer.kind === "continue" ? answer.cursor : null),
    );
    expect(end).toMatchObject({ kind: "done" });
    if (type === "baseline.capture") baselineId = baselineIdOf(run.runId);
  });

  it.each(["inventory.sync", "review-pack.generate", "tenant.export"])(
    "the finalizer of %s takes no more either",
    async (type) => {
      const operation = bulk(type);
      const input = operation.inputSchema.parse(
        type === "review-pack.generate" ? { evidenceSnapshotId: snapshotId } : {},
      );
      const run = runReference(tenant.tenantId, newRunId(), { createdAt: Date.now() });
      const tasks = await planned(operation, tenant.tenantId, input, tenant.context(), run.runId);
      await consumeAll(operation, tasks, tenant.context().env, 1_000);
      const total = tasks.length;
      const settled = { total, counts: { succeeded: total, failed: 0, skipped: 0 } };
      const end = await inSteps(
        async (cursor, context) => {
          const answer = await operation.finalize?.({ ...run, ...settled, cursor }, input, context);
          if (answer === undefined) throw new Error("no finalizer");
          return answer;
        },
        (answer) => (answer.kind === "continue" ? answer.cursor : null),
      );
      expect(end.kind).toBe("finalized");
    },
  );

  it("is measured of every type", () => {
    expect([...Object.keys(UNITS), ...Object.keys(PHASES)].toSorted()).toEqual(operationTypes().toSorted());
  });
});
