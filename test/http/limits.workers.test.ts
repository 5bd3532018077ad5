/** Floods and crowds: what is refused, with which words, and that nothing else is. */
import { beforeAll, describe, expect, it } from "vitest";
import { MAX_ACTIVE_RUNS, MAX_BACKUP_SETS, MAX_SOCKETS } from "../../src/contract/limits.ts";
import { createApp } from "../../src/http/routing/app.ts";
import { allServed } from "../../src/http/served-routes.ts";
import { checkDescribed } from "./described-answer.ts";
import { ORIGIN, post, problemOf, request, seedDemoData } from "./demo.ts";
import { env } from "../support/environment.ts";

const CONTOSO = "tenant-contoso";

beforeAll(seedDemoData);

/** As a deployment answers: with its limits, each by default as wide as it is there. */
async function limited(path: string, init: RequestInit = {}, limiters: object = {}): Promise<Response> {
  const environment = { ...env, TENANTATLAS_RATE_LIMITS: "1", ...limiters };
  const response = await createApp(allServed()).fetch(new Request(new URL(path, ORIGIN), init), environment);
  await checkDescribed(init.method ?? "GET", new URL(path, ORIGIN), response);
  return response;
}

/** A limiter that lets so many of a key through. */
function lets(through: number) {
  const asked = new Map<string, number>();
  return {
    asked,
    limit: ({ key }: RateLimitOptions) => {
      asked.set(key, (asked.get(key) ?? 0) + 1);
      return Promise.resolve({ success: (asked.get(key) ?? 0) <= through });
    },
  };
}

describe("the rate of requests", () => {
  it.each([
    ["ADDRESS_LIMITER", "/api/me", "2001:db8:1:2"],
    ["PERSON_LIMITER", "/api/me", "user-owner"],
    ["TENANT_LIMITER", "/api/tenants/contoso/members", CONTOSO],
  ])("is limited by %s", async (name, path, key) => {
    const limiter = lets(2);
    const headers = { "cf-connecting-ip": "2001:db8:1:2::77" };
    const ask = () => limited(path, { headers }, { [name]: limiter });
    expect([(await ask()).status, (await ask()).status]).toEqual([200, 200]);
    const refused = await ask();
    expect(refused.headers.get("retry-after")).toBe("60");
    expect(await problemOf(refused)).toMatchObject({ status: 429, code: "rate_limited" });
    expect([...limiter.asked]).toEqual([[key, 3]]);
  });

  it("is limited by the platform's own binding, person by person", async () => {
    const ask = (as: string) => limited("/api/me", { headers: { "x-local-user": `${as}@example.test` } });
    expect((await ask("readonly")).status).toBe(200);
    // The rest of the minute's requests, straight at the binding; once more, should a new minute have begun meanwhile.
    let status = 0;
    for (let minute = 0; minute < 2 && status !== 429; minute += 1) {
      await Promise.all(Array.from({ length: 600 }, () => env.PERSON_LIMITER.limit({ key: "user-readonly" })));
      ({ status } = await ask("readonly"));
    }
    expect(status).toBe(429);
    expect((await ask("manager")).status).toBe(200);
  });

  it("is not limited in local mode, and never for the health check", async () => {
    const closed = { ADDRESS_LIMITER: lets(0), PERSON_LIMITER: lets(0), TENANT_LIMITER: lets(0) };
    const headers = { "cf-connecting-ip": "203.0.113.9" };
    expect((await limited("/healthz", { headers }, closed)).status).toBe(200);
    expect((await limited("/api/me", { headers }, { ...closed, TENANTATLAS_RATE_LIMITS: "" })).status).toBe(200);
  });
});

describe("the number of", () => {
  it("runs under way is limited; one that goes on already is found, and nothing is started", async () => {
    const started = await post("/api/tenants/fabrikam/operations", { type: "evidence.snapshot", input: {} });
    expect(started.status).toBe(202);
    const { results } = await env.DATABASE.prepare(
      "select id, identity, input from operation_runs where tenant_id = 'tenant-fabrikam'",
    ).all();
    await env.DATABASE.batch(
      Array.from({ length: MAX_ACTIVE_RUNS }, (_, index) =>
        env.DATABASE.prepare(
          `insert into operation_runs (id, tenant_id, type, status, outcome, input, identity, version, created_at, updated_at)
           values (?1, 'tenant-fabrikam', 'inventory.sync', 'running', 'pending', '{}', ?1, 1, 1, 9e15)`,
        ).bind(`run_crowd_${index}`),
      ),
    );
    const sync = { type: "inventory.sync", input: {} };
    const refused = await post("/api/tenants/fabrikam/operations", sync);
    expect(refused.headers.get("retry-after")).toBe("30");
    expect(await problemOf(refused)).toMatchObject({ status: 429, code: "too_many_runs" });
    // Another tenant has room.
    expect((await post("/api/tenants/contoso/operations", sync)).status).toBe(202);
    // The one that is under way is found as ever.
    await env.DATABASE.prepare("update operation_runs set status = 'running' where id = ?")
      .bind(results[0]?.["id"])
      .run();
    const again = await post("/api/tenants/fabrikam/operations", { type: "evidence.snapshot", input: {} });
    expect(again.status).toBe(200);
    await env.DATABASE.prepare("delete from operation_runs where id like 'run_crowd_%'").run();
  });

  it("backup sets of a tenant is limited", async () => {
    await env.DATABASE.prepare(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < ?2)
       insert into backup_sets (id, tenant_id, name, sort_name, description, status, created_at, created_by, updated_at)
       select 'crowd_n_' || i, ?1, 'x', 'x', '', 'archived', 1, 'user-owner', 1 from n`,
    )
      .bind(CONTOSO, MAX_BACKUP_SETS)
      .run();
    const make = (tenant: string) => post(`/api/tenants/${tenant}/backup-sets`, { name: "One more", description: "" });
    expect(await problemOf(await make("contoso"))).toMatchObject({ status: 409, code: "too_many_backup_sets" });
    expect((await make("fabrikam")).status).toBe(201);
    await env.DATABASE.prepare("delete from backup_sets where id like 'crowd_%'").run();
    expect((await make("contoso")).status).toBe(201);
  });

  it("sockets of a person in a tenant is limited, and another person's are apart", async () => {
    const open = (as: string) =>
      request("/api/tenants/contoso/activity/live", { as, headers: { upgrade: "websocket" } });
    const sockets = [];
    for (let number = 0; number < MAX_SOCKETS; number += 1) {
      const { status, webSocket } = await open("operator");
      expect(status).toBe(101);
      webSocket?.accept();
      sockets.push(webSocket);
    }
    const refused = await open("operator");
    expect(refused.headers.get("retry-after")).toBe("30");
    expect(await problemOf(refused)).toMatchObject({ status: 429, code: "too_many_sockets" });
    expect((await open("manager")).status).toBe(101);
    for (const socket of sockets) socket?.close();
  });
});
