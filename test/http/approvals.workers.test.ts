/** Four eyes: what waits, who decides, and that an approval and its change are one. Connections are in `approved-connections`. */
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { newApiToken } from "../../src/access/api-tokens.ts";
import { APPROVAL_KINDS, approvalRequestListSchema, type ApprovalSubject } from "../../src/contract/approvals.ts";
import { memberListSchema } from "../../src/contract/access.ts";
import { FOR_TOKENS } from "../../src/contract/roles.ts";
import { routes } from "../../src/contract/routes/all.ts";
import type { RouteTable } from "../../src/contract/routes/route.ts";
import { insertApiToken } from "../../src/database/tenancy/api-tokens.ts";
import { ApprovalOverError, carryingOut } from "../../src/database/approvals/carrying-out.ts";
import { removeMember } from "../../src/database/tenancy/member-changes.ts";
import { expireRequests } from "../../src/database/approvals/approval-requests.ts";
import { newSet } from "../operations/backup-sets/backups.ts";
import { approvingTenant, type ApprovingTenant } from "./approvals.ts";
import { post, problemOf, request } from "./demo.ts";
import { env } from "../support/environment.ts";

const HASH = "ab".repeat(32);
const { DATABASE } = env;

/** A plan without items, ready to be approved. */
async function planOf(tenant: ApprovingTenant, hash = HASH): Promise<{ backupSetId: string; planId: string }> {
  const backupSetId = await newSet(tenant.id, "Winter");
  const planId = `rpl_${crypto.randomUUID()}`;
  const options = {
    mode: "update",
    itemIds: null,
    namePrefix: null,
    assignments: true,
    conditionalAccess: "report-only",
    mapping: [],
  };
  const counts = {
    actions: { create: 1, update: 2, unchanged: 0, ambiguous: 0, blocked: 0 },
    itemsMissingReferences: 0,
  };
  await DATABASE.prepare(
    `insert into restore_plans (id, tenant_id, backup_set_id, run_id, status, options, plan_hash, action_counts, created_at, ready_at)
     values (?1, ?2, ?3, ?1, 'ready', ?4, ?5, ?6, 1, 2)`,
  )
    .bind(planId, tenant.id, backupSetId, JSON.stringify(options), hash, JSON.stringify(counts))
    .run();
  return { backupSetId, planId };
}

const restore = (backupSetId: string) => ({
  type: "policy.restore",
  input: { backupSetId, mode: "update", assignments: true, approvedPlan: HASH },
});

async function runsOf(tenant: ApprovingTenant): Promise<{ id: string; initiator_id: string }[]> {
  const { results } = await DATABASE.prepare("select id, initiator_id from operation_runs where tenant_id = ?")
    .bind(tenant.id)
    .all();
  return z.array(z.object({ id: z.string(), initiator_id: z.string() })).parse(results);
}

async function rolesOf(tenant: ApprovingTenant): Promise<Record<string, string>> {
  const { items } = memberListSchema.parse(await tenant.get("/members"));
  return Object.fromEntries(items.map(({ userId, role }) => [userId, role]));
}

const removal = (tenant: ApprovingTenant) => tenant.asked("/members/user-readonly/remove", {});

