/** Runs over tenants through the engine: each tenant counts once, when its operation has ended, and nobody learns of tenants that are not theirs. */
import { beforeAll, describe, expect, it } from "vitest";
import { auditEventListSchema } from "../../src/contract/audit-events.ts";
import {
  type NewPortfolioRun,
  type PortfolioRun,
  portfolioRunListSchema,
  portfolioRunSchema,
  type PortfolioTenant,
  portfolioTenantListSchema,
  startedPortfolioRunSchema,
} from "../../src/contract/portfolio.ts";
import { portfolioOccurrenceListSchema, portfolioScheduleSchema } from "../../src/contract/portfolio-schedules.ts";
import { runPortfolioSchedules } from "../../src/runs/edge/portfolio/run-portfolio-schedules.ts";
import { PORTFOLIO } from "../../src/contract/portfolio.ts";
import { insertPortfolioRun } from "../../src/database/portfolio/portfolio-writing.ts";
import { portfolioRun } from "../../src/operations/portfolio/portfolio-run.ts";
import { runVerbs } from "../../src/runs/edge/run-verbs.ts";
import {
  notificationListSchema,
  type OwnNotification,
  ownNotificationListSchema,
} from "../../src/contract/notifications.ts";
import { proofSchema, runSchema, startedOperationSchema } from "../../src/contract/runs.ts";
import { problemOf, post, request, seedDemoData } from "../http/demo.ts";
import { simulatedTenant, type SimulatedTenant } from "../operations/simulated-tenant.ts";
import { env } from "../support/environment.ts";
import { addMember } from "../support/tenants.ts";
import { hold, release } from "./held-evidence.ts";
import { waitFor } from "../support/wait.ts";

const BASE = "/api/me/portfolio-runs";
let one: SimulatedTenant;
let two: SimulatedTenant;

beforeAll(async () => {
  await seedDemoData();
  one = await syncedTenant();
  two = await syncedTenant();
});

/** A tenant of which there is something to record. */
async function syncedTenant(): Promise<SimulatedTenant> {
  const tenant = await simulatedTenant();
  await tenant.sync(["filters"]);
  return tenant;
}

async function begin(run: NewPortfolioRun, as = "owner", key: string | null = null): Promise<PortfolioRun> {
  const headers: HeadersInit = key === null ? {} : { "idempotency-key": key };
  const response = await post(BASE, run, { as, headers });
  if (!response.ok) throw new Error(await response.text());
  return startedPortfolioRunSchema.parse(await response.json()).run;
}

const over = (type: NewPortfolioRun["type"], ...tenants: string[]): NewPortfolioRun => ({
  type,
  tenants: { kind: "list", tenants },
});

const show = async (id: string, as = "owner"): Promise<PortfolioRun> =>
  portfolioRunSchema.parse(await (await request(`${BASE}/${id}`, { as })).json());

const tenantsOf = async (id: string, as = "owner"): Promise<PortfolioTenant[]> =>
  portfolioTenantListSchema.parse(await (await request(`${BASE}/${id}/tenants`, { as })).json()).items;

const ended = (id: string): Promise<PortfolioRun> =>
  waitFor(
    "the run over tenants to end",
    async () => {
      const run = await show(id);
      return run.status === "completed" ? run : null;
    },
    40_000,
    100,
  );

/** The operation of a tenant, once it has got so far. */
const childAt = (id: string, slug: string, status: "running" | "completed", as = "owner"): Promise<PortfolioTenant> =>
  waitFor(
    `the operation of ${slug}`,
    async () => {
      const found = (await tenantsOf(id, as)).find(({ tenant }) => tenant?.slug === slug);
      return found?.run?.status === status ? found : null;
    },
    20_000,
    100,
  );

/** What a person is told of that they have not seen. */
const toldOf = async (as: string): Promise<OwnNotification[]> =>
  ownNotificationListSchema.parse(await (await request("/api/me/notifications?unseen=true", { as })).json()).items;
