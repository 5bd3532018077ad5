/** Becoming a member, being one, and ceasing to be one; and who may make tenants. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import {
  memberListSchema,
  meSchema,
  newInvitationSchema,
  platformTenantSchema,
  type Role,
} from "../../src/contract/access.ts";
import { tenantRoleListSchema, tenantRoleSchema } from "../../src/contract/roles.ts";
import { auditEventListSchema } from "../../src/contract/audit-events.ts";
import { cutAllAuditLogs } from "../support/audit-cut.ts";
import { post, problemOf, request, seedDemoData } from "./demo.ts";
import { env } from "../support/environment.ts";

beforeEach(async () => {
  await cutAllAuditLogs(env.DATABASE).run();
  await env.DATABASE.batch(
    ["audit_events", "invitations", "memberships", "custom_roles"].map((table) =>
      env.DATABASE.prepare(`delete from ${table}`),
    ),
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
const give = (userId: string, role: string, as = "owner") =>
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

/** Opens a person's socket. In a list, so that it is not awaited: the code with which the server will close it. */
async function followActivity(as: string): Promise<Promise<number>[]> {
  const { webSocket } = await request("/api/tenants/contoso/activity/live", {
    as,
    headers: { upgrade: "websocket", "sec-fetch-site": "same-origin" },
  });
  if (!webSocket) throw new Error("no socket");
  webSocket.accept();
  return [new Promise<number>((resolve) => webSocket.addEventListener("close", ({ code }) => resolve(code)))];
}

describe("an invitation", () => {
  it("makes whoever has its secret a member with its role, once", async () => {
    const { invitation, secret } = await invite("manager");
    const shown = await post("/api/invitations/preview", { secret }, { as: "outsider" });
    expect(await shown.json()).toEqual({
      tenantName: "Contoso",
      role: "manager",
      roleName: "Manager",
      invitedBy: "Olivia Owner",
      expiresAt: invitation.expiresAt,
    });
    expect((await accept(secret)).status).toBe(200);
    expect((await rolesOf())["user-outsider"]).toBe("manager");
    const { items } = memberListSchema.parse(await (await request("/api/tenants/contoso/members")).json());
    const joined = items.find(({ userId }) => userId === "user-outsider");
    expect(joined).toMatchObject({ invitedBy: { id: "user-owner", name: "Olivia Owner" }, disabled: false });
    expect(Math.abs(Date.now() - Date.parse(joined?.since ?? ""))).toBeLessThan(60_000);
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
      {
        action: "member.change-role",
        detail: {
          name: "Oksana Operator",
          role: "manager",
          roleName: "Manager",
          previousRole: "operator",
          previousRoleName: "Operator",
        },
      },
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
    const [closed] = await followActivity("readonly");
    expect((await remove("user-readonly")).status).toBe(200);
    expect(await closed).toBe(4001);
    expect(await problemOf(await request("/api/tenants/contoso", { as: "readonly" }))).toMatchObject({ status: 404 });
    expect(await problemOf(await remove("user-readonly"))).toMatchObject({ status: 404 });
  });

  it("whose role changes has to follow anew", async () => {
    const [closed] = await followActivity("readonly");
    expect((await give("user-readonly", "operator")).status).toBe(200);
    expect(await closed).toBe(4001);
  });

  it("is managed by owners alone", async () => {
    for (const as of ["manager", "operator", "readonly"]) {
      expect(await problemOf(await give("user-readonly", "owner", as))).toMatchObject({ status: 403 });
      expect(await problemOf(await remove("user-owner", as))).toMatchObject({ status: 403 });
      expect(await problemOf(await request("/api/tenants/contoso/invitations", { as }))).toMatchObject({ status: 403 });
    }
  });
});