describe("a change that needs another person's approval", () => {
  it("is refused without a reason, waits with one, and equal requests at once are one", async () => {
    const tenant = await approvingTenant("restore");
    const { backupSetId, planId } = await planOf(tenant);
    const refused = await problemOf(await tenant.post("/operations", restore(backupSetId)));
    expect(refused).toMatchObject({ status: 409, code: "approval_required" });
    const asked = await Promise.all([1, 2, 3].map(() => tenant.asked("/operations", restore(backupSetId), "manager")));
    expect(new Set(asked.map(({ approvalRequest }) => approvalRequest.id)).size).toBe(1);
    expect(asked.filter(({ deduplicated }) => !deduplicated)).toHaveLength(1);
    expect(asked[0]?.approvalRequest).toMatchObject({
      state: "waiting",
      reason: "Wegen Änderung 4711 – “dringend”",
      requester: { id: "user-manager" },
      own: true,
      mayDecide: false,
      change: {
        kind: "restore",
        backupSet: { id: backupSetId, name: "Winter" },
        plan: { id: planId, planHash: HASH, actionCounts: { create: 1, update: 2 } },
      },
    });
    expect(await runsOf(tenant)).toEqual([]);
    expect((await tenant.events()).filter(({ action }) => action === "approval.request")).toHaveLength(1);
  });

  it("is carried out once however many approve and withdraw at once, in the requester's name, and both are told", async () => {
    const tenant = await approvingTenant("restore");
    const { backupSetId } = await planOf(tenant);
    const { approvalRequest: asked } = await tenant.asked("/operations", restore(backupSetId), "manager");
    const answers = await Promise.all([
      tenant.decide(asked, "approve", "owner"),
      tenant.decide(asked, "approve", "second"),
      tenant.decide(asked, "withdraw", "manager"),
      tenant.decide(asked, "approve", "owner"),
    ]);
    expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 409, 409, 409]);
    const after = await tenant.request(asked.id);
    const runs = await runsOf(tenant);
    // Whichever came first: an approval starts exactly one run, a withdrawal none.
    if (after.state === "withdrawn") expect(runs).toEqual([]);
    else {
      expect(after).toMatchObject({ state: "carried_out", runId: runs[0]?.id, decisionReason: "Agreed" });
      expect(runs).toEqual([{ id: after.runId, initiator_id: "user-manager" }]);
      expect(await tenant.events()).toMatchObject([
        {
          action: "approval.approve",
          actor: { id: after.decider?.id },
          detail: { kind: "restore", hash: asked.hash, previousState: "waiting", state: "carried_out" },
        },
        {
          action: "operation.start",
          actor: { id: "user-manager" },
          origin: { approvalId: asked.id, approvedBy: after.decider?.id },
        },
        { action: "approval.request" },
        { action: "approval-settings.change" },
      ]);
    }
  });

  it("is decided by another person who may do it, not by its requester, a token, or another tenant's people", async () => {
    const tenant = await approvingTenant("members");
    const { approvalRequest: asked } = await removal(tenant);
    expect(await problemOf(await tenant.decide(asked, "approve", "owner"))).toMatchObject({
      status: 403,
      detail: "Nobody decides on their own request. Another person has to.",
    });
    expect((await tenant.decide(asked, "reject", "owner")).status).toBe(403);
    expect((await tenant.decide(asked, "approve", "manager")).status).toBe(403);
    expect((await tenant.decide(asked, "withdraw", "second")).status).toBe(403);
    expect((await tenant.decide(asked, "approve", "outsider")).status).toBe(404);
    const elsewhere = await approvingTenant("members");
    expect((await elsewhere.decide(asked, "approve")).status).toBe(404);
    const { id, token, secretHash } = await newApiToken();
    await insertApiToken(env.CONTROL, {
      id,
      name: id,
      secretHash,
      makerId: "user-second",
      capabilities: FOR_TOKENS,
      tenantIds: [tenant.id],
      createdAt: Date.now(),
      expiresAt: Date.now() + 60_000,
    });
    const byToken = await post(
      `/api/tenants/${tenant.slug}/approval-requests/${asked.id}/approve`,
      { hash: asked.hash },
      { headers: { authorization: `Bearer ${token}` } },
    );
    expect(byToken.status).toBe(403);
    await DATABASE.prepare("update users set disabled_at = 1 where id = 'user-second'").run();
    expect((await tenant.decide(asked, "approve")).status).toBe(401);
    await DATABASE.prepare("update users set disabled_at = null where id = 'user-second'").run();
    expect((await tenant.request(asked.id)).state).toBe("waiting");
    expect(await rolesOf(tenant)).toHaveProperty("user-readonly");
    expect((await tenant.approved(asked)).state).toBe("carried_out");
    expect(await rolesOf(tenant)).not.toHaveProperty("user-readonly");
  });

  it("is seen by those who may decide on it and by its requester alone", async () => {
    const tenant = await approvingTenant("members", "restore");
    const { approvalRequest: asked } = await removal(tenant);
    const { backupSetId } = await planOf(tenant);
    const { approvalRequest: other } = await tenant.asked("/operations", restore(backupSetId), "manager");
    const seenBy = async (as: string, state = "waiting") =>
      approvalRequestListSchema
        .parse(await tenant.get(`/approval-requests?state=${state}`, as))
        .items.map(({ id, mayDecide }) => [id, mayDecide]);
    expect(await seenBy("second")).toEqual([
      [other.id, true],
      [asked.id, true],
    ]);
    expect(await seenBy("manager")).toEqual([[other.id, false]]);
    expect(await seenBy("readonly")).toEqual([]);
    await tenant.decide(asked, "reject");
    expect(await seenBy("owner")).toEqual([[other.id, true]]);
    expect(await seenBy("owner", "ended")).toEqual([[asked.id, false]]);
  });

  it("is approved by the hash that was read", async () => {
    const tenant = await approvingTenant("members");
    const { approvalRequest: asked } = await removal(tenant);
    const answer = await tenant.decide({ ...asked, hash: HASH }, "approve");
    expect(await problemOf(answer)).toMatchObject({ code: "approval_hash_differs" });
    expect((await tenant.request(asked.id)).state).toBe("waiting");
  });

  it("ends by a rejection, a withdrawal or its time, each of them once", async () => {
    const tenant = await approvingTenant("members");
    const { approvalRequest: rejected } = await removal(tenant);
    expect((await tenant.decide(rejected, "reject")).status).toBe(200);
    expect(await tenant.request(rejected.id)).toMatchObject({ state: "rejected", decisionReason: "Not now" });
    const { approvalRequest: withdrawn } = await removal(tenant);
    expect((await tenant.decide(withdrawn, "withdraw", "owner")).status).toBe(200);
    expect(await tenant.request(withdrawn.id)).toMatchObject({ state: "withdrawn", decider: null });
    const { approvalRequest: expired } = await removal(tenant);
    await DATABASE.prepare("update approval_requests set ends_at = 5 where id = ?").bind(expired.id).run();
    expect((await tenant.request(expired.id)).state).toBe("expired");
    for (const each of [rejected, withdrawn, expired]) {
      expect(await problemOf(await tenant.decide(each, "approve"))).toMatchObject({ code: "approval_over" });
      expect((await tenant.decide(each, "withdraw", "owner")).status).toBe(409);
    }
    // One that has expired and was not swept yet is in nobody's way.
    const { deduplicated } = await removal(tenant);
    expect(deduplicated).toBe(false);
    await expireRequests(DATABASE, Date.now());
    await expireRequests(DATABASE, Date.now());
    const events = (await tenant.events()).map(({ action }) => action).filter((each) => each.startsWith("approval."));
    expect(events.filter((each) => each !== "approval.request")).toEqual([
      "approval.expire",
      "approval.withdraw",
      "approval.reject",
    ]);
    expect(await rolesOf(tenant)).toHaveProperty("user-readonly");
  });

  it.each<[string, string, (tenant: ApprovingTenant, backupSetId: string) => D1PreparedStatement]>([
    [
      "changed",
      "the set was renamed",
      (_, id) => DATABASE.prepare("update backup_sets set name = 'Other' where id = ?").bind(id),
    ],
    [
      "gone",
      "the plan is another one",
      ({ id }) =>
        DATABASE.prepare("update restore_plans set plan_hash = ? where tenant_id = ?").bind("c".repeat(64), id),
    ],
    [
      "invalid_input",
      "the set was archived",
      (_, id) => DATABASE.prepare("update backup_sets set status = 'archived' where id = ?").bind(id),
    ],
    [
      "requester_gone",
      "the requester was removed",
      ({ id }) => DATABASE.prepare("delete from memberships where tenant_id = ? and user_id = 'user-manager'").bind(id),
    ],
    [
      "requester_gone",
      "the requester was disabled",
      () => DATABASE.prepare("update users set disabled_at = 1 where id = 'user-manager'"),
    ],
    [
      "requester_lost_right",
      "the requester has another role",
      ({ id }) =>
        DATABASE.prepare(
          "update memberships set role = 'operator' where tenant_id = ? and user_id = 'user-manager'",
        ).bind(id),
    ],
  ])("ends as failed, with %s, when %s", async (code, _, change) => {
    const tenant = await approvingTenant("restore");
    const { backupSetId } = await planOf(tenant);
    const { approvalRequest: asked } = await tenant.asked("/operations", restore(backupSetId), "manager");
    await change(tenant, backupSetId).run();
    expect(await tenant.approved(asked)).toMatchObject({ state: "failed", failure: { code }, runId: null });
    expect(await runsOf(tenant)).toEqual([]);
    expect((await tenant.events())[0]).toMatchObject({ action: "approval.fail", detail: { failure: { code } } });
  });

  it("leaves all as it was when one of the two people loses the right in the last moment, or a rule refuses", async () => {
    const tenant = await approvingTenant("members");
    const { approvalRequest: asked } = await removal(tenant);
    const approval = {
      requestId: asked.id,
      tenantId: tenant.id,
      kind: "member.remove",
      hash: asked.hash,
      requesterId: "user-owner",
      deciderId: "user-second",
      reason: null,
      at: Date.now(),
    } as const;
    const removing = { tenantId: tenant.id, userId: "user-readonly", actorId: "user-owner", at: Date.now() };
    const refused: [string, Partial<typeof approval> | object][] = [
      ["update memberships set role = 'manager' where tenant_id = ? and user_id = 'user-owner'", {}],
      ["update memberships set role = 'manager' where tenant_id = ? and user_id = 'user-second'", {}],
      ["update users set disabled_at = 1 where id = 'user-second' and ? <> ''", {}],
      ["update users set disabled_at = null where ? <> ''", { deciderId: "user-owner" }],
      ["update users set disabled_at = null where ? <> ''", { at: Date.parse(asked.endsAt) }],
    ];
    for (const [sql, other] of refused) {
      // Everything that was read before the batch was in order.
      await DATABASE.prepare(sql).bind(tenant.id).run();
      const made = carryingOut({ ...approval, ...other }, () => removeMember(DATABASE, removing));
      await expect(made, sql).rejects.toThrow(ApprovalOverError);
      await DATABASE.batch([
        DATABASE.prepare("update users set disabled_at = null"),
        DATABASE.prepare(
          "update memberships set role = 'owner' where tenant_id = ? and user_id in ('user-owner', 'user-second')",
        ).bind(tenant.id),
      ]);
    }
    expect((await tenant.request(asked.id)).state).toBe("waiting");
    expect(await rolesOf(tenant)).toHaveProperty("user-readonly");
    const { approvalRequest: again } = await tenant.asked("/members/user-owner/role", { role: "readonly" });
    expect(await tenant.approved(again)).toMatchObject({ state: "failed", failure: { code: "second_owner" } });
    expect(await rolesOf(tenant)).toMatchObject({ "user-owner": "owner", "user-second": "owner" });
    expect((await tenant.events()).filter(({ action }) => action.startsWith("member."))).toEqual([]);
  });
});