const seen = (id: string, as: string) => post(`/api/me/notifications/${id}/seen`, undefined, { as });

const act = (id: string, verb: string, as = "owner") => post(`${BASE}/${id}/${verb}`, undefined, { as });

describe("a run over tenants", () => {
  it("counts each tenant once, when its operation has ended, over all databases", async () => {
    const run = await begin(over("evidence.snapshot", "contoso", "fabrikam", one.name));
    expect(run).toMatchObject({ label: "Evidence snapshot in many tenants", mayControl: true });
    expect(await ended(run.id)).toMatchObject({
      outcome: "succeeded",
      progress: { kind: "finished", text: "3 of 3 tenants: 3 succeeded" },
      summaryCounts: { total: 3, processed: 3, succeeded: 3 },
      initiator: { id: "user-owner" },
    });
    const tenants = await tenantsOf(run.id);
    expect(tenants.map(({ tenant, state, joined, run }) => [tenant?.slug, state, joined, run?.outcome])).toEqual([
      ["contoso", "succeeded", false, "succeeded"],
      ["fabrikam", "succeeded", false, "succeeded"],
      [one.name, "succeeded", false, "succeeded"],
    ]);
    const proof = proofSchema.parse(await (await request(`${BASE}/${run.id}/proof`)).json());
    expect(proof).toMatchObject({ ledger: { total: 3, processed: 3, succeeded: 3 }, drift: false });
    // The tenant's own log tells of it, and its bell does not: two hundred of them would say what one page says.
    const events = await request(`/api/tenants/fabrikam/audit-events?action=operation.start`);
    const [event] = auditEventListSchema.parse(await events.json()).items;
    expect(event).toMatchObject({ actor: { id: "user-owner" }, origin: { portfolioRunId: run.id } });
    const bell = notificationListSchema.parse(await (await request(`/api/tenants/fabrikam/notifications`)).json());
    expect(bell.items.filter(({ runId }) => tenants.some((each) => each.run?.id === runId))).toEqual([]);
    // Who started it is told, once, of what they may see of it; nobody else is.
    const [told, ...others] = (await toldOf("owner")).filter(({ runId }) => runId === run.id);
    expect([told?.title, told?.body, others]).toEqual([
      "Evidence snapshot in many tenants succeeded",
      "3 of 3 tenants: 3 succeeded",
      [],
    ]);
    expect(await toldOf("manager")).toEqual([]);
    expect((await problemOf(await seen(told?.id ?? "", "manager"))).code).toBe("not_found");
    expect((await seen(told?.id ?? "", "owner")).status).toBe(200);
    expect((await toldOf("owner")).map(({ id }) => id)).not.toContain(told?.id);
  });

  it("is the same run for the same request, and for the same work while it is under way", async () => {
    await hold(one);
    const work = over("evidence.snapshot", one.name);
    const run = await begin(work, "owner", "morning");
    expect((await begin(work, "owner", "morning")).id).toBe(run.id);
    expect((await begin(work)).id).toBe(run.id);
    const other = await post(BASE, over("evidence.snapshot", two.name), { headers: { "idempotency-key": "morning" } });
    expect((await problemOf(other)).code).toBe("idempotency_key_reused");
    await act(run.id, "cancel");
    await ended(run.id);
    await release();
  });

  it("takes the operation's capability in each tenant of a list, and of all tenants those where the person has it", async () => {
    expect((await problemOf(await post(BASE, over("evidence.snapshot", "contoso"), { as: "readonly" }))).code).toBe(
      "forbidden",
    );
    const all = { type: "evidence.snapshot" as const, tenants: { kind: "all" as const } };
    expect((await problemOf(await post(BASE, all, { as: "readonly" }))).code).toBe("forbidden");
    // A tenant of others is refused as one that never was.
    const refusals = await Promise.all(
      ["outside", "no-such-tenant"].map(async (slug) => problemOf(await post(BASE, over("inventory.sync", slug)))),
    );
    expect(new Set(refusals.map(({ code, fields }) => JSON.stringify([code, fields])))).toHaveLength(1);
    await addMember(two.tenantId, "user-readonly", "operator");
    const run = await begin({ type: "inventory.sync", tenants: { kind: "all" } }, "readonly");
    await waitFor("its end", async () => ((await show(run.id, "readonly")).status === "completed" ? true : null));
    expect((await tenantsOf(run.id, "readonly")).map(({ tenant }) => tenant?.slug)).toEqual([two.name]);
    // None is started in one tenant.
    const inOne = await post("/api/tenants/contoso/operations", { type: "portfolio.run", input: {} });
    expect((await problemOf(inOne)).code).toBe("invalid_input");
  });

  it("takes by a tag the tenants of the caller that have it, and tells of no tag of others", async () => {
    const stranger = await simulatedTenant();
    const tag = (slug: string, ...tags: string[]) => post(`/api/tenants/${slug}/settings`, { tags });
    expect((await tag(one.name, "North", "Schools")).status).toBe(200);
    expect((await tag(stranger.name, "schools")).status).toBe(200);
    expect((await tag(two.name, "North")).status).toBe(200);
    await addMember(stranger.tenantId, "user-manager", "manager");
    const by = (text: string): NewPortfolioRun => ({ type: "evidence.snapshot", tenants: { kind: "tag", tag: text } });
    const run = await begin(by(" SCHOOLS "));
    expect(run.chosen).toEqual({ kind: "tag", tag: "SCHOOLS" });
    await ended(run.id);
    const slugs = async (id: string, as: string) => (await tenantsOf(id, as)).map(({ tenant }) => tenant?.slug);
    expect(new Set(await slugs(run.id, "owner"))).toEqual(new Set([one.name, stranger.name]));
    // It is sealed: a tenant that gets the tag later is not in it, nor does one leave that loses it.
    await tag(two.name, "Schools");
    await tag(one.name);
    expect((await show(run.id)).summaryCounts).toMatchObject({ total: 2 });
    // Another person has other tenants with the tag; how the first chose is not theirs to know.
    expect((await show(run.id, "manager")).chosen).toBeNull();
    const theirs = await begin(by("schools"), "manager");
    await waitFor("its end", async () => ((await show(theirs.id, "manager")).status === "completed" ? true : null));
    expect(await slugs(theirs.id, "manager")).toContain(stranger.name);
    expect(await slugs(theirs.id, "manager")).not.toContain(one.name);
    // A tag of others is one that nobody has.
    for (const text of ["North", "no such tag"]) {
      const refused = await problemOf(await post(BASE, by(text), { as: "outsider" }));
      expect(refused).toMatchObject({
        code: "invalid_input",
        fields: [{ path: "tenants.tag", message: "is a tag of none of your tenants" }],
      });
    }
    // Whose role does not include the operation in any of them.
    await addMember(two.tenantId, "user-readonly", "readonly");
    expect((await problemOf(await post(BASE, by("Schools"), { as: "readonly" }))).code).toBe("forbidden");
    await addMember(two.tenantId, "user-readonly", "operator");
    await tag(two.name);
  });

  it("tells a member of their tenants alone, and others nothing", async () => {
    const stranger = await simulatedTenant();
    await addMember(stranger.tenantId, "user-manager", "readonly");
    const run = await begin(over("evidence.snapshot", "contoso", one.name, stranger.name));
    await ended(run.id);
    const seen = await show(run.id, "manager");
    expect(seen).toMatchObject({
      progress: { text: "2 of 2 tenants: 2 succeeded" },
      summaryCounts: { total: 2, processed: 2 },
      mayControl: false,
    });
    const answers = await Promise.all(
      ["", "/tenants"].map(async (path) => (await request(`${BASE}/${run.id}${path}`, { as: "manager" })).text()),
    );
    expect(answers.join("")).not.toContain(one.name);
    expect((await tenantsOf(run.id, "manager")).map(({ tenant }) => tenant?.slug)).toEqual(["contoso", stranger.name]);
    // Nor by a place in the list.
    const page = await request(`${BASE}/${run.id}/tenants?limit=1`, { as: "manager" });
    const first = portfolioTenantListSchema.parse(await page.json());
    const rest = await request(`${BASE}/${run.id}/tenants?limit=1&cursor=${first.nextCursor}`, { as: "manager" });
    const second = portfolioTenantListSchema.parse(await rest.json());
    expect([first, second].map(({ items }) => items.map(({ tenant }) => tenant?.slug))).toEqual([
      ["contoso"],
      [stranger.name],
    ]);
    expect(JSON.parse(atob(first.nextCursor ?? ""))).toEqual([1]);
    expect(second.nextCursor).toBeNull();
    expect(answers.join("")).not.toContain("ordinal");
    for (const state of ["succeeded", "waiting"] as const) {
      const listed = await request(`${BASE}/${run.id}/tenants?state=${state}`, { as: "manager" });
      expect(portfolioTenantListSchema.parse(await listed.json()).items).toHaveLength(state === "succeeded" ? 2 : 0);
    }
    for (const verb of ["cancel", "pause", "resume"])
      expect((await problemOf(await act(run.id, verb, "manager"))).code).toBe("forbidden");
    expect((await problemOf(await request(`${BASE}/${run.id}/proof`, { as: "manager" }))).code).toBe("forbidden");
    expect((await problemOf(await request(`${BASE}/${run.id}`, { as: "outsider" }))).code).toBe("not_found");
    const list = portfolioRunListSchema.parse(await (await request(BASE, { as: "outsider" })).json());
    expect(list.items).toEqual([]);
    const own = portfolioRunListSchema.parse(await (await request(BASE, { as: "manager" })).json());
    expect(own.items.find(({ id }) => id === run.id)?.summaryCounts).toMatchObject({ total: 2 });
  });

  it("waits for an operation that another had started, and does not cancel it", async () => {
    await hold(two);
    const started = await post(`/api/tenants/${two.name}/operations`, { type: "evidence.snapshot", input: {} });
    const { run: other } = startedOperationSchema.parse(await started.json());
    const run = await begin(over("evidence.snapshot", two.name));
    const joined = await childAt(run.id, two.name, "running");
    expect(joined).toMatchObject({ joined: true, state: "running", run: { id: other.id } });
    expect((await act(run.id, "cancel")).status).toBe(200);
    expect(await ended(run.id)).toMatchObject({ outcome: "canceled" });
    const still = runSchema.parse(await (await request(`/api/tenants/${two.name}/operations/${other.id}`)).json());
    expect(still.status).toBe("running");
    await post(`/api/tenants/${two.name}/operations/${other.id}/cancel`, undefined);
    await release();
  });

  it("pauses, resumes and cancels its operations with itself, and says what was not reached", async () => {
    await hold(one);
    const run = await begin(over("evidence.snapshot", one.name));
    const { run: child } = await childAt(run.id, one.name, "running");
    const childNow = async () =>
      runSchema.parse(await (await request(`/api/tenants/${one.name}/operations/${child?.id}`)).json());
    expect((await act(run.id, "pause")).status).toBe(200);
    await waitFor("the pause of its operation", async () => ((await childNow()).pause === null ? null : true));
    expect((await show(run.id)).pause).toMatchObject({ reason: "person" });
    expect((await act(run.id, "resume")).status).toBe(200);
    await waitFor("the end of the pause", async () => ((await childNow()).pause === null ? true : null));
    expect((await act(run.id, "cancel")).status).toBe(200);
    expect(await ended(run.id)).toMatchObject({
      outcome: "canceled",
      progress: { text: "Stopped after 0 of 1 tenant" },
    });
    await waitFor("its operation to be canceled", async () =>
      (await childNow()).outcome === "canceled" ? true : null,
    );
    expect(await tenantsOf(run.id)).toMatchObject([{ state: "canceled", reason: null }]);
    await release();
  });

  it("takes again only what failed, each tenant once, and of its operation only what failed there", async () => {
    // Graph cannot be reached from here: every family of the sync fails.
    const run = await begin(over("inventory.sync", one.name));
    expect(await ended(run.id)).toMatchObject({
      outcome: "failed",
      retryable: 1,
      progress: { text: "1 of 1 tenant: 1 failed" },
    });
    const [failed] = await tenantsOf(run.id);
    expect(failed).toMatchObject({ state: "failed", reason: { code: "run_failed" } });
    const answers = await Promise.all([act(run.id, "retry"), act(run.id, "retry")]);
    const retries = await Promise.all(answers.map(async (each) => startedPortfolioRunSchema.parse(await each.json())));
    expect(new Set(retries.map(({ run: { id } }) => id))).toHaveLength(1);
    const id = retries[0]?.run.id ?? "";
    expect(await ended(id)).toMatchObject({ retryOf: run.id, summaryCounts: { total: 1, processed: 1 } });
    const [again] = await tenantsOf(id);
    expect(again?.run).toMatchObject({ retryOf: failed?.run?.id });
    expect(await show(run.id)).toMatchObject({ retryable: 0 });
  });

  it("takes of the failed tenants those where the caller may, and leaves the others to others", async () => {
    await addMember(two.tenantId, "user-manager", "manager");
    const run = await begin(over("baseline.compare", one.name, two.name));
    expect(await ended(run.id)).toMatchObject({ outcome: "failed", retryable: 2 });
    expect((await tenantsOf(run.id)).map(({ reason }) => reason?.code)).toEqual(["no_baseline", "no_baseline"]);
    const mine = startedPortfolioRunSchema.parse(await (await act(run.id, "retry", "manager")).json()).run;
    expect(mine).toMatchObject({ initiator: { id: "user-manager" }, retryOf: run.id });
    await waitFor("its end", async () => ((await show(mine.id, "manager")).status === "completed" ? true : null));
    expect((await tenantsOf(mine.id, "manager")).map(({ tenant }) => tenant?.slug)).toEqual([two.name]);
    expect(await show(run.id)).toMatchObject({ retryable: 1 });
    expect((await problemOf(await act(mine.id, "retry", "outsider"))).code).toBe("not_found");
  });

  it("settles a tenant whose person lost the right, and one that is gone, and counts both", async () => {
    const [gone, lost] = [await syncedTenant(), await syncedTenant()];
    await hold(gone);
    const run = await begin(over("evidence.snapshot", gone.name, lost.name));
    await childAt(run.id, gone.name, "running");
    await childAt(run.id, lost.name, "completed");
    const late = async (ordinal: number) => {
      const runId = `prun_${crypto.randomUUID()}`;
      // A run of which units come late, as they may after an outage.
      await insertPortfolioRun(
        env.CONTROL,
        {
          id: runId,
          type: "evidence.snapshot",
          standardId: null,
          chosen: null,
          occasion: null,
          starterId: "user-owner",
          identity: runId,
          requestKey: null,
          requestHash: "",
          workerVersion: "test",
          createdAt: Date.now(),
        },
        { kind: "list", tenantIds: [lost.tenantId, "tenant-that-never-was"], chosen: { kind: "list" } },
      );
      const task = { runId, tenantId: PORTFOLIO, ordinal, deferrals: 0, key: "", label: "", input: null };
      const signal = new AbortController().signal;
      return portfolioRun.execute(task, { env, now: () => Date.now(), signal, runs: runVerbs(() => {}) });
    };
    await addMember(lost.tenantId, "user-owner", "readonly");
    expect(await late(0)).toMatchObject({ kind: "failed", reasonCode: "forbidden" });
    expect(await late(1)).toMatchObject({ kind: "skipped", reasonCode: "tenant_gone" });
    await act(run.id, "cancel");
    await ended(run.id);
    await release();
  });
});

