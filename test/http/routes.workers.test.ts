import { beforeAll, describe, expect, it } from "vitest";
import type { z } from "zod";
import { memberListSchema, tenantListSchema } from "../../src/contract/access.ts";
import { auditEventListSchema } from "../../src/contract/audit-events.ts";
import { notificationListSchema, notificationSchema } from "../../src/contract/notifications.ts";
import {
  liveFrameSchema,
  proofSchema,
  type Run,
  runListSchema,
  runSchema,
  runUnitListSchema,
  startedOperationSchema,
} from "../../src/contract/runs.ts";
import { findMembership } from "../../src/database/tenancy/tenants.ts";
import { queryPlans } from "../support/query-plans.ts";
import { registerTestOperation } from "../support/test-operations.ts";
import { waitFor } from "../support/wait.ts";
import { post, problemOf, request, seedDemoData } from "./demo.ts";
import { env } from "../support/environment.ts";

const BASE = "/api/tenants/contoso";
const steering = registerTestOperation("test.widgets");
const gate = { open: false };
registerTestOperation("test.waiting", {
  execute: async () => {
    while (!gate.open) await new Promise((resolve) => setTimeout(resolve, 10));
    return { kind: "succeeded" };
  },
});

beforeAll(seedDemoData);

async function read<T extends z.ZodType>(path: string, schema: T, as?: string): Promise<z.infer<T>> {
  const response = await request(BASE + path, as === undefined ? {} : { as });
  expect(response.status).toBe(200);
  return schema.parse(await response.json());
}

async function start(type: string, units: number, headers: Record<string, string> = {}) {
  const input = { units, tag: headers["idempotency-key"] ?? crypto.randomUUID() };
  const response = await post(`${BASE}/operations`, { type, input }, { headers });
  return { response, input, body: startedOperationSchema.parse(await response.json()) };
}

function completed(runId: string): Promise<Run> {
  return waitFor(`run ${runId} to complete`, async () => {
    const run = await read(`/operations/${runId}`, runSchema);
    return run.status === "completed" ? run : null;
  });
}

