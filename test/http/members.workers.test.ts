/** Becoming a member, being one, and ceasing to be one; and who may make tenants. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { memberListSchema, meSchema, newInvitationSchema, type Role } from "../../src/contract/access.ts";
import { auditEventListSchema } from "../../src/contract/audit-events.ts";
import { post, problemOf, request, seedDemoData } from "./demo.ts";

beforeEach(async () => {
  // The log is removed behind a cut only.
  await env.DATABASE.prepare(
    `insert into audit_cuts (tenant_id, through_seq, hash, at)
     select tenant_id, max(seq), '', 0 from audit_events where true group by tenant_id on conflict do nothing`,
  ).run();
  await env.DATABASE.batch(
    ["audit_events", "invitations", "memberships"].map((table) => env.DATABASE.prepare(`delete from ${table}`)),
  );
  await env.DATABASE.prepare("update users set platform_administrator_since = null").run();
  await seedDemoData();
});

async function invite(role: Role = "operator"): Promise<z.infer<typeof newInvitationSchema>> {
  const response = await post("/api/tenants/contoso/invitations", { role, note: "Otto" });
  expect(response.status).toBe(201);
  return newInvitationSchema.parse(await response.json());
}

const accept = (secret: string, as = "outsider") => post("/api/invitations/accept", { secret }, { as });
const give = (userId: string, role: Role, as = "owner") =>
  post(`/api/tenants/contoso/members/${userId}/role`, { role }, { as });
const remove = (userId: string, as = "owner") => post(`/api/tenants/contoso/members/${userId}/remove`, {}, { as });

async function rolesOf(): Promise<Record<string, string>> {
  const { items } = memberListSchema.parse(await (await request("/api/tenants/contoso/members")).json());
  return Object.fromEntries(items.map(({ userId, role }) => [userId, role]));
}

async function events(prefix = "member."): Promise<{ action: string; detail: unknown }[]> {
  const { items } = auditEventListSchema.parse(await (await request("/api/tenants/contoso/audit-events")).json());
  return items.filter(({ action }) => action.startsWith(prefix)).map(({ action, detail }) => ({ action, detail }));
}

describe("an invitation", () => {
  it("makes whoever has its secret a member with its role, once", async () => {
    const { invitation, secret } = await invite("manager");
    const shown = await post("/api/invitations/preview", { secret }, { as: "outsider" });
    expect(await shown.json()).toEqual({ tenantName: "Contoso", role: "manager", expiresAt: invitation.expiresAt });
    expect((await accept(secret)).status).toBe(200);
    expect((await rolesOf())["user-outsider"]).toBe("manager");
    expect(await problemOf(await accept(secret))).toMatchObject({ status: 410, code: "invitation_over" });
    expect(await problemOf(await accept(secret, "readonly"))).toMatchObject({ code: "invitation_over" });
    expect((await events()).map(({ action }) => action).sort()).toEqual(["member.invite", "member.join"]);
  });

  it("is used up by one of two people who use it at a time", async () => {
    await remove("user-readonly");
    const { secret } = await invite();
    const answers = await Promise.all([
      accept(secret),
      accept(secret, "readonly"),
      accept(secret),
      accept(secret, "readonly"),
    ]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const joined = Object.keys(await rolesOf()).filter((id) => ["user-outsider", "user-readonly"].includes(id));
    expect(joined).toHaveLength(1);
  });

  it("changes nothing for a member, and stays open", async () => {
    const { secret } = await invite("owner");
    expect(await problemOf(await accept(secret, "readonly"))).toMatchObject({ status: 409, code: "already_member" });
    expect((await rolesOf())["user-readonly"]).toBe("readonly");
    expect((await accept(secret)).status).toBe(200);
  });

  it("ends after a week, and when it is withdrawn", async () => {
    const [late, withdrawn] = [await invite(), await invite()];
    const path = `/api/tenants/contoso/invitations/${withdrawn.invitation.id}/withdraw`;
    expect((await post(path, {})).status).toBe(200);
    expect(await problemOf(await post(path, {}))).toMatchObject({ code: "invitation_over" });
    expect(await problemOf(await accept(withdrawn.secret))).toMatchObject({ code: "invitation_over" });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.parse(late.invitation.expiresAt) });
    expect(await problemOf(await accept(late.secret))).toMatchObject({ code: "invitation_over" });
    vi.useRealTimers();
    expect(await rolesOf()).not.toHaveProperty("user-outsider");
  });

  it("is another tenant's to those who manage another tenant", async () => {
    const { invitation } = await invite();
    const path = `/api/tenants/outside/invitations/${invitation.id}/withdraw`;
    expect(await problemOf(await post(path, {}, { as: "outsider" }))).toMatchObject({ code: "invitation_over" });
    const list = await request("/api/tenants/outside/invitations", { as: "outsider" });
    expect(await list.json()).toEqual({ items: [], nextCursor: null });
    const own = await request("/api/tenants/contoso/invitations");
    expect(z.object({ items: z.array(z.unknown()) }).parse(await own.json()).items).toEqual([invitation]);
  });

  it("stores no secret", async () => {
    const { secret } = await invite();
    for (const table of ["invitations", "audit_events"]) {
      const { results } = await env.DATABASE.prepare(`select * from ${table}`).all();
      expect(JSON.stringify(results)).not.toContain(secret);
    }
  });
});

describe("a member", () => {
  it("gets another role, with one event that has both", async () => {
    expect((await give("user-operator", "manager")).status).toBe(200);
    expect((await give("user-operator", "manager")).status).toBe(200);
    expect((await rolesOf())["user-operator"]).toBe("manager");
    expect(await events()).toEqual([
      { action: "member.change-role", detail: { name: "Oksana Operator", role: "manager", previousRole: "operator" } },
    ]);
  });

  it("who is the last owner stays one, alone and in a race", async () => {
    expect(await problemOf(await give("user-owner", "readonly"))).toMatchObject({ status: 409, code: "last_owner" });
    expect(await problemOf(await remove("user-owner"))).toMatchObject({ status: 409, code: "last_owner" });
    await give("user-manager", "owner");
    const answers = await Promise.all([
      give("user-owner", "readonly", "manager"),
      give("user-manager", "readonly", "owner"),
      remove("user-owner", "manager"),
      remove("user-manager", "owner"),
    ]);
    expect(answers.map(({ status }) => status)).toContain(200);
    const owners = Object.values(await rolesOf().catch(() => ({}))).filter((role) => role === "owner");
    const { results } = await env.DATABASE.prepare(
      "select role from memberships where tenant_id = 'tenant-contoso' and role = 'owner'",
    ).all();
    expect(results).toHaveLength(1);
    expect(owners.length).toBeLessThanOrEqual(1);
  });

  it("who is removed is refused at once, and their socket is closed", async () => {
    const { webSocket } = await request("/api/tenants/contoso/activity/live", {
      as: "readonly",
      headers: { upgrade: "websocket", "sec-fetch-site": "same-origin" },
    });
    if (!webSocket) throw new Error("no socket");
    webSocket.accept();
    const closed = new Promise<number>((resolve) => webSocket.addEventListener("close", ({ code }) => resolve(code)));
    expect((await remove("user-readonly")).status).toBe(200);
    expect(await closed).toBe(4001);
    expect(await problemOf(await request("/api/tenants/contoso", { as: "readonly" }))).toMatchObject({ status: 404 });
    expect(await problemOf(await remove("user-readonly"))).toMatchObject({ status: 404 });
  });

  it("is managed by owners alone", async () => {
    for (const as of ["manager", "operator", "readonly"]) {
      expect(await problemOf(await give("user-readonly", "owner", as))).toMatchObject({ status: 403 });
      expect(await problemOf(await remove("user-owner", as))).toMatchObject({ status: 403 });
      expect(await problemOf(await request("/api/tenants/contoso/invitations", { as }))).toMatchObject({ status: 403 });
    }
  });
});

describe("the platform", () => {
  const setUp = (code: string, as = "outsider") => post("/api/platform/setup", { code }, { as });
  const CODE = "the code of the deployment";

  it("gets its first administrator by the deployment's code, once", async () => {
    expect(await problemOf(await setUp("another code of somebody"))).toMatchObject({ status: 403 });
    const answers = await Promise.all([setUp(CODE), setUp(CODE, "manager"), setUp(CODE)]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await problemOf(await setUp(CODE, "readonly"))).toMatchObject({ status: 409, code: "setup_done" });
  });

  it("lets its administrator make tenants, which belong to nobody else", async () => {
    await setUp(CODE);
    const me = async () => meSchema.parse(await (await request("/api/me", { as: "outsider" })).json());
    expect((await me()).platformAdministrator).toBe(true);
    const made = await post("/api/platform/tenants", { slug: "wingtip", name: "Wingtip Toys" }, { as: "outsider" });
    expect(made.status).toBe(201);
    const { id } = z.object({ id: z.string() }).parse(await made.json());
    expect((await me()).tenants.map(({ slug, role }) => `${slug} ${role}`)).toEqual(["outside owner", "wingtip owner"]);
    expect(await problemOf(await request("/api/tenants/wingtip"))).toMatchObject({ status: 404 });
    for (const slug of ["wingtip", "contoso", id.toLowerCase().replace("_", "-"), "tenant-contoso"].filter(
      (each) => each.length < 40,
    )) {
      const again = await post("/api/platform/tenants", { slug, name: "Other" }, { as: "outsider" });
      expect(await problemOf(again)).toMatchObject({ status: 409, code: "slug_taken" });
    }
    for (const slug of ["Wingtip", "a b", "-a", "a--b", "", "ä", "a/b"]) {
      expect(
        await problemOf(await post("/api/platform/tenants", { slug, name: "X" }, { as: "outsider" })),
      ).toMatchObject({
        status: 400,
      });
    }
    const list = await request("/api/platform/tenants", { as: "outsider" });
    const { items } = z
      .object({ items: z.array(z.looseObject({ slug: z.string(), members: z.int(), connected: z.boolean() })) })
      .parse(await list.json());
    expect(items.map(({ slug, members, connected }) => `${slug} ${members} ${connected}`)).toEqual([
      "contoso 4 true",
      "fabrikam 4 true",
      "outside 1 true",
      "wingtip 1 false",
    ]);
    await env.DATABASE.batch([
      env.DATABASE.prepare("delete from memberships where tenant_id = ?").bind(id),
      env.DATABASE.prepare("delete from tenants where id = ?").bind(id),
    ]);
  });
});
