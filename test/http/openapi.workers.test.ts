/** The document as it is served, and all its examples: each request is sent, and each answer is compared with what the app answers. */
import { beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { approvalAskedSchema } from "../../src/contract/approvals.ts";
import { type OperationType, startableTypes } from "../../src/contract/operation-types.ts";
import { routes } from "../../src/contract/routes/all.ts";
import type { RouteTable } from "../../src/contract/routes/route.ts";
import { type Run, startedOperationSchema } from "../../src/contract/runs.ts";
import { examples } from "../../src/http/openapi/examples/all.ts";
import { type ExampleIds, IDS } from "../../src/http/openapi/examples/ids.ts";
import { checkPermissions } from "../../src/graph-work/check-permissions.ts";
import { insertSession } from "../../src/database/tenancy/sessions.ts";
import { zipOf } from "../operations/policy-files/uploads.ts";
import { newSet } from "../operations/backup-sets/backups.ts";
import { asTenant } from "../operations/evidence-tenant.ts";
import { addAll, previewed, restored } from "../operations/policy-restore/restores.ts";
import {
  assignedTo,
  setting,
  settingsCatalogPolicy,
  simulatedTenant,
  type SimulatedTenant,
} from "../operations/simulated-tenant.ts";
import { request, seedDemoData } from "./demo.ts";
import { portfolioOccurrenceListSchema } from "../../src/contract/portfolio-schedules.ts";
import { portfolioRunSchema, startedPortfolioRunSchema } from "../../src/contract/portfolio.ts";
import { waitFor } from "../support/wait.ts";
import { shapeFault } from "./same-shape.ts";
import { env } from "../support/environment.ts";
import { memberStatements } from "../support/tenants.ts";

const operationSchema = z.object({
  operationId: z.string(),
  parameters: z
    .array(z.object({ in: z.string(), name: z.string(), schema: z.object({ example: z.unknown().optional() }) }))
    .default([]),
  requestBody: z
    .object({
      content: z.object({ "application/json": z.object({ examples: z.record(z.string(), z.unknown()) }).optional() }),
    })
    .optional(),
  responses: z.record(z.string(), z.unknown()),
});
const documentSchema = z.object({
  openapi: z.literal("3.1.0"),
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
});

const tables: Readonly<Record<string, RouteTable>> = routes;
const itemsSchema = z.object({ items: z.array(z.looseObject({ id: z.string() })).min(1) });
const idSchema = z.looseObject({ id: z.string() });
const FAMILIES = ["settingsCatalog", "filters"];
/** What the document's answers cannot be compared with: no example stands for itself. */
const NO_ANSWER = ["reference.document"];

let tenant: SimulatedTenant;
let runs: ReturnType<typeof asTenant>;
const ids: { -readonly [Name in keyof ExampleIds]: string } = { ...IDS };
/** Routes whose example of an answer was compared, and bodies that were sent, by route. */
const compared = new Set<string>();
const sent = new Map<string, Set<string>>();

/** An example with the ids of real things, and with a time that lies ahead. */
function real<T>(example: T): T {
  let text = JSON.stringify(example) ?? "null";
  for (const name of Object.keys(IDS)) {
    if (isIdName(name) && name !== "tenant") text = text.replaceAll(IDS[name], ids[name]);
  }
  return JSON.parse(
    text.replace(/"until":"[^"]+"/, `"until":"${new Date(Date.now() + 30 * 86_400_000).toISOString()}"`),
  );
}

function isIdName(name: string): name is keyof typeof IDS {
  return name in IDS;
}

/** Sends the example of a route. Its answer is one that the description lists (`request` sees to that) and that the example is like. */
async function send(id: string, body?: string, query = "", compare = true, as?: string): Promise<unknown> {
  const [noun = "", name = ""] = id.split(".");
  const route = tables[noun]?.[name];
  const example = examples[noun]?.[name];
  if (route === undefined || example === undefined) throw new Error(`${id} is no route with examples`);
  const params: Record<string, string> = { ...real(example.params ?? {}), tenantId: tenant.name };
  const address =
    route.path.replace(/:(\w+)/g, (_, param: string) => params[param] ?? `no-example-of-${param}`) + query;
  const response = await request(address, {
    method: route.method,
    ...(as === undefined ? {} : { as }),
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(real(example.bodies?.[body])), headers: { "content-type": "application/json" } }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${id} ${body ?? query}: ${response.status} ${text}`);
  if (body !== undefined) sent.set(id, (sent.get(id) ?? new Set()).add(body));
  if (!Object.hasOwn(example, "answer")) return null;
  const answer: unknown = JSON.parse(text);
  if (compare && !NO_ANSWER.includes(id)) {
    expect({ id, fault: shapeFault(example.answer, answer) }).toEqual({ id, fault: null });
    compared.add(id);
  }
  return answer;
}

/** Starts the example of a type. */
async function start(type: OperationType): Promise<Run> {
  const bodies = Object.entries(examples["operations"]?.["start"]?.bodies ?? {});
  const [body = ""] = bodies.find(([, each]) => z.object({ type: z.string() }).parse(each).type === type) ?? [];
  return startedOperationSchema.parse(await send("operations.start", body)).run;
}

/** For a run whose units need Graph, which the runtime under test does not reach: its object, its cancel and its end are real. */
async function startAndCancel(type: OperationType): Promise<void> {
  const run = await start(type);
  ids.activeRun = run.id;
  await send("operations.pause");
  await send("operations.resume");
  await send("operations.cancel");
  await runs.completed(run.id);
}

/** Graph is not reached from here, so a sync of all tenants fails in each, and can be taken again. */
async function overTenants(): Promise<void> {
  const begin = async (id: string, body?: string): Promise<string> =>
    startedPortfolioRunSchema.parse(await send(id, body)).run.id;
  const toItsEnd = (id: string) =>
    waitFor("a run over tenants to end", async () => {
      const answer = await request(`/api/me/portfolio-runs/${id}`);
      return portfolioRunSchema.parse(await answer.json()).status === "completed";
    });
  ids.portfolioRun = await begin("portfolio.start", "Sync all tenants");
  await send("portfolio.pause");
  await send("portfolio.resume");
  await toItsEnd(ids.portfolioRun);
  await toItsEnd(await begin("portfolio.retry"));
  ids.portfolioRun = await begin("portfolio.start", "Sync all tenants");
  await send("portfolio.cancel");
  ids.portfolioRun = await begin("portfolio.start", "Take a snapshot of two tenants");
  await toItsEnd(ids.portfolioRun);
  await send("portfolio.list");
  await send("portfolio.show");
  await send("portfolio.tenants");
  await send("portfolio.proof");
  await send("settings.change", "Tag the tenant");
  await toItsEnd(await begin("portfolio.start", "Take a snapshot of the tenants with a tag"));
  ids.portfolioSchedule = idSchema.parse(await send("portfolioSchedules.create", "Prove all schools each month")).id;
  await send("portfolioSchedules.list");
  await send("portfolioSchedules.show");
  await send("portfolioSchedules.times", undefined, NEEDED_QUERIES["portfolioSchedules.times"]);
  await send("portfolioSchedules.run");
  const begun = portfolioOccurrenceListSchema.parse(await send("portfolioSchedules.occurrences"));
  await toItsEnd(begun.items[0]?.runs[0]?.id ?? "");
  await send("portfolioSchedules.change", "Sync all tenants each night");
  await send("portfolioSchedules.pause", "Wait for a change");
  await send("portfolioSchedules.resume");
  await send("portfolioSchedules.remove");
  ids.portfolioSchedule = idSchema.parse(await send("portfolioSchedules.create", "Prove all schools each month")).id;
  ids.ownNotification = await oneOf("ownNotifications.list", () => true);
  await send("ownNotifications.markSeen");
}

async function finish(type: OperationType): Promise<Run> {
  return runs.completed((await start(type)).id);
}

async function oneOf(id: string, fits: (item: Record<string, unknown>) => boolean, query = ""): Promise<string> {
  const found = itemsSchema.parse(await send(id, undefined, query)).items.find(fits);
  if (found === undefined) throw new Error(`${id} lists nothing that fits`);
  return found.id;
}

beforeAll(async () => {
  await seedDemoData();
  tenant = await simulatedTenant();
  runs = asTenant(tenant);
  ids.tenantName = tenant.name;
});

describe("the OpenAPI document", () => {
  it("has an operation for each route, with the examples that the tests below send", async () => {
    const response = await request("/api/openapi.json", { as: "readonly" });
    expect(response.headers.get("content-type")).toBe("application/json");
    const { paths } = documentSchema.parse(await response.json());
    const documented = Object.values(paths).flatMap((item) => Object.values(item));
    const described = Object.entries(tables).flatMap(([noun, table]) =>
      Object.keys(table).map((name) => `${noun}.${name}`),
    );
    expect(documented.map(({ operationId }) => operationId).sort()).toEqual(described.sort());
    for (const { operationId, parameters, requestBody, responses } of documented) {
      const [noun = "", name = ""] = operationId.split(".");
      const example = examples[noun]?.[name];
      const values = Object.values(requestBody?.content["application/json"]?.examples ?? {});
      expect(values).toMatchObject(
        Object.entries(example?.bodies ?? {}).map(([summary, value]) => ({ summary, value })),
      );
      const inPath = parameters.filter((each) => each.in === "path" && each.name !== "tenantId");
      expect(Object.fromEntries(inPath.map((each) => [each.name, String(each.schema.example)]))).toEqual(
        example?.params ?? {},
      );
      if (example?.answer === undefined) continue;
      const shown = { content: { "application/json": { example: example.answer } } };
      for (const status of Object.keys(tables[noun]?.[name]?.statuses ?? {})) {
        expect(responses[status], `${operationId} ${status}`).toMatchObject(shown);
      }
    }
  });

  it(
    "tells by examples the life of a tenant, from its first sync to the auditors' archive",
    { timeout: 120_000 },
    async () => {
      const edge = await tenant.add("settingsCatalog", settingsCatalogPolicy("Edge", { description: "Browser" }), {
        settings: [setting("browser_homepage", "https://intranet.contoso.example")],
        assignments: [assignedTo("6b1f2a0c-3d4e-4f5a-8b9c-0d1e2f3a4b5c")],
      });
      const filter = await tenant.add("filters", { displayName: "Corporate iPhones", platform: "iOS", rule: "(true)" });
      await startAndCancel("inventory.sync");
      const underWay = await start("inventory.sync");
      // It is to be under way still when it is canceled.
      ids.activeRun = underWay.id;
      await send("operations.pause");
      await send("operations.matching", undefined, "?type=inventory.sync");
      await send("me.standings");
      await send("me.activeOperations");
      await finish("operations.cancel");
      await runs.completed(underWay.id);
      await send("agents.mcp", "Ask who the caller is");
      await overTenants();
      await tenant.sync(FAMILIES);
      ids.policy = await oneOf("inventory.policies", ({ name }) => name === "Edge");

      ids.backupSet = idSchema.parse(await send("backupSets.create", "A set with a description")).id;
      await send("backupSets.change", "A new name");
      await startAndCancel("backup-set.add-policies");
      await addAll(tenant, ids.backupSet);
      ids.backupItem = await oneOf("backupSets.items", ({ name }) => name === "Edge");

      await importFiles();
      ids.archivedSet = await newSet(tenant.tenantId, "Spring");
      await send("backupSets.archive");
      await finish("backup-set.restore");
      await finish("backup-set.delete");
      await finish("backup-set.force-delete");
      // The set is gone by now, so its unit fails.
      ids.failedRun = (await finish("backup-set.delete")).id;
      await send("operations.failures");
      const retried = startedOperationSchema.parse(await send("operations.retry")).run;
      await runs.completed(retried.id);
      await finish("operations.retry");

      ids.baseline = resultOf(await finish("baseline.capture"));
      await tenant.edit(
        "settingsCatalog",
        edge,
        {},
        { settings: [setting("browser_homepage", "https://elsewhere.example")] },
      );
      await tenant.edit("filters", filter, { rule: "(false)" });
      await tenant.sync(FAMILIES);
      await tenant.readLogs();
      ids.comparison = resultOf(await finish("baseline.compare"));
      ids.finding = await oneOf("findings.list", ({ family }) => family === "settingsCatalog");
      await acceptFinding();
      await send("findings.reopen");

      ids.standardHome = tenant.name;
      ids.standard = idSchema.parse(await send("standards.create", "For all tenants")).id;
      await send("standards.addVersion", "Of a baseline, with a value that each tenant gives");
      await send("standards.change", "Another description");
      ids.following = idSchema.parse(await send("followings.follow", "The newest version")).id;
      await send("followings.change", "Another value");
      for (const read of ["standards.tenants", "followings.list", "followings.show", "followings.policies"])
        await send(read);
      await send("followings.stop", "From now on");
      ids.following = idSchema.parse(await send("followings.follow", "The newest version")).id;

      await startAndCancel("policy.restore-preview");
      const preview = await previewed(tenant, { backupSetId: ids.backupSet, assignments: false });
      [ids.plan, ids.planHash] = [preview.plan.id, preview.plan.planHash];
      await startAndCancel("policy.restore");
      ids.restoreRun = (await restored(tenant, preview)).runId;

      const taken = await finish("evidence.snapshot");
      [ids.run, ids.snapshot] = [taken.id, resultOf(taken)];
      ids.evidenceItem = await oneOf("evidence.items", ({ kind }) => kind === "policy", "?kind=policy");
      ids.pack = resultOf(await finish("review-pack.generate"));
      ids.tenantExport = resultOf(await finish("tenant.export"));

      await breakPolicy("Edge of the pilot");
      ids.unreadablePolicy = await oneOf("unreadablePolicies.list", () => true);
      await send("unreadablePolicies.acknowledge", "Until Microsoft has answered");
      await send("unreadablePolicies.withdraw");

      const invite = async () =>
        z
          .object({ invitation: idSchema, secret: z.string() })
          .parse(await send("invitations.create", "Invite an operator"));
      ids.invitation = (await invite()).invitation.id;
      await send("invitations.withdraw");
      ids.invitationSecret = (await invite()).secret;
      await send("joining.preview", "Look at an invitation", "", true, "outsider");
      await send("joining.accept", "Use an invitation", "", true, "outsider");
      ids.member = "user-outsider";
      await send("members.changeRole", "Make the person a manager");
      await send("members.remove");
      ids.invitation = (await invite()).invitation.id;
      ids.role = idSchema.parse(await send("roles.create", "Make a role for auditors")).id;
      await send("roles.change", "Let auditors download packs");
      await send("roles.list");
      await send("roles.delete");
      await chooseNews();
      await addSession();
      await send("signIn.sessions");
      await send("signIn.endSession");
      const told = await send("apiTokens.create", "A token that syncs every night");
      ids.apiToken = z.object({ apiToken: idSchema }).parse(told).apiToken.id;
      // The example's token is for the demo tenant; this tale has a tenant of its own.
      await env.DATABASE.prepare("insert into api_token_tenants (token_id, tenant_id) values (?, ?)")
        .bind(ids.apiToken, tenant.tenantId)
        .run();
      await send("apiTokens.list");
      await send("apiTokens.revoke");
      await send("platform.setUp", "Set the product up");
      await send("platform.createTenant", "Make a tenant");
      await send("platform.measured");
      await decideOnApprovals();
      await send("platform.disablePerson");
      await send("platform.enablePerson");
      ids.offboarding = idSchema.parse(await send("offboarding.requestByPlatform", "In a week")).id;
      await send("offboarding.withdrawByPlatform");
      ids.offboarding = z
        .object({ offboarding: idSchema })
        .parse(await send("offboarding.request", "In a week")).offboarding.id;
      await send("offboarding.show");
      await send("offboarding.withdraw");
      await send("tenantMoves.shards");
      ids.tenantMove = idSchema.parse(await send("tenantMoves.begin", "To the second database")).id;
      await send("tenantMoves.show");
      await send("tenantMoves.list");
      await send("tenantMoves.abandon");
      await checkPermissions({ tenantId: tenant.tenantId, purpose: "read" }, "user-owner", tenant.context().env);
      // Answers again what has just been found.
      await send("permissions.check");

      await send("backupStanding.show");
      await send("settings.change", "Keep packs for half a year");
      const rules = "Keep comparisons shorter and snapshots for ever";
      const shown = z.object({ at: z.string(), hash: z.string() }).parse(await send("retention.preview", rules));
      [ids.previewAt, ids.previewHash] = [shown.at, shown.hash];
      await send("retention.change", rules);
      ids.schedule = idSchema.parse(await send("schedules.create", "Prove the tenant each month")).id;
      await send("schedules.list");
      await send("schedules.show");
      await send("schedules.change", "Let it begin later");
      await send("schedules.pause", "Wait for a change");
      await send("schedules.resume");
      await send("schedules.run");
      await send("schedules.occurrences");
      await send("schedules.remove");
      ids.schedule = idSchema.parse(await send("schedules.create", "Prove the tenant each month")).id;
      ids.hold = idSchema.parse(await send("legalHolds.place", "Keep everything for a case")).id;
      await send("legalHolds.list");
      await send("legalHolds.lift", "Say that the case is over");
      ids.notification = await oneOf("notifications.list", () => true);
      await send("notifications.markSeen");
      for (const body of ["In this browser", "Everywhere"]) await send("signIn.signOut", body);
      // Microsoft's login stands in no test: what it says to credentials is for others (connections).
      vi.spyOn(globalThis, "fetch").mockImplementation(() =>
        Promise.resolve(Response.json({ access_token: "token", expires_in: 3600 })),
      );
      await send("connections.connect", "Connect by a client secret");
      await send("connections.renew", "Give another secret");
      await send("connections.startConsent", "Consent to reading");
      vi.restoreAllMocks();
      expect(await failingReads()).toEqual([]);
      await send("connections.disconnect", "Disconnect");
    },
  );

  it("has no example that was not sent, and none of an answer that was not compared", () => {
    for (const [noun, table] of Object.entries(examples)) {
      for (const [name, { bodies, answer }] of Object.entries(table)) {
        const id = `${noun}.${name}`;
        expect([id, [...(sent.get(id) ?? [])].sort()]).toEqual([id, Object.keys(bodies ?? {}).sort()]);
        if (answer !== undefined && !NO_ANSWER.includes(id)) expect([...compared]).toContain(id);
      }
    }
    const bodies = Object.values(examples["operations"]?.["start"]?.bodies ?? {});
    const types = bodies.map((body) => z.object({ type: z.string() }).parse(body).type);
    expect(types.sort()).toEqual([...startableTypes()].sort());
  });
});

/** No name server stands in the test of the API. */
async function chooseNews(): Promise<void> {
  const answer = (url: string): Response => {
    const record = url.endsWith("=A") ? { type: 1, data: "93.184.215.14" } : { type: 28, data: "2606:4700::1" };
    return Response.json({ Status: 0, Answer: [record] });
  };
  const network = vi
    .spyOn(globalThis, "fetch")
    .mockImplementation((input) => Promise.resolve(answer(input instanceof Request ? input.url : input.toString())));
  const channelSchema = z.object({ channel: idSchema });
  const delivered = (id: string) =>
    waitFor("the message to be sent", async () => {
      const sending = env.DATABASE.prepare("select state from news_messages where id = ?1").bind(id);
      return (await sending.first())?.["state"] === "delivered";
    });
  ids.newsChannel = channelSchema.parse(await send("news.addChannel", "A webhook")).channel.id;
  await send("news.channels");
  await send("news.changeChannel", "Another name");
  await send("news.rotateSecret");
  ids.ownNewsChannel = channelSchema.parse(await send("ownNews.addChannel", "A webhook")).channel.id;
  await send("ownNews.channels");
  await send("ownNews.changeChannel", "Another name");
  await send("ownNews.rotateSecret");
  network.mockRestore();
  // What it is told comes from another part of the product, which asks the network itself.
  ids.newsChannel = channelSchema.parse(await send("news.addChannel", "This console")).channel.id;
  ids.newsRule = idSchema.parse(await send("news.addRule", "Tell what needs a person")).id;
  await send("news.rules");
  await send("news.changeRule", "Once a day");
  await send("news.removeRule");
  ids.newsMessage = idSchema.parse(await send("news.testChannel")).id;
  await delivered(ids.newsMessage);
  await send("news.messages");
  await send("news.message");
  await send("news.replay");
  await delivered(ids.newsMessage);
  await send("news.switchOff");
  await send("news.switchOn");
  await send("news.removeChannel");
  ids.newsChannel = channelSchema.parse(await send("news.addChannel", "This console")).channel.id;
  ids.newsRule = idSchema.parse(await send("news.addRule", "Tell what needs a person")).id;

  ids.ownNewsChannel = channelSchema.parse(await send("ownNews.addChannel", "This console")).channel.id;
  ids.ownNewsRule = idSchema.parse(await send("ownNews.addRule", "Once a day, of all tenants")).id;
  await send("ownNews.rules");
  await send("ownNews.changeRule", "Of one tenant");
  await send("ownNews.removeRule");
  ids.ownNewsMessage = idSchema.parse(await send("ownNews.testChannel")).id;
  await delivered(ids.ownNewsMessage);
  await send("ownNews.messages");
  await send("ownNews.message");
  await send("ownNews.replay");
  await delivered(ids.ownNewsMessage);
  await send("ownNews.switchOff");
  await send("ownNews.switchOn");
  await send("ownNews.removeChannel");
}

/** A body that is no JSON stands in no example. */
async function importFiles(): Promise<void> {
  const folder = {
    "SettingsCatalog/Edge.json": { name: "Edge", settingCount: 12, settings: [] },
    "README.md": "# Read me",
    "Old.json": { displayName: "Old" },
  };
  const response = await request(`/api/tenants/${tenant.name}/policy-files?name=Baseline.zip`, {
    method: "POST",
    headers: { "content-type": "application/zip" },
    body: await zipOf(folder),
  });
  const upload: unknown = await response.json();
  expect(shapeFault(examples["policyFiles"]?.["upload"]?.answer, upload)).toBeNull();
  compared.add("policyFiles.upload");
  ids.policyUpload = idSchema.parse(upload).id;
  await send("policyFiles.show");
  await finish("backup-set.import");
}

/** Two owners: one asks for the same change again and again, the other decides. */
async function decideOnApprovals(): Promise<void> {
  await env.DATABASE.batch([
    ...memberStatements(tenant.tenantId, "user-manager", "owner"),
    ...memberStatements(tenant.tenantId, "user-readonly", "readonly"),
  ]);
  await send("approvals.changeSettings", "Ask for restores and members");
  const ask = async () => {
    const response = await request(`/api/tenants/${tenant.name}/members/user-readonly/remove`, {
      method: "POST",
      headers: { "content-type": "application/json", "Approval-Reason": "Ravi%20has%20left" },
      body: "{}",
    });
    const { approvalRequest } = approvalAskedSchema.parse(await response.json());
    [ids.approval, ids.approvalHash] = [approvalRequest.id, approvalRequest.hash];
  };
  await ask();
  await send("approvals.withdraw");
  await ask();
  await send("approvals.reject", "Reject a request", "", true, "manager");
  await ask();
  await send("approvals.approve", "Approve what was read", "", true, "manager");
  await env.DATABASE.prepare("update users set disabled_at = 1 where id = 'user-manager'").run();
  await send("platform.liftApprovals", "Help a lone owner");
  await env.DATABASE.prepare("update users set disabled_at = null").run();
}

/** In local mode nobody signs in: a session is put there by hand. */
async function addSession(): Promise<void> {
  ids.session = crypto.randomUUID();
  const session = { id: ids.session, userId: "user-owner", tokenHash: ids.session, browser: "Firefox" };
  const [createdAt, endsAt] = [Date.now(), Date.now() + 60_000];
  await insertSession(env.CONTROL, { ...session, createdAt, idleEndsAt: endsAt, endsAt });
}

/** Says in the example's body which differences the person has seen. */
async function acceptFinding(): Promise<void> {
  const shown = z.looseObject({ changesHash: z.string() }).parse(await send("findings.show"));
  ids.changesHash = shown.changesHash;
  await send("findings.accept", "Accept these differences and no others");
  await send("findings.acceptMany", "Accept what was seen");
}

/** A policy that Graph lists and cannot tell, as a sync finds it the second time. */
async function breakPolicy(name: string): Promise<void> {
  const id = await tenant.add("settingsCatalog", settingsCatalogPolicy(name));
  await tenant.fault({ family: "settingsCatalog", pathContains: `${id}/settings`, status: 404 });
  await tenant.execute((await tenant.plan(["settingsCatalog"])).map((task) => ({ ...task, deferrals: 1 })));
}

function resultOf(run: Run): string {
  if (run.result === null) throw new Error(`${run.type} made nothing: ${JSON.stringify(run.failure)}`);
  return run.result.id;
}

/** Parameters without which a read answers nothing. */
const NEEDED_QUERIES: Readonly<Record<string, string>> = {
  "portfolioSchedules.times": "?pattern=0+6+*+*+1-5&timeZone=America/New_York",
  "schedules.times": "?pattern=0+6+*+*+1-5&timeZone=America/New_York",
  "backupSets.diff": "?against=inventory",
  "inventory.settings": "?query=homepage",
};

/** Sends the example of each read, and each example of its query's parameters. */
async function failingReads(): Promise<string[]> {
  const failing: string[] = [];
  for (const [noun, table] of Object.entries(tables)) {
    for (const [name, route] of Object.entries(table)) {
      // A socket, a page of the console's build and what leads browsers on are for other tests (live-frames, api-reference, sign-in).
      if (route.method !== "GET" || route.frame !== null || route.media === "text/html" || route.media === null)
        continue;
      const query = route.query instanceof z.ZodObject ? Object.entries(route.query.shape) : [];
      const queries = query.flatMap(([key, schema]) => {
        const { example } = z.globalRegistry.get(schema) ?? {};
        return typeof example === "string" ? [`?${key}=${encodeURIComponent(example)}`] : [];
      });
      try {
        await send(`${noun}.${name}`, undefined, NEEDED_QUERIES[`${noun}.${name}`]);
        for (const each of queries) await send(`${noun}.${name}`, undefined, each, false);
      } catch (error) {
        failing.push(`${noun}.${name}: ${String(error)}`);
      }
    }
  }
  return failing;
}
