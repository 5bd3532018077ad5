/**
 * A deployment with something on every page of its console, made over the API: a tenant in use, one whose work failed, one that nobody
 * has connected, and one that is to be closed.
 */
import { z } from "zod";
import { PAGES, pageAddress, portfolioRunAddress, runAddress } from "../../../src/contract/console-addresses.ts";
import { portfolioScheduleSchema } from "../../../src/contract/portfolio-schedules.ts";
import { portfolioRunSchema, startedPortfolioRunSchema } from "../../../src/contract/portfolio.ts";
import { waitFor } from "../../support/wait.ts";
import { restoreClient } from "../../support/restore-client.ts";
import { type Control, controlOf } from "../../support/simulator-server.ts";

export const SETUP_CODE = "the code of this deployment";
const BUSY = "contoso";
const FAILED = "fabrikam";
const EMPTY = { slug: "lucerne", name: "Lucerne Publishing" };
const CLOSING = { slug: "margie", name: "Margie's Travel" };
/** Of the tenant whose work failed: what nobody has granted. */
const LACKING = "DeviceManagementScripts.Read.All";
/** Longer than any tour. */
const WAIT_SECONDS = 3_600;

export type PageName = keyof typeof PAGES;
/** Pages of one thing in a tenant: their addresses have a hole beside the tenant's. */
type PageOfThing = {
  [Name in PageName]: (typeof PAGES)[Name] extends `${typeof PAGES.overview}/${string}$${string}` ? Name : never;
}[PageName];

/** Where each page is shown with something on it. Serializable: a second tour of the same state reads it again. */
export interface TourState {
  pages: Record<PageName, string>;
  /** The pages of a tenant that have something to say when nothing is there yet. */
  empty: Partial<Record<PageName, string>>;
  /** Pages of the tenant whose work failed, by the name of the picture. */
  failed: Record<string, string>;
  /** A run that waits for as long as the tour takes. */
  waitingRun: string;
  /** A run over tenants that waits for it. */
  waitingPortfolio: string;
}

const idSchema = z.looseObject({ id: z.string() });
const listSchema = z.looseObject({ items: z.array(idSchema) });

type Send = (path: string, body?: unknown, headers?: Record<string, string>) => Promise<unknown>;

