/** Two databases: contoso is in the first, fabrikam in the second. What keeps them together, and what keeps them apart. */
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { memberListSchema, platformPersonListSchema, platformTenantListSchema } from "../../src/contract/access.ts";
import { auditEventListSchema } from "../../src/contract/audit-events.ts";
import { deliverEvents } from "../../src/database/audit/event-outbox.ts";
import { outboxEventWhere } from "../../src/database/audit/audit-events.ts";
import { shardOf, type TenantDatabase } from "../../src/database/databases.ts";
import { claimConnection, releaseClaims } from "../../src/database/tenancy/connection-claims.ts";
import { spreadPeople } from "../../src/database/tenancy/copies.ts";
import { welcomeIdentity } from "../../src/database/tenancy/identities.ts";
import { compareDirectory } from "../../src/database/tenancy/member-directory.ts";
import { createTenant } from "../../src/database/tenancy/platform.ts";
import { sweep } from "../../src/runs/edge/sweep.ts";
import { type CrashPlan, crashingDatabase } from "../support/crashing-database.ts";
import { env, second } from "../support/environment.ts";
import { post, request, seedDemoData } from "./demo.ts";

const HOUR_MS = 3_600_000;
const idSchema = z.object({ id: z.string() });

beforeAll(async () => {
  await seedDemoData();
  await env.CONTROL.prepare("update users set platform_administrator_since = 1 where id = 'user-outsider'").run();
});

async function count(database: D1Database, table: string, condition: string, ...values: string[]): Promise<number> {
  const row = await database
    .prepare(`select count(*) as rows from ${table} where ${condition}`)
    .bind(...values)
    .first<{ rows: number }>();
  return row?.rows ?? -1;
}

async function makeTenant(slug: string): Promise<string> {
  const response = await post("/api/platform/tenants", { slug, name: slug }, { as: "outsider" });
  expect(response.status).toBe(201);
  return idSchema.parse(await response.json()).id;
}

const list = async <T>(schema: z.ZodType<T>, path: string, as = "owner"): Promise<T> =>
  schema.parse(await (await request(path, { as })).json());

