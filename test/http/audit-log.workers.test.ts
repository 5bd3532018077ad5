import { beforeAll, describe, expect, it } from "vitest";
import { auditEventListSchema, auditHeadSchema } from "../../src/contract/audit-events.ts";
import { chainAuditEvents, logsToChain } from "../../src/database/audit/audit-chain.ts";
import { post, problemOf, request, seedDemoData } from "./demo.ts";
import { env } from "../support/environment.ts";

const LOG = "/api/tenants/contoso/audit-events";
const SETTINGS = "/api/tenants/contoso/settings";
const CONTOSO = "tenant-contoso";

beforeAll(seedDemoData);

async function events(query = "", as = "owner") {
  return auditEventListSchema.parse(await (await request(`${LOG}${query}`, { as })).json()).items;
}

async function head() {
  return auditHeadSchema.parse(await (await request(`${LOG}/head`)).json());
}

async function lines(query = ""): Promise<string[]> {
  const response = await request(`${LOG}/export.jsonl${query}`);
  expect(response.headers.get("content-disposition")).toBe('attachment; filename="contoso-audit-log.jsonl"');
  const text = new TextDecoder().decode(await response.arrayBuffer());
  return text.split("\n").filter((line) => line !== "");
}

describe("the audit log", () => {
  it("numbers events in the order of the commits, without a gap, also when many come at once", async () => {
    await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        post(SETTINGS, { reviewPackRetentionDays: 10 + index }, { as: "owner" }),
      ),
    );
    const found = await events();
    expect(found.map(({ seq }) => seq)).toEqual(found.map((_, index) => found.length - index));
    // Each tells what the one before has left.
    const [newest, before] = found;
    expect(newest?.detail["previous"]).toMatchObject({
      reviewPackRetentionDays: before?.detail["reviewPackRetentionDays"],
    });
  });

  it("tells where a change comes from, and nothing when there is no change", async () => {
    const response = await post(
      SETTINGS,
      { reviewPackRetentionDays: 77 },
      { as: "manager", headers: { "cf-connecting-ip": "203.0.113.9" } },
    );
    const [event] = await events();
    expect(event).toMatchObject({
      action: "settings.change",
      actor: { name: expect.stringContaining("Manager") },
      origin: { way: "local", requestId: response.headers.get("x-request-id"), address: "203.0.113.9" },
    });
    await Promise.all([1, 2, 3].map(() => post(SETTINGS, { reviewPackRetentionDays: 77 }, { as: "owner" })));
    expect((await events())[0]?.id).toBe(event?.id);
  });

  it("tells of what a member was refused, once in a while, and nothing of people who are no members", async () => {
    for (let time = 0; time < 3; time += 1) {
      expect((await post(SETTINGS, { reviewPackRetentionDays: 1 }, { as: "operator" })).status).toBe(403);
      expect((await request(LOG, { as: "outsider" })).status).toBe(404);
    }
    const refused = await events("?action=request.refuse");
    expect(refused).toMatchObject([
      {
        target: { kind: "route", id: "POST /api/tenants/:tenantId/settings" },
        detail: { capability: "settings.manage" },
      },
    ]);
  });

  it("is filtered by action, person, thing and time", async () => {
    const [all, settings] = [await events(), await events("?action=settings.change")];
    expect(settings.length).toBeLessThan(all.length);
    const [one] = settings;
    expect(await events(`?actorId=${one?.actor?.id}&targetId=${one?.target.id}`)).toContainEqual(one);
    expect(await events("?actorId=user-none")).toEqual([]);
    expect(await events("?from=2999-01-01T00:00:00Z")).toEqual([]);
    expect(await events("?until=2020-01-01T00:00:00Z")).toEqual([]);
    expect(await problemOf(await request(`${LOG}?from=yesterday`))).toMatchObject({ code: "invalid_input" });
  });

  it("cannot be changed or shortened in the database", async () => {
    const run = (sql: string) => env.DATABASE.prepare(sql).run();
    await expect(run("update audit_events set detail = '{}'")).rejects.toThrow("never changed");
    await expect(run("delete from audit_events")).rejects.toThrow("behind a cut only");
    await chainAuditEvents(env.DATABASE, CONTOSO);
    await expect(run("update audit_chain set hash = ''")).rejects.toThrow("never changed");
    await expect(run("delete from audit_chain")).rejects.toThrow("behind a cut only");
  });

  it("is chained by the sweep, and two chainings at once agree", async () => {
    await post(SETTINGS, { reviewPackRetentionDays: 33 }, { as: "owner" });
    const before = await head();
    expect(before.waiting).toBeGreaterThan(0);
    expect(await logsToChain(env.DATABASE, 10)).toContain(CONTOSO);
    const [one, other] = await Promise.all([1, 2].map(() => chainAuditEvents(env.DATABASE, CONTOSO)));
    expect(one).toEqual(other);
    expect(await head()).toEqual(one);
    expect(one).toMatchObject({ seq: before.seq + before.waiting, waiting: 0 });
    expect(await logsToChain(env.DATABASE, 10)).toEqual([]);
  });

  it("goes out as JSON lines that begin with the hash before, and as CSV; both are noted, a HEAD is not", async () => {
    await chainAuditEvents(env.DATABASE, CONTOSO);
    const whole = await lines();
    const parsed = whole.map((line): unknown => JSON.parse(line));
    expect(parsed[0]).toMatchObject({ previous: "0".repeat(64), event: { seq: 1, tenantId: CONTOSO } });
    // The download is in the log that is downloaded.
    expect(parsed.at(-1)).toMatchObject({ hash: null, event: { action: "audit-log.download" } });
    const last = whole.length;
    await request(`${LOG}/export.jsonl`, { method: "HEAD" });
    expect(await lines(`?after=${last - 1}`)).toHaveLength(2);
    const csv = await (await request(`${LOG}/export.csv?action=settings.change`)).text();
    expect(csv.split("\r\n")[0]).toContain("place,time,action,person");
    expect(csv).not.toContain("request.refuse");
  });

  it("notes no download that another site's page makes a browser fetch", async () => {
    const from = (headers: Record<string, string>) => request(`${LOG}/export.csv`, { headers });
    const before = (await events())[0]?.seq ?? 0;
    expect(await problemOf(await from({ "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" }))).toMatchObject({
      code: "forbidden_origin",
    });
    expect((await events())[0]?.seq).toBe(before);
    const followed = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-user": "?1" };
    expect((await from(followed)).status).toBe(200);
  });

  it("gives a place to events of a Worker of an earlier version", async () => {
    const insert = `insert into audit_events (id, tenant_id, at, action, target_kind, target_id)
                    values (?1, ?2, 1, 'settings.change', 'settings', ?2)`;
    for (const id of ["old-1", "old-2"]) await env.DATABASE.prepare(insert).bind(id, CONTOSO).run();
    const { seq } = await head();
    await chainAuditEvents(env.DATABASE, CONTOSO);
    const found = await events();
    expect(found.slice(0, 2).map(({ id }) => id)).toEqual(["old-2", "old-1"]);
    expect((await head()).seq).toBeGreaterThan(seq);
  });
});