describe("a schedule over tenants", () => {
  const SCHEDULES = "/api/me/portfolio-schedules";
  const night = (tenants: unknown, steps: unknown = [{ type: "evidence.snapshot" }]) => ({
    name: "Night",
    steps,
    tenants,
    pattern: "0 2 * * *",
    timeZone: "Europe/Berlin",
  });
  const made = async (body: unknown, as = "owner") =>
    portfolioScheduleSchema.parse(await (await post(SCHEDULES, body, { as })).json());

  it("starts a run over its tenants in its owner's name, and is theirs alone", async () => {
    const schedule = await made(night({ kind: "list", tenants: [one.name, two.name] }));
    expect(schedule).toMatchObject({ chosen: { kind: "list" }, last: null });
    expect(new Set(schedule.listed)).toEqual(new Set([one.tenantId, two.tenantId]));
    expect(schedule.next).toHaveLength(5);
    const begun = await post(`${SCHEDULES}/${schedule.id}/run`, undefined);
    expect(begun.status).toBe(202);
    const occurrences = async () =>
      portfolioOccurrenceListSchema.parse(await (await request(`${SCHEDULES}/${schedule.id}/occurrences`)).json())
        .items;
    const [occurrence] = await occurrences();
    expect(occurrence).toMatchObject({ state: "running", byHand: true, runs: [{ initiator: { id: "user-owner" } }] });
    expect(await ended(occurrence?.runs[0]?.id ?? "")).toMatchObject({ summaryCounts: { total: 2, succeeded: 2 } });
    await runPortfolioSchedules(env, Date.now());
    expect(await occurrences()).toMatchObject([{ state: "succeeded", runs: [{ outcome: "succeeded" }] }]);
    for (const path of ["", "/occurrences"])
      expect((await request(`${SCHEDULES}/${schedule.id}${path}`, { as: "manager" })).status).toBe(404);
    for (const verb of ["pause", "resume", "run", "remove"]) {
      const refused = await post(`${SCHEDULES}/${schedule.id}/${verb}`, { reason: "mine" }, { as: "manager" });
      expect((await problemOf(refused)).code, verb).toBe("not_found");
    }
    expect(await (await request(SCHEDULES, { as: "manager" })).json()).toEqual({ items: [] });
  });

  it("is of what its owner may start, with a pattern that is one, and is changed as it was seen", async () => {
    const codeOf = async (body: unknown, as = "owner") => (await problemOf(await post(SCHEDULES, body, { as }))).code;
    expect(await codeOf(night({ kind: "list", tenants: ["contoso"] }), "readonly")).toBe("forbidden");
    expect(await codeOf(night({ kind: "list", tenants: ["outside"] }))).toBe("invalid_input");
    expect(await codeOf(night({ kind: "tag", tag: "nobody has it" }))).toBe("invalid_input");
    expect(await codeOf({ ...night({ kind: "all" }), pattern: "* * * * *" })).toBe("invalid_input");
    expect(await codeOf(night({ kind: "all" }, [{ type: "policy.restore-preview" }]))).toBe("invalid_input");
    const { id, version } = await made(night({ kind: "list", tenants: [one.name, two.name] }));
    const change = (of: number) =>
      post(`${SCHEDULES}/${id}`, { ...night({ kind: "list", tenants: [two.name] }), version: of });
    expect(portfolioScheduleSchema.parse(await (await change(version)).json()).listed).toEqual([two.tenantId]);
    expect((await problemOf(await change(version))).code).toBe("schedule_changed");
    const paused = await post(`${SCHEDULES}/${id}/pause`, { reason: "holidays" });
    expect(await paused.json()).toMatchObject({ pause: { reason: "person", note: "holidays" }, next: [] });
    expect((await post(`${SCHEDULES}/${id}/resume`, undefined)).status).toBe(200);
    expect((await post(`${SCHEDULES}/${id}/remove`, undefined)).status).toBe(200);
    expect((await request(`${SCHEDULES}/${id}`)).status).toBe(404);
  });
});