describe("each kind of change", () => {
  it("deletes the very sets that a filter matched when it was asked", async () => {
    const tenant = await approvingTenant("force-delete");
    const first = await newSet(tenant.id, "Old 1");
    const body = { type: "backup-set.force-delete", input: { filter: { query: "Old", state: "all" } } };
    const { approvalRequest: asked } = await tenant.asked("/operations", body, "manager");
    expect(asked.change).toEqual({ kind: "force-delete", backupSets: [{ id: first, name: "Old 1" }] });
    await newSet(tenant.id, "Old 2");
    const { runId } = await tenant.approved(asked);
    const row = await DATABASE.prepare("select input from operation_runs where id = ?").bind(runId).first();
    expect(JSON.parse(z.object({ input: z.string() }).parse(row).input)).toEqual({ backupSetIds: [first] });
  });

  it("asks again before failed units are retried", async () => {
    const tenant = await approvingTenant("force-delete", "restore");
    const insert = (id: string, type: string, input: object) =>
      DATABASE.prepare(
        `insert into operation_runs (id, tenant_id, type, status, outcome, input, identity, initiator_id, summary_counts, version, created_at, updated_at, completed_at)
         values (?1, ?2, ?3, 'completed', 'failed', ?4, ?1, 'user-manager', '{"total":1,"processed":1,"failed":1}', 2, 1, 1, 1)`,
      )
        .bind(`${id}-${tenant.id}`, tenant.id, type, JSON.stringify(input))
        .run();
    await insert("deletion", "backup-set.force-delete", { backupSetIds: ["set"] });
    const path = `/operations/deletion-${tenant.id}/retry`;
    expect(await problemOf(await tenant.post(path, {}))).toMatchObject({ code: "approval_required" });
    const { approvalRequest: asked } = await tenant.asked(path, {}, "manager");
    expect(asked.change).toMatchObject({ kind: "force-delete.retry", run: { failed: 1 } });
    expect((await tenant.approved(asked)).state).toBe("carried_out");
    expect((await runsOf(tenant)).map(({ initiator_id }) => initiator_id)).toEqual(["user-manager", "user-manager"]);
    await insert("restore", "policy.restore", {});
    const restoring = `/operations/restore-${tenant.id}/retry`;
    expect(await problemOf(await tenant.post(restoring, {}))).toMatchObject({ code: "approval_required" });
  });

  it("invites by a link that its requester has from the beginning, and that opens after the approval", async () => {
    const tenant = await approvingTenant("members");
    const { approvalRequest: asked, invitationSecret } = await tenant.asked("/invitations", {
      role: "owner",
      note: "Otto",
    });
    const accept = () => post("/api/invitations/accept", { secret: invitationSecret }, { as: "outsider" });
    expect((await accept()).status).toBe(410);
    expect((await tenant.approved(asked)).state).toBe("carried_out");
    expect((await accept()).status).toBe(200);
    expect((await rolesOf(tenant))["user-outsider"]).toBe("owner");
    expect(JSON.stringify(await tenant.events())).not.toContain(invitationSecret);
  });

  it("changes roles of members, and makes, changes and deletes the tenant's own", async () => {
    const tenant = await approvingTenant("members");
    const made = async (path: string, body: object) => {
      const { approvalRequest } = await tenant.asked(path, body);
      expect(await tenant.approved(approvalRequest)).toMatchObject({ state: "carried_out", failure: null });
    };
    const roleId = async () =>
      z
        .object({ id: z.string() })
        .parse(await DATABASE.prepare("select id from custom_roles where tenant_id = ?").bind(tenant.id).first()).id;
    await made("/members/user-readonly/role", { role: "operator" });
    expect((await rolesOf(tenant))["user-readonly"]).toBe("operator");
    await made("/roles", { name: "Auditor", capabilities: ["audit.read"] });
    const id = await roleId();
    // What a role may do when it is given is part of what is approved.
    const { approvalRequest: given } = await tenant.asked("/members/user-readonly/role", { role: id });
    await made(`/roles/${id}`, { name: "Auditor", capabilities: ["audit.read", "restore.execute"] });
    expect(await tenant.approved(given)).toMatchObject({ state: "failed", failure: { code: "changed" } });
    await made(`/roles/${id}/delete`, {});
    const { action, actor, origin } = (await tenant.events())[1] ?? {};
    expect({ action, actor, origin }).toMatchObject({
      action: "role.delete",
      actor: { id: "user-owner" },
      origin: { approvedBy: "user-second" },
    });
  });
});