describe("a role of the tenant's own", () => {
  const make = (name: string, capabilities: string[], as = "owner") =>
    post("/api/tenants/contoso/roles", { name, capabilities }, { as });
  const made = async (name: string, capabilities: string[]): Promise<string> => {
    const response = await make(name, capabilities);
    expect(response.status).toBe(201);
    return tenantRoleSchema.parse(await response.json()).id;
  };
  const roleOf = async (as: string) => {
    const { tenants } = meSchema.parse(await (await request("/api/me", { as })).json());
    return tenants.find(({ slug }) => slug === "contoso");
  };

  it("is what those who have it may do, from the next request on, and no more", async () => {
    const id = await made("Auditor", ["audit.read", "evidence.read"]);
    expect((await give("user-readonly", "manager")).status).toBe(200);
    const answer = await give("user-readonly", id);
    expect(await answer.json()).toMatchObject({ role: id, roleName: "Auditor" });
    expect(await roleOf("readonly")).toMatchObject({
      role: id,
      roleName: "Auditor",
      capabilities: ["tenant.read", "audit.read", "evidence.read"],
    });
    const status = async (path: string) => (await request(`/api/tenants/contoso${path}`, { as: "readonly" })).status;
    expect(await status("/audit-events")).toBe(200);
    expect(await status("/members")).toBe(403);
    expect(
      (await post(`/api/tenants/contoso/roles/${id}`, { name: "Auditor", capabilities: ["members.read"] })).status,
    ).toBe(200);
    expect([await status("/audit-events"), await status("/members")]).toEqual([403, 200]);
    const roles = tenantRoleListSchema.parse(await (await request("/api/tenants/contoso/roles")).json());
    expect(roles.items.map(({ name, builtIn, members }) => `${name} ${builtIn} ${members}`)).toEqual([
      "Owner true 1",
      "Manager true 1",
      "Operator true 1",
      "Read only true 0",
      "Auditor false 1",
    ]);
    expect((await events("role.")).map(({ action, detail }) => ({ action, detail }))).toEqual([
      {
        action: "role.change",
        detail: {
          name: "Auditor",
          capabilities: ["tenant.read", "members.read"],
          previousName: "Auditor",
          previousCapabilities: ["tenant.read", "audit.read", "evidence.read"],
        },
      },
      {
        action: "role.create",
        detail: { name: "Auditor", capabilities: ["tenant.read", "audit.read", "evidence.read"] },
      },
    ]);
  });

  it("can be given by an invitation", async () => {
    const id = await made("Auditor", ["audit.read"]);
    const response = await post("/api/tenants/contoso/invitations", { role: id });
    const { invitation, secret } = newInvitationSchema.parse(await response.json());
    expect(invitation.roleName).toBe("Auditor");
    expect(await (await accept(secret)).json()).toMatchObject({
      roleName: "Auditor",
      capabilities: ["tenant.read", "audit.read"],
    });
    expect((await rolesOf())["user-outsider"]).toBe(id);
  });

  it("is never made of what owners alone have, nor by anybody else than an owner", async () => {
    expect(await problemOf(await make("Deputy", ["members.manage"]))).toMatchObject({ code: "invalid_input" });
    expect(await problemOf(await make("Deputy", ["nothing.known"]))).toMatchObject({ code: "invalid_input" });
    for (const as of ["manager", "operator", "readonly"]) {
      expect(await problemOf(await make("Deputy", ["audit.read"], as))).toMatchObject({ status: 403 });
    }
    const owner = { name: "Owner of all", capabilities: ["audit.read"] };
    expect(await problemOf(await post("/api/tenants/contoso/roles/owner", owner))).toMatchObject({ status: 404 });
  });

  it("has a name that no other role has, also in a race", async () => {
    const id = await made("Auditor", ["audit.read"]);
    expect(await problemOf(await make("AUDITOR", ["audit.read"]))).toMatchObject({ code: "role_name_taken" });
    const answers = await Promise.all([1, 2, 3].map(() => make("Desk", ["audit.read"])));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    const path = `/api/tenants/contoso/roles/${id}`;
    expect(await problemOf(await post(path, { name: "desk", capabilities: ["audit.read"] }))).toMatchObject({
      code: "role_name_taken",
    });
  });

  it("is kept while members or open invitations have it, and the refusal names them", async () => {
    const id = await made("Auditor", ["audit.read"]);
    const remove = () => post(`/api/tenants/contoso/roles/${id}/delete`, {});
    await give("user-readonly", id);
    const invited = await post("/api/tenants/contoso/invitations", { role: id });
    const { invitation } = newInvitationSchema.parse(await invited.json());
    expect(await problemOf(await remove())).toMatchObject({
      status: 409,
      code: "role_in_use",
      detail: "Members have this role: Ravi Reader. An open invitation gives it. Give them another role first.",
    });
    await give("user-readonly", "readonly");
    expect(await problemOf(await remove())).toMatchObject({ code: "role_in_use" });
    await post(`/api/tenants/contoso/invitations/${invitation.id}/withdraw`, {});
    expect((await remove()).status).toBe(200);
    expect(await problemOf(await remove())).toMatchObject({ status: 404 });
    expect(await problemOf(await give("user-readonly", id))).toMatchObject({ code: "invalid_input" });
  });

  it("is another tenant's to the members of another tenant", async () => {
    const id = await made("Auditor", ["audit.read"]);
    const path = `/api/tenants/outside/roles/${id}`;
    const body = { name: "Auditor", capabilities: ["audit.read"] };
    expect(await problemOf(await post(path, body, { as: "outsider" }))).toMatchObject({ status: 404 });
    expect(await problemOf(await post(`${path}/delete`, {}, { as: "outsider" }))).toMatchObject({ status: 404 });
    const invite = await post("/api/tenants/outside/invitations", { role: id }, { as: "outsider" });
    expect(await problemOf(invite)).toMatchObject({ code: "invalid_input", fields: [{ path: "role" }] });
    // A membership whose role is another tenant's may do nothing.
    await env.DATABASE.prepare("update memberships set role = ? where tenant_id = 'tenant-outside'").bind(id).run();
    expect(await problemOf(await request("/api/tenants/outside", { as: "outsider" }))).toMatchObject({ status: 403 });
  });

  it("leaves the last owner one", async () => {
    const id = await made("Auditor", ["audit.read"]);
    expect(await problemOf(await give("user-owner", id))).toMatchObject({ code: "last_owner" });
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
    const { items } = z.object({ items: z.array(platformTenantSchema.strict()) }).parse(await list.json());
    expect(
      items.map(({ slug, members, connected, recentRuns }) => `${slug} ${members} ${connected} ${recentRuns}`),
    ).toEqual(["contoso 4 true 0", "fabrikam 4 true 0", "outside 1 true 0", "wingtip 1 false 0"]);
    expect(items.map(({ lastSyncAt }) => lastSyncAt)).toEqual([null, null, null, null]);
    await env.DATABASE.batch([
      env.DATABASE.prepare("delete from memberships where tenant_id = ?").bind(id),
      env.DATABASE.prepare("delete from tenants where id = ?").bind(id),
    ]);
  });
});