describe("operations", () => {
  it("start with 202 and the run's address, and run to their end", async () => {
    const { response, body } = await start("test.widgets", 3);
    expect(response.status).toBe(202);
    expect(response.headers.get("location")).toBe(`${BASE}/operations/${body.run.id}`);
    expect(body.deduplicated).toBe(false);
    const run = await completed(body.run.id);
    expect(run).toMatchObject({ outcome: "succeeded", summaryCounts: { total: 3, processed: 3 } });
    expect(await read(`/operations/${run.id}/proof`, proofSchema)).toMatchObject({
      drift: false,
      ledger: { processed: 3 },
    });
    const { items } = await read("/operations?state=finished&type=test.widgets", runListSchema);
    expect(items.map(({ id }) => id)).toContain(run.id);
  });

  it("are found again, not started again, while the same work is active; and canceling twice is canceling", async () => {
    const body = { type: "test.waiting", input: { units: 2, tag: "same" } };
    const first = startedOperationSchema.parse(await (await post(`${BASE}/operations`, body)).json());
    const again = await post(`${BASE}/operations`, body);
    expect(again.status).toBe(200);
    expect(startedOperationSchema.parse(await again.json())).toMatchObject({
      deduplicated: true,
      run: { id: first.run.id },
    });

    const early = await post(`${BASE}/operations/${first.run.id}/retry`, {});
    expect(await problemOf(early)).toMatchObject({ status: 409, code: "run_not_completed" });
    for (let press = 0; press < 2; press += 1) {
      const canceled = await request(`${BASE}/operations/${first.run.id}/cancel`, { method: "POST", as: "operator" });
      expect(canceled.status).toBe(200);
      expect(runSchema.parse(await canceled.json())).toMatchObject({ status: "completed", outcome: "canceled" });
    }
    gate.open = true;
  });

  it("give a repeated Idempotency-Key its first answer, and refuse it for other work", async () => {
    const headers = { "idempotency-key": "key-1" };
    const first = await start("test.widgets", 1, headers);
    await completed(first.body.run.id);
    const second = await start("test.widgets", 1, headers);
    expect(second.response.status).toBe(202);
    expect(second.body).toEqual(first.body);
    const other = await post(`${BASE}/operations`, { type: "test.widgets", input: { units: 9 } }, { headers });
    expect(await problemOf(other)).toMatchObject({ status: 409, code: "idempotency_key_reused" });
  });

  it("list the units that failed, and retry those alone", async () => {
    steering.behave = (ordinal) =>
      ordinal === 1 ? { kind: "failed", reasonCode: "broken", message: "It broke" } : { kind: "succeeded" };
    const { body } = await start("test.widgets", 3);
    const run = await completed(body.run.id);
    expect(run.outcome).toBe("partially_succeeded");
    expect([body.run.workerVersion, run.workerVersion]).toEqual([env.VERSION.id, env.VERSION.id]);
    const units = await read(`/operations/${run.id}/units?outcome=failed`, runUnitListSchema);
    expect(units.items).toMatchObject([{ ordinal: 1, label: "Widget 2", reasonCode: "broken" }]);
    expect((await read(`/operations/${run.id}/units?outcome=skipped`, runUnitListSchema)).items).toEqual([]);

    steering.behave = () => ({ kind: "succeeded" });
    const retried = await post(`${BASE}/operations/${run.id}/retry`, {});
    expect(retried.status).toBe(202);
    const { run: retry } = startedOperationSchema.parse(await retried.json());
    expect(await completed(retry.id)).toMatchObject({ retryOf: run.id, summaryCounts: { total: 1, processed: 1 } });
    const nothing = await post(`${BASE}/operations/${retry.id}/retry`, {});
    expect(await problemOf(nothing)).toMatchObject({ status: 409, code: "nothing_to_retry" });
    const late = await post(`${BASE}/operations/${retry.id}/cancel`, {});
    expect(await problemOf(late)).toMatchObject({ status: 409, code: "run_already_completed" });
  });

  it("are not found under another tenant of the same person", async () => {
    const { body } = await start("test.widgets", 1);
    for (const path of ["", "/units", "/proof"]) {
      const response = await request(`/api/tenants/fabrikam/operations/${body.run.id}${path}`);
      expect(await problemOf(response)).toMatchObject({ status: 404, code: "not_found" });
    }
    for (const action of ["cancel", "retry"]) {
      const response = await post(`/api/tenants/fabrikam/operations/${body.run.id}/${action}`, {});
      expect(await problemOf(response)).toMatchObject({ status: 404, code: "not_found" });
    }
  });

  it("leave an audit event of who started what", async () => {
    const { body } = await start("test.widgets", 1);
    const { items } = await read("/audit-events", auditEventListSchema, "readonly");
    const event = items.find(({ target }) => target.id === body.run.id);
    expect(event).toMatchObject({ actor: { id: "user-owner", name: "Olivia Owner" } });
  });
});

describe("lists", () => {
  it("come in pages that together hold every item once", async () => {
    const whole = await read("/members", memberListSchema);
    expect(whole.items.map(({ email }) => email)).toEqual(
      ["manager", "operator", "owner", "readonly"].map((name) => `${name}@example.test`),
    );
    const paged = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const page: z.infer<typeof memberListSchema> = await read(`/members?limit=3${cursor}`, memberListSchema);
      paged.push(...page.items);
      cursor = page.nextCursor === null ? null : `&cursor=${encodeURIComponent(page.nextCursor)}`;
    }
    expect(paged).toEqual(whole.items);
  });

  it("page through the audit events, newest first, also those of one moment", async () => {
    const insert = env.DATABASE.prepare(
      `insert into audit_events (id, tenant_id, at, action, actor_id, target_kind, target_id)
       values (?, 'tenant-fabrikam', ?, 'test', null, 'test', 't')`,
    );
    await env.DATABASE.batch(["a", "b", "c", "d", "e"].map((id, index) => insert.bind(id, index < 3 ? 1_000 : 2_000)));
    const ids = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const response = await request(`/api/tenants/fabrikam/audit-events?limit=2${cursor}`);
      const page = auditEventListSchema.parse(await response.json());
      ids.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor === null ? null : `&cursor=${encodeURIComponent(page.nextCursor)}`;
    }
    expect(ids).toEqual(["e", "d", "c", "b", "a"]);
  });

  it("give the caller's tenants in pages", async () => {
    const first = tenantListSchema.parse(await (await request("/api/tenants?limit=1")).json());
    expect(first.items.map(({ slug }) => slug)).toEqual(["contoso"]);
    const rest = await request(`/api/tenants?limit=1&cursor=${encodeURIComponent(first.nextCursor ?? "")}`);
    expect(tenantListSchema.parse(await rest.json())).toMatchObject({
      items: [{ slug: "fabrikam" }],
      nextCursor: null,
    });
  });
});