describe("the settings of approvals", () => {
  it("take two owners who can sign in, and two to be switched off", async () => {
    const tenant = await approvingTenant();
    await DATABASE.prepare("update users set disabled_at = 1 where id = 'user-second'").run();
    const wanted = { subjects: ["connection", "restore"], requestHours: 24 };
    expect(await problemOf(await tenant.post("/approval-settings", wanted))).toMatchObject({ code: "too_few_owners" });
    await DATABASE.prepare("update users set disabled_at = null where id = 'user-second'").run();
    expect((await tenant.post("/approval-settings", wanted, { as: "manager" })).status).toBe(403);
    expect((await tenant.post("/approval-settings", wanted)).status).toBe(200);
    expect(await tenant.get("/approval-settings", "readonly")).toEqual({
      subjects: ["restore", "connection"],
      requestHours: 24,
      activeOwners: 2,
    });
    const off = { subjects: [], requestHours: 24 };
    expect(await problemOf(await tenant.post("/approval-settings", off))).toMatchObject({ code: "approval_required" });
    const { approvalRequest: asked } = await tenant.asked("/approval-settings", off);
    expect(asked.change).toMatchObject({
      before: { subjects: ["restore", "connection"], requestHours: 24 },
      after: { subjects: [], requestHours: 24 },
    });
    expect((await tenant.approved(asked)).state).toBe("carried_out");
    expect(await tenant.get("/approval-settings")).toMatchObject({ subjects: [] });
    expect((await tenant.events()).map(({ action }) => action)).toEqual([
      "approval.approve",
      "approval-settings.change",
      "approval.request",
      "approval-settings.change",
      "request.refuse",
    ]);
  });

  it.each([
    { subjects: ["everything"], requestHours: 72 },
    { subjects: [], requestHours: 0 },
    { subjects: [], requestHours: 721 },
    { subjects: ["restore"] },
  ])("refuse %j", async (settings) => {
    const tenant = await approvingTenant();
    expect(await problemOf(await tenant.post("/approval-settings", settings))).toMatchObject({ code: "invalid_input" });
  });

  it("keep two owners, and a platform administrator lifts them, on the record, where one is left", async () => {
    const tenant = await approvingTenant("restore");
    // Members need no approval here, and yet the second owner stays.
    expect(await problemOf(await tenant.post("/members/user-second/remove", {}))).toMatchObject({
      code: "second_owner",
    });
    const lift = (as: string) =>
      post(`/api/platform/tenants/${tenant.slug}/lift-approvals`, { reason: "Sven has left" }, { as });
    await DATABASE.prepare("update users set platform_administrator_since = 1 where id = 'user-outsider'").run();
    expect(await problemOf(await lift("outsider"))).toMatchObject({ code: "approvals_in_order" });
    await DATABASE.prepare("update users set disabled_at = 1 where id = 'user-second'").run();
    expect((await lift("owner")).status).toBe(403);
    expect((await lift("outsider")).status).toBe(200);
    expect(await tenant.get("/approval-settings")).toMatchObject({ subjects: [], activeOwners: 1 });
    const told = {
      action: "approval-settings.lift",
      detail: { reason: "Sven has left", previousSubjects: ["restore"] },
    };
    expect((await tenant.events())[0]).toMatchObject(told);
    const log = await (await request("/api/platform/audit-events", { as: "outsider" })).json();
    expect(z.object({ items: z.array(z.unknown()) }).parse(log).items).toContainEqual(expect.objectContaining(told));
    // A disabled owner is no loss.
    expect((await tenant.post("/members/user-second/remove", {})).status).toBe(200);
  });
});