describe("tenants in two shards", () => {
  it("are all in the list of those who run the product, and of those who are members, with what each shard knows", async () => {
    const { items } = await list(platformTenantListSchema, "/api/platform/tenants", "outsider");
    expect(items).toMatchObject([
      { slug: "contoso", members: 4, connected: true },
      { slug: "fabrikam", members: 4, connected: true },
      { slug: "outside", members: 1, connected: true },
    ]);
    const people = await list(platformPersonListSchema, "/api/platform/people", "outsider");
    expect(people.items.map(({ id, tenants }) => [id, tenants])).toContainEqual(["user-owner", 2]);
    const me = await (await request("/api/me")).json();
    expect(me).toMatchObject({ tenants: [{ slug: "contoso" }, { slug: "fabrikam" }] });
  });

  it("are told as far as their databases answer, with how many may be missing, and lists are whole or none", async () => {
    // What a membership is read with is not there: every such statement fails.
    await second.DATABASE.prepare("alter table custom_roles rename to custom_roles_away").run();
    try {
      const me = await request("/api/me");
      expect(await me.json()).toMatchObject({ tenants: [{ slug: "contoso" }], tenantsUnread: 1 });
      expect((await request("/api/tenants")).status).toBe(500);
      const asked = { name: "n", capabilities: ["tenant.read"], expiresInDays: 1 };
      expect((await post("/api/api-tokens", { ...asked, tenantIds: ["fabrikam"] })).status).toBe(500);
      expect((await post("/api/api-tokens", { ...asked, tenantIds: ["contoso"] })).status).toBe(201);
    } finally {
      await second.DATABASE.prepare("alter table custom_roles_away rename to custom_roles").run();
    }
    const me = await request("/api/me");
    expect(await me.json()).toMatchObject({ tenants: [{ slug: "contoso" }, { slug: "fabrikam" }], tenantsUnread: 0 });
  });

  it("are put where the fewest are, and have their rows there alone", async () => {
    const [first, next] = [await makeTenant("adatum"), await makeTenant("litware")];
    // Two and one there were.
    expect(await shardOf(env, first)).toBe("SHARD_2");
    expect(await shardOf(env, next)).toBe("DATABASE");
    for (const [id, own, other] of [
      [first, second, env],
      [next, env, second],
    ] as const) {
      for (const table of ["memberships", "audit_events"]) {
        expect(await count(own.DATABASE, table, "tenant_id = ?1", id), table).toBe(1);
        expect(await count(other.DATABASE, table, "tenant_id = ?1", id), table).toBe(0);
      }
    }
    expect((await post("/api/platform/tenants", { slug: "adatum", name: "A" }, { as: "outsider" })).status).toBe(409);
  });

  it("take in a person whom their shard has never heard of, by a link that names no shard", async () => {
    const user = await welcomeIdentity(
      env.CONTROL,
      { issuer: "i", subject: "s", name: "Nora", email: "nora@example.test" },
      1,
    );
    const made = await post("/api/tenants/fabrikam/invitations", { role: "operator", note: "Nora" });
    const { secret } = z.object({ secret: z.string() }).parse(await made.json());
    expect((await post("/api/invitations/accept", { secret }, { as: "nora" })).status).toBe(200);
    const { items } = await list(memberListSchema, "/api/tenants/fabrikam/members");
    expect(items).toContainEqual(expect.objectContaining({ userId: user.id, name: "Nora", roleName: "Operator" }));
    const { items: events } = await list(auditEventListSchema, "/api/tenants/fabrikam/audit-events");
    expect(events[0]).toMatchObject({
      action: "member.join",
      actor: { name: "Nora" },
      origin: { issuer: "i", subject: "s" },
    });

    // What she is called, and that she is not let in any more, comes to the shard.
    await welcomeIdentity(env.CONTROL, { issuer: "i", subject: "s", name: "Nora Neu", email: "nora@example.test" }, 1);
    await spreadPeople(env);
    expect(await count(second.DATABASE, "users", "id = ?1 and name = 'Nora Neu'", user.id)).toBe(1);
    expect((await post(`/api/platform/people/${user.id}/disable`, {}, { as: "outsider" })).status).toBe(200);
    expect(await count(second.DATABASE, "users", "id = ?1 and disabled_at is not null", user.id)).toBe(1);
    expect(await count(env.CONTROL, "users", "copy_due > 0")).toBe(0);

    expect((await post(`/api/tenants/fabrikam/members/${user.id}/remove`, {})).status).toBe(200);
    expect(await count(env.CONTROL, "member_directory", "user_id = ?1", user.id)).toBe(0);
  });

  it("have one Microsoft tenant of theirs, whichever shard asks", async () => {
    const directory = { cloud: "global", directoryId: "11111111-2222-4333-8444-555555555555" };
    const now = Date.now();
    const [ours, theirs] = [
      { tenantId: "tenant-contoso", at: now },
      { tenantId: "tenant-fabrikam", at: now },
    ];
    expect(await claimConnection(env, directory, ours)).toBe(true);
    expect(await claimConnection(env, directory, ours)).toBe(true);
    // It may be about to be connected.
    expect(await claimConnection(env, directory, theirs)).toBe(false);
    const connect = env.DATABASE.prepare(
      "update tenant_connections set cloud = ?1, directory_id = ?2 where tenant_id = 'tenant-contoso'",
    );
    await connect.bind(directory.cloud, directory.directoryId.toUpperCase()).run();
    expect(await claimConnection(env, directory, { ...theirs, at: now + HOUR_MS })).toBe(false);
    await releaseClaims(env, { tenantId: "tenant-contoso", before: now + HOUR_MS });
    expect(await claimConnection(env, directory, { ...theirs, at: now + HOUR_MS })).toBe(false);
    await connect.bind("local", "contoso").run();
    // A crash between a claim and its connection keeps it from nobody for long.
    expect(await claimConnection(env, directory, { ...theirs, at: now + HOUR_MS })).toBe(true);
    expect(await claimConnection(env, directory, { ...ours, at: now + HOUR_MS })).toBe(false);
    await releaseClaims(second, { tenantId: "tenant-fabrikam", before: now + 2 * HOUR_MS });
    expect(await claimConnection(env, directory, { ...ours, at: now + HOUR_MS })).toBe(true);
  });
});