describe("notifications", () => {
  it("are the initiator's alone, and are seen once", async () => {
    const { body } = await start("test.widgets", 1);
    await completed(body.run.id);
    const stored = await waitFor("the notification", async () => {
      const { items } = await read("/notifications?unseen=true", notificationListSchema);
      return items.find(({ runId }) => runId === body.run.id);
    });
    expect(stored.href).toBe(body.run.href);
    const seen = `${BASE}/notifications/${stored.id}/seen`;

    const colleague = await read("/notifications", notificationListSchema, "manager");
    expect(colleague.items).toEqual([]);
    expect(await problemOf(await post(seen, {}, { as: "manager" }))).toMatchObject({ status: 404 });

    const first = notificationSchema.parse(await (await post(seen, {})).json());
    const second = notificationSchema.parse(await (await post(seen, {})).json());
    expect(first.seenAt).not.toBeNull();
    expect(second).toEqual(first);
    const unseen = await read("/notifications?unseen=true", notificationListSchema);
    expect(unseen.items.map(({ id }) => id)).not.toContain(stored.id);
  });
});

describe("the live socket", () => {
  it("opens with a snapshot of the tenant, whatever the caller claims about themselves to the hub", async () => {
    const headers = {
      upgrade: "websocket",
      "x-tenantatlas-tenant-id": "tenant-outside",
      "x-tenantatlas-user-id": "user-outsider",
    };
    const response = await request(`${BASE}/activity/live`, { headers, as: "readonly" });
    expect(response.status).toBe(101);
    const socket = response.webSocket;
    if (!socket) throw new Error("no socket");
    const frame = new Promise<unknown>((resolve) => {
      socket.addEventListener("message", ({ data }) => resolve(JSON.parse(String(data))), { once: true });
    });
    socket.accept();
    const snapshot = liveFrameSchema.parse(await frame);
    expect(snapshot.kind).toBe("snapshot");
    expect(snapshot.items.length).toBeGreaterThan(0);
    expect(new Set(snapshot.items.map(({ tenantId }) => tenantId))).toEqual(new Set(["tenant-contoso"]));
    socket.close();
  });

  it("tells a request that is no upgrade what to do", async () => {
    const response = await request(`${BASE}/activity/live`);
    expect(response.headers.get("upgrade")).toBe("websocket");
    expect(await problemOf(response)).toMatchObject({ status: 426, code: "upgrade_required" });
  });

  it("is shut to those who may not know the tenant", async () => {
    const response = await request(`${BASE}/activity/live`, { headers: { upgrade: "websocket" }, as: "outsider" });
    expect(response.webSocket).toBeNull();
    expect(await problemOf(response)).toMatchObject({ status: 404, code: "not_found" });
  });
});

describe("the guard's query", () => {
  it("never looks up a tenant that the caller is no member of", async () => {
    const [guard] = await queryPlans(env.DATABASE, (database) => findMembership(database, "user-owner", "contoso"));
    expect(guard?.plan).toMatch(
      /^SEARCH memberships USING INDEX memberships_by_user [^;]+; SEARCH tenants USING INDEX sqlite_autoindex_tenants_1 [^;]+; SEARCH custom_roles USING INDEX sqlite_autoindex_custom_roles_1 [^;]+$/,
    );
  });
});