describe("the routes that may wait", () => {
  it("are those of the table, and none of them does anything without an approval", async () => {
    const tables: [string, RouteTable][] = Object.entries(routes);
    const waiting = tables.flatMap(([noun, table]) =>
      Object.entries(table).flatMap(([name, route]) => (route.mayWait ? [`${noun}.${name}`] : [])),
    );
    expect(waiting.sort()).toEqual(Object.keys(BODIES).sort());
    const all: ApprovalSubject[] = ["restore", "force-delete", "members", "connection"];
    expect([...new Set(Object.values(APPROVAL_KINDS).flatMap(({ subject }) => subject ?? []))].sort()).toEqual(
      all.sort(),
    );
    const tenant = await approvingTenant(...all);
    const { backupSetId } = await planOf(tenant);
    for (const [name, [path, body]] of Object.entries(BODIES)) {
      if (name === "operations.retry" || name.startsWith("connections.")) continue;
      const sent = name === "operations.start" ? restore(backupSetId) : body;
      expect([name, (await problemOf(await tenant.post(path, sent))).code]).toEqual([name, "approval_required"]);
    }
    expect((await tenant.events()).map(({ action }) => action)).toEqual([
      "backup-set.create",
      "approval-settings.change",
    ]);
  });
});

/** Retries are tried above, connections in a file of their own. */
const BODIES: Record<string, [path: string, body: object]> = {
  "operations.start": ["/operations", {}],
  "operations.retry": ["", {}],
  "members.changeRole": ["/members/user-readonly/role", { role: "manager" }],
  "members.remove": ["/members/user-readonly/remove", {}],
  "invitations.create": ["/invitations", { role: "owner" }],
  "roles.create": ["/roles", { name: "Auditor", capabilities: ["audit.read"] }],
  "roles.change": ["/roles/role_1", { name: "Auditor", capabilities: ["audit.read"] }],
  "roles.delete": ["/roles/role_1/delete", {}],
  "connections.connect": ["", {}],
  "connections.renew": ["", {}],
  "connections.disconnect": ["", {}],
  "connections.startConsent": ["", {}],
  "approvals.changeSettings": ["/approval-settings", { subjects: [], requestHours: 72 }],
};