describe("what lies in two databases", () => {
  it("is whole after a crash at any write of a tenant's making, without a second owner or event", async () => {
    for (const moment of ["before", "after"] as const) {
      for (let at = 1; at <= 4; at += 1) {
        const slug = `made-${moment}-${at}`;
        // Every call of either database counts in one plan.
        const plan: CrashPlan = { calls: 0, at, moment };
        const crashing = {
          ...env,
          CONTROL: crashingDatabase(env.CONTROL, plan),
          SHARDS: new Map(
            [...env.SHARDS].map(([name, shard]) => [name, crashingDatabase<TenantDatabase>(shard, plan)]),
          ),
        };
        const made = await createTenant(
          crashing,
          { slug, name: slug },
          { ownerId: "user-owner", at: Date.now() - 120_000 },
        ).catch(() => null);
        await sweep(env, Date.now());
        const row = await env.CONTROL.prepare("select id, shard, made_for from tenants where slug = ?1")
          .bind(slug)
          .first<{ id: string; shard: string; made_for: string | null }>();
        // Before the first write there is nothing to finish.
        if (row === null) {
          expect([moment, at, made]).toEqual(["before", 1, null]);
          continue;
        }
        expect(row.made_for).toBeNull();
        const own = row.shard === "SHARD_2" ? second.DATABASE : env.DATABASE;
        expect(await count(own, "memberships", "tenant_id = ?1 and role = 'owner'", row.id), slug).toBe(1);
        expect(await count(own, "audit_events", "tenant_id = ?1 and action = 'tenant.create'", row.id), slug).toBe(1);
        expect((await request(`/api/tenants/${slug}`)).status).toBe(200);
      }
    }
  });

  it("is told in both logs once, whenever the way from one to the other is cut", async () => {
    const event = {
      tenantId: "tenant-fabrikam",
      at: 1,
      action: "token.create",
      actorId: "user-owner",
      targetKind: "api-token",
      targetId: "t",
      detail: { name: "Cut off" },
    } as const;
    await outboxEventWhere(env.CONTROL, { ...event, id: "event-cut" }, { condition: "true", values: [] }).run();
    for (let at = 1; at <= 4; at += 1) {
      for (const moment of ["before", "after"] as const) {
        const plan: CrashPlan = { calls: 0, at, moment };
        const shards = [...env.SHARDS].map(([name, shard]): [string, TenantDatabase] => [
          name,
          crashingDatabase(shard, plan),
        ]);
        const crashing = { ...env, CONTROL: crashingDatabase(env.CONTROL, plan), SHARDS: new Map(shards) };
        await deliverEvents(crashing, crashing.CONTROL).catch(() => null);
      }
    }
    await sweep(env, Date.now());
    expect(
      await count(second.DATABASE, "audit_events", "id = 'event-cut' and tenant_id = 'tenant-fabrikam' and seq > 0"),
    ).toBe(1);
    expect(await count(env.CONTROL, "audit_outbox", "true")).toBe(0);
  });

  it("is brought together again where it differs: an entry that is missing, and one that is over", async () => {
    await env.CONTROL.batch([
      env.CONTROL.prepare(
        "delete from member_directory where user_id = 'user-manager' and tenant_id = 'tenant-fabrikam'",
      ),
      env.CONTROL.prepare(
        "insert into member_directory (user_id, tenant_id, mark, noted_at) values ('user-gone', 'tenant-fabrikam', 'm', 0)",
      ),
    ]);
    expect((await request("/api/tenants/fabrikam", { as: "manager" })).status).toBe(404);
    const now = Date.now();
    for (let after = await compareDirectory(env, "", now); after !== "";)
      after = await compareDirectory(env, after, now);
    expect((await request("/api/tenants/fabrikam", { as: "manager" })).status).toBe(200);
    expect(await count(env.CONTROL, "member_directory", "user_id = 'user-gone'")).toBe(0);
  });

  it("an entry without a membership lets nobody in", async () => {
    await env.CONTROL.prepare(
      "insert into member_directory (user_id, tenant_id, mark, noted_at) values ('user-outsider', 'tenant-fabrikam', 'm', 0)",
    ).run();
    expect((await request("/api/tenants/fabrikam", { as: "outsider" })).status).toBe(404);
    const me = z.object({ tenants: z.array(z.object({ slug: z.string() })) });
    expect((await list(me, "/api/me", "outsider")).tenants.map(({ slug }) => slug)).not.toContain("fabrikam");
  });

  it("a shard that does not answer stops no sweep of the others", async () => {
    const key = (database: D1Database) =>
      database.prepare(
        `insert into idempotency_keys (tenant_id, user_id, key, request_hash, run_id, response_status, response_body, created_at)
         values ('t', 'u', 'old', 'h', 'r', 202, '{}', 0)`,
      );
    await key(second.DATABASE).run();
    const down = new Proxy(env.DATABASE, {
      get: () => () => {
        throw new Error("down");
      },
    });
    await sweep(
      {
        ...env,
        SHARDS: new Map([
          ["DATABASE", down],
          ["SHARD_2", second.DATABASE],
        ]),
      },
      Date.now(),
    );
    expect(await count(second.DATABASE, "idempotency_keys", "key = 'old'")).toBe(0);
  });
});