/** @param as the demo person who asks */
function sender(url: string, as = "owner"): Send {
  return async (path, body, headers = {}) => {
    const response = await fetch(url + path, {
      headers: { "x-local-user": `${as}@example.test`, "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
}

export async function makeTourState(url: string, simulatorUrl: string): Promise<TourState> {
  const control = controlOf(simulatorUrl);
  const send = sender(url);
  await send("/api/platform/setup", { code: SETUP_CODE });
  for (const tenant of [EMPTY, CLOSING]) await send("/api/platform/tenants", tenant);
  await send(`/api/tenants/${CLOSING.slug}/closing`, { name: CLOSING.name, reason: "The contract ends in spring" });
  await control.createTenant(BUSY, { policies: 120, seed: BUSY });
  await control.createTenant(FAILED, { policies: 40, seed: FAILED });
  const busy = await fillBusy(url, control);
  const failed = await failWork(url, control);
  const over = await workOverTenants(send);
  const portfolioSchedule = pageAddress(PAGES.portfolioSchedule, { scheduleId: over.schedule });
  const pages = { ...busy.pages, portfolioRun: portfolioRunAddress(over.ended), portfolioSchedule };
  const waitingPortfolio = portfolioRunAddress(over.waiting);
  return { ...busy, pages, failed, empty: tenantPages(EMPTY.slug), waitingPortfolio };
}

/** A comparison in two tenants, of which one has no baseline, and a sync that waits for the one that is under way. */
async function workOverTenants(send: Send): Promise<{ ended: string; waiting: string; schedule: string }> {
  const path = "/api/me/portfolio-runs";
  const begin = async (type: string, ...tenants: string[]): Promise<string> =>
    startedPortfolioRunSchema.parse(await send(path, { type, tenants: { kind: "list", tenants } })).run.id;
  const ended = await begin("baseline.compare", BUSY, FAILED);
  await waitFor("a comparison in two tenants", async () => {
    const { status } = portfolioRunSchema.parse(await send(`${path}/${ended}`));
    return status === "completed";
  });
  await send(`/api/tenants/${BUSY}/settings`, { tags: ["Customers", "Schools"] });
  const { id: schedule } = portfolioScheduleSchema.parse(
    await send("/api/me/portfolio-schedules", {
      name: "Nightly sync of schools",
      steps: [{ type: "inventory.sync" }],
      tenants: { kind: "tag", tag: "Schools" },
      pattern: "0 2 * * *",
      timeZone: "Europe/Berlin",
    }),
  );
  return { ended, waiting: await begin("inventory.sync", BUSY), schedule };
}

/** Pages that need no id but the tenant's. */
function tenantPages(slug: string): Partial<Record<PageName, string>> {
  const found: Partial<Record<PageName, string>> = {};
  for (const [name, pattern] of Object.entries(PAGES)) {
    if (isPage(name) && pattern.startsWith(PAGES.overview) && pattern.lastIndexOf("$") === pattern.indexOf("$")) {
      found[name] = pattern.replace("$slug", slug);
    }
  }
  return found;
}

export function isPage(name: string): name is PageName {
  return Object.hasOwn(PAGES, name);
}

/** Changes, adds, removes and renames a policy each behind Graph's back. */
async function drift(control: Control): Promise<void> {
  const [changed, renamed, removed] = await control.policies(BUSY, "compliance");
  const [model] = await control.policies(BUSY, "deviceConfiguration");
  if (!changed || !renamed || !removed || !model) throw new Error("the simulated tenant has no such policies");
  await control.editPolicy(BUSY, "compliance", changed.id, { osMinimumVersion: "1.2.3.4" });
  await control.editPolicy(BUSY, "compliance", renamed.id, { displayName: `${renamed.name} (renamed)` });
  await control.deletePolicy(BUSY, "compliance", removed.id);
  const { doc } = await control.policy(BUSY, "deviceConfiguration", model.id);
  const added = { ...doc, id: crypto.randomUUID(), displayName: "Contractor laptops" };
  await control.addPolicy(BUSY, "deviceConfiguration", added);
}

async function fillBusy(
  url: string,
  control: Control,
): Promise<Omit<TourState, "failed" | "empty" | "waitingPortfolio">> {
  const api = restoreClient(url, BUSY);
  const base = `/api/tenants/${BUSY}`;
  const ask = sender(url);
  const send: Send = (path, body, headers) => ask(base + path, body, headers);
  const first = async (path: string): Promise<string> => {
    const id = listSchema.parse(await send(path)).items[0]?.id;
    if (id === undefined) throw new Error(`${path} lists nothing`);
    return id;
  };
  const made = async (type: string, input: Record<string, unknown>): Promise<string> => {
    const { result, failure } = await api.finished(type, input);
    if (result === null) throw new Error(`${type} made nothing: ${JSON.stringify(failure)}`);
    return result.id;
  };

  const setId = await api.backedUp("Before the rollout");
  const baselineId = await made("baseline.capture", { name: "Gold standard 2026" });
  await drift(control);
  await api.finished("inventory.sync", {});
  await made("baseline.compare", { baselineId });
  const [policy] = await control.policies(BUSY, "settingsCatalog");
  await control.editPolicy(BUSY, "settingsCatalog", policy?.id ?? "", { description: "Changed by somebody at night" });
  await api.finished("inventory.sync", {});
  const comparisonId = await made("baseline.compare", { baselineId });
  const findingId = await first("/findings");
  const snapshotId = await made("evidence.snapshot", {});
  const evidenceItemId = await first(`/evidence-snapshots/${snapshotId}/items`);
  await made("review-pack.generate", {});
  await made("tenant.export", {});
  const itemId = await first(`/backup-sets/${setId}/items`);
  // One restore is done, and the plan of another waits for a review.
  const { plan } = await api.preview({ backupSetId: setId, mode: "update", assignments: true });
  const restored = await api.finished("policy.restore", api.approved(plan));
  await control.editPolicy(BUSY, "settingsCatalog", policy?.id ?? "", { description: "Changed by somebody again" });
  await api.finished("inventory.sync", {});
  const waiting = await api.preview({ backupSetId: setId, mode: "update", assignments: true });
  const changed = (await api.policies()).find(({ graphId }) => graphId === policy?.id);

  const { standardId, followingId } = await keepStandard(send, baselineId);
  await api.finished("baseline.compare", { baselineId: followingId });

  await send("/invitations", { role: "operator", note: "Priya, from the service desk" });
  await send("/roles", { name: "Auditor", capabilities: ["tenant.read", "audit.read", "evidence.read"] });
  await send("/legal-holds", { name: "Case 2026-114", reason: "Preservation notice of 20 November" });
  const monthly = {
    name: "Monthly evidence",
    steps: [{ type: "evidence.snapshot" }, { type: "review-pack.generate" }],
    pattern: "0 4 1 * *",
    timeZone: "Europe/Berlin",
  };
  const scheduleId = idSchema.parse(await send("/schedules", monthly)).id;
  await send(`/schedules/${scheduleId}/run`, {});
  await tellNews(send, ["run.failed", "connection.lost", "backup.old"]);
  await tellNews((path, body) => ask(`/api/me${path}`, body), ["run.failed", "approval.waiting"]);
  await send("/permissions/check", {});
  const token = { name: "Nightly sync", tenantIds: [BUSY], capabilities: ["operations.read", "inventory.sync"] };
  await ask("/api/api-tokens", { ...token, expiresInDays: 90 });
  await send("/members/user-manager/role", { role: "owner" });
  await send("/approval-settings", { subjects: ["members"], requestHours: 72 });
  const reason = { "Approval-Reason": encodeURIComponent("Ravi changes to the service desk") };
  await sender(url, "manager")(`${base}/members/user-readonly/role`, { role: "operator" }, reason);
  // What waits is a part of what the console shows.
  await control.planFault(BUSY, { family: "conditionalAccess", status: 429, retryAfter: WAIT_SECONDS });
  const { run } = await api.start("inventory.sync", {});
  await api.underWay(run.id, 5);

  const slug = BUSY;
  const bySlug = tenantPages(slug);
  const ofThings: Record<PageOfThing, string> = {
    policy: pageAddress(PAGES.policy, { slug, policyId: changed?.id ?? "" }),
    backupSet: pageAddress(PAGES.backupSet, { slug, setId }),
    backupItem: pageAddress(PAGES.backupItem, { slug, setId, itemId }),
    addPolicies: pageAddress(PAGES.addPolicies, { slug, setId }),
    restorePlan: pageAddress(PAGES.restorePlan, { slug, planId: waiting.plan.id }),
    finding: pageAddress(PAGES.finding, { slug, findingId }),
    baseline: pageAddress(PAGES.baseline, { slug, baselineId }),
    comparison: pageAddress(PAGES.comparison, { slug, comparisonId }),
    standard: pageAddress(PAGES.standard, { slug, standardId }),
    followedStandard: pageAddress(PAGES.followedStandard, { slug, followingId }),
    snapshot: pageAddress(PAGES.snapshot, { slug, snapshotId }),
    evidenceItem: pageAddress(PAGES.evidenceItem, { slug, snapshotId, itemId: evidenceItemId }),
    run: runAddress(slug, restored.id),
    schedule: pageAddress(PAGES.schedule, { slug, scheduleId }),
  };
  return {
    waitingRun: runAddress(slug, run.id),
    pages: {
      ...PAGES,
      ...bySlug,
      settingSearch: `${bySlug.settingSearch}?query=password`,
      ...ofThings,
    },
  };
}

/** A standard that the tenant keeps and follows itself, with something of each kind that a tenant chooses, and a version that it does not have yet. */
async function keepStandard(send: Send, baselineId: string): Promise<{ standardId: string; followingId: string }> {
  const made = { name: "House standard", description: "What each of our tenants has" };
  const standardId = idSchema.parse(await send("/standards", made)).id;
  const version = {
    source: { kind: "baseline", id: baselineId },
    parameters: [
      { key: "company", label: "Name of the company", type: "text", text: "Contoso" },
      { key: "intranet", label: "Intranet", type: "domain", default: "intranet.example.org", text: "intranet.example" },
    ],
    note: "Agreed in November",
  };
  await send(`/standards/${standardId}/versions`, version);
  const { items } = z
    .object({ items: z.array(z.object({ key: z.string(), family: z.string() })) })
    .parse(await send(`/standards/${standardId}/versions/1/policies`));
  const [skipped] = items;
  const changed = items.find(({ family }) => family === "settingsCatalog");
  const followed = {
    standard: { tenant: BUSY, id: standardId },
    parameters: { company: "Contoso" },
    skipped: [skipped?.key],
    overlays: [{ policy: changed?.key, pointer: "/description", value: "Ours" }],
    mapping: [{ kind: "group", sourceId: "11111111-1111-4111-8111-111111111111", targetId: null }],
  };
  const followingId = idSchema.parse(await send("/followed-standards", followed)).id;
  await send(`/standards/${standardId}/versions`, { ...version, note: "With names", names: true });
  return { standardId, followingId };
}

/** Of a tenant or a person: a channel that is told, one whose receiver is not there, a rule for both, and what became of a test of each. */
async function tellNews(send: Send, kinds: readonly string[]): Promise<void> {
  const channelOf = async (channel: object): Promise<string> =>
    z.object({ channel: idSchema }).parse(await send("/news-channels", channel)).channel.id;
  const channelIds = [
    await channelOf({ kind: "bell", name: "Console" }),
    await channelOf({ kind: "webhook", name: "Ticket system", url: "http://127.0.0.1:9/tickets" }),
  ];
  await send("/news-rules", {
    name: "What needs a person",
    kinds,
    quietHours: { from: "22:00", to: "07:00", timeZone: "Europe/Berlin", criticalPasses: true },
    channelIds,
  });
  for (const id of channelIds) await send(`/news-channels/${id}/test`, {});
}

/** A sync that lacks a permission and meets broken answers, and one whose sign-in is refused. */
async function failWork(url: string, control: Control): Promise<Record<string, string>> {
  const api = restoreClient(url, FAILED);
  await control.removePermissions(FAILED, LACKING);
  await control.planFault(FAILED, { family: "compliance", truncateJson: true });
  // A policy that was read, and then is not any more.
  await api.finished("inventory.sync", { families: ["settingsCatalog"] });
  const [broken] = await control.policies(FAILED, "settingsCatalog");
  const pathContains = `${broken?.id}/settings`;
  await control.planFault(FAILED, { family: "settingsCatalog", pathContains, status: 404, code: "ResourceNotFound" });
  const partly = await api.finished("inventory.sync", {});
  await control.planFault(FAILED, { family: "termsOfUse", status: 403, code: "Forbidden", message: "no" });
  const wholly = await api.finished("inventory.sync", { families: ["termsOfUse"] });
  const unread = (await api.policies()).find((policy) => policy.unread !== null);
  if (unread === undefined) throw new Error("no policy is known that could not be read");
  const { overview = "", inventory = "", operations = "", permissions = "", connection = "" } = tenantPages(FAILED);
  return {
    overview,
    inventory: `${inventory}?view=families`,
    operations,
    permissions,
    connection,
    "unread-policy": pageAddress(PAGES.policy, { slug: FAILED, policyId: unread.id }),
    "run-in-part": runAddress(FAILED, partly.id),
    "run-wholly": runAddress(FAILED, wholly.id),
  };
}
