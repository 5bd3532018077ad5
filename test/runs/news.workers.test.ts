/** News as the sweep tells it, by a clock that the test moves, to a receiver over HTTP. */
import { Webhook } from "standardwebhooks";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { z } from "zod";
import { activitySchema } from "../../src/contract/runs.ts";
import {
  type Channel,
  channelListSchema,
  type ChannelSecret,
  channelSecretSchema,
  type MessageDetail,
  messageDetailSchema,
  messageListSchema,
  type NewRule,
  ruleSchema,
} from "../../src/contract/news.ts";
import { notificationListSchema } from "../../src/contract/notifications.ts";
import { readRunRow } from "../../src/database/runs/operation-runs.ts";
import { writeProjection } from "../../src/database/runs/run-writing.ts";
import { removeNews } from "../../src/database/retention/removal.ts";
import { newsDeliver } from "../../src/operations/news-deliver/news-deliver.ts";
import { tellNews } from "../../src/runs/edge/telling/tell-news.ts";
import { problemOf, post, request, seedDemoData } from "../http/demo.ts";
import { asTenant } from "../operations/evidence-tenant.ts";
import { simulatedTenant, type SimulatedTenant } from "../operations/simulated-tenant.ts";
import { env } from "../support/environment.ts";
import { memberStatements } from "../support/tenants.ts";
import { waitFor } from "../support/wait.ts";

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const RULE = {
  name: "All",
  kinds: ["run.failed", "run.succeeded", "approval.waiting", "channel.off"],
  channelIds: [] as string[],
};

let tenant: SimulatedTenant;
let runs: ReturnType<typeof asTenant>;
let base: string;
const receiver = inject("receiverUrl");

beforeAll(async () => {
  await seedDemoData();
  tenant = await simulatedTenant();
  runs = asTenant(tenant);
  base = `/api/tenants/${tenant.name}`;
  await env.DATABASE.batch(memberStatements(tenant.tenantId, "user-readonly", "readonly"));
});

async function json<Schema extends z.ZodType>(response: Response, schema: Schema): Promise<z.output<Schema>> {
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return schema.parse(await response.json());
}

let channels = 0;
async function webhook(path: string): Promise<ChannelSecret & { path: string }> {
  channels += 1;
  const own = `${path}/${crypto.randomUUID()}`;
  const chosen = { kind: "webhook", name: `Receiver ${channels}`, url: `${receiver}${own}` };
  return {
    ...(await json(await post(`${base}/news-channels`, chosen, { as: "owner" }), channelSecretSchema)),
    path: own,
  };
}

async function rule(change: Partial<NewRule>) {
  return json(await post(`${base}/news-rules`, { ...RULE, ...change }, { as: "owner" }), ruleSchema);
}

const removeRule = (id: string) => post(`${base}/news-rules/${id}/remove`, {}, { as: "owner" });
const act = (id: string, verb: string) => post(`${base}/news-channels/${id}/${verb}`, {}, { as: "owner" });

async function channel(id: string): Promise<Channel> {
  const { items } = await json(await request(`${base}/news-channels`), channelListSchema);
  const found = items.find((each) => each.id === id);
  if (found === undefined) throw new Error("no such channel");
  return found;
}

async function messages(channelId: string) {
  return (await json(await request(`${base}/news-messages?channelId=${channelId}`), messageListSchema)).items;
}

const message = async (id: string): Promise<MessageDetail> =>
  json(await request(`${base}/news-messages/${id}`), messageDetailSchema);

/** The newest message of a channel when nothing sends it any more. */
function settled(channelId: string): Promise<MessageDetail> {
  return waitFor(
    "a message to be sent",
    async () => {
      const [newest] = await messages(channelId);
      return newest === undefined || newest.state === "sending" ? null : message(newest.id);
    },
    30_000,
    50,
  );
}

const receivedSchema = z.array(
  z.object({ path: z.string(), body: z.string(), headers: z.record(z.string(), z.unknown()) }),
);
async function received(path: string) {
  const of = encodeURIComponent(path);
  return receivedSchema.parse(await (await fetch(`${receiver}/received?of=${of}`)).json());
}

async function answerFromNowOn(path: string, status: number): Promise<void> {
  await fetch(`${receiver}/answers?of=${encodeURIComponent(path)}&status=${status}`);
}

/** A run that ends well. */
const anyRun = async (): Promise<string> => (await runs.take()).id;

describe("news", () => {
  it("tells the end of a run once to each channel, signed, by one quiet run for what is due", async () => {
    const told = await webhook("/status/204");
    const bell = await json(
      await post(`${base}/news-channels`, { kind: "bell", name: "Console" }, { as: "owner" }),
      channelSecretSchema,
    );
    expect(bell.secret).toBe(null);
    const both = { channelIds: [told.channel.id, bell.channel.id] };
    const [one, other] = [await rule(both), await rule({ ...both, name: "The same again" })];
    const runId = await anyRun();
    const now = Date.now();
    await Promise.all([tellNews(env, now), tellNews(env, now), tellNews(env, now)]);
    const sent = await settled(told.channel.id);
    expect(sent).toMatchObject({ state: "delivered", count: 1, tries: 1, test: false });
    expect(sent.items).toMatchObject([
      { kind: "run.succeeded", severity: "info", href: `/t/${tenant.name}/operations/${runId}` },
    ]);
    const [first, ...more] = await received(told.path);
    expect(more).toEqual([]);
    if (first === undefined || told.secret === null) throw new Error("nothing came");
    const headers = z
      .object({ "webhook-id": z.string(), "webhook-timestamp": z.string(), "webhook-signature": z.string() })
      .parse(first.headers);
    expect(headers["webhook-id"]).toBe(sent.id);
    expect(new Webhook(told.secret).verify(first.body, headers)).toMatchObject({
      type: "news",
      data: { tenant: { slug: tenant.name }, count: 1, items: [{ kind: "run.succeeded" }] },
    });
    expect(sent.log).toMatchObject([{ number: 1, status: 204, reason: null, body: first.body }]);

    // One run for both messages, which nobody is told of, and which is nowhere but in the list of operations.
    const [toBell] = await messages(bell.channel.id);
    expect(toBell?.runId).toBe(sent.runId);
    const delivery = await runs.completed(sent.runId ?? "");
    expect(delivery).toMatchObject({ type: "news.deliver", initiator: null, outcome: "succeeded" });
    expect(delivery.progress.text).toContain("deliveries");
    const activity = await json(await request(`${base}/activity`), activitySchema);
    expect(JSON.stringify(activity)).not.toContain("news.deliver");
    const notices = await json(await request(`${base}/notifications`, { as: "readonly" }), notificationListSchema);
    expect(notices.items).toMatchObject([{ runId: null, href: `/t/${tenant.name}/operations/${runId}` }]);

    // Nothing is told again: neither the run nor that it was told.
    await tellNews(env, now + MINUTE);
    await tellNews(env, now + 2 * MINUTE);
    expect(await received(told.path)).toHaveLength(1);
    expect(await messages(told.channel.id)).toHaveLength(1);
    for (const { id } of [one, other]) await removeRule(id);
  });

  it("tries again with the same id, in the same run and then in later ones, until the receiver takes it", async () => {
    const told = await webhook("/status/503");
    const { id } = await rule({ channelIds: [told.channel.id] });
    await anyRun();
    const now = Date.now();
    await tellNews(env, now);
    const waiting = await settled(told.channel.id);
    expect(waiting).toMatchObject({ state: "waiting", tries: 2, reason: "The receiver answered with a failure." });
    expect(waiting.log.map(({ status, answer }) => [status, answer])).toEqual([
      [503, "This is 503"],
      [503, "This is 503"],
    ]);
    const again = Date.parse(waiting.nextTryAt ?? "");
    expect(again - Date.now()).toBeGreaterThan(4 * MINUTE);
    expect((await channel(told.channel.id)).failingSince).not.toBe(null);
    await runs.completed(waiting.runId ?? "");
    await tellNews(env, again - 1);
    expect(await received(told.path)).toHaveLength(2);
    await answerFromNowOn(told.path, 200);
    await tellNews(env, again);
    const delivered = await settled(told.channel.id);
    expect(delivered).toMatchObject({ id: waiting.id, state: "delivered", tries: 3, reason: null });
    expect(delivered.runId).not.toBe(waiting.runId);
    expect((await channel(told.channel.id)).failingSince).toBe(null);
    const ids = (await received(told.path)).map(({ headers }) => headers["webhook-id"]);
    expect(ids).toEqual([waiting.id, waiting.id, waiting.id]);

    // A person sends it again: the same id once more, and who did it is in the log.
    expect((await post(`${base}/news-messages/${waiting.id}/replay`, {}, { as: "readonly" })).status).toBe(403);
    expect((await post(`${base}/news-messages/${waiting.id}/replay`, {}, { as: "owner" })).status).toBe(202);
    const replayed = await settled(told.channel.id);
    expect(replayed).toMatchObject({ id: waiting.id, state: "delivered", tries: 4 });
    expect((await received(told.path)).at(-1)?.headers["webhook-id"]).toBe(waiting.id);
    const log = await (await request(`${base}/audit-events?action=news-message.replay`)).text();
    expect(log).toContain(waiting.id);
    await removeRule(id);
  });

  it("sends a unit that is delivered twice with the same id, and not at all once it is answered", async () => {
    const told = await webhook("/status/204");
    const { id } = await rule({ channelIds: [told.channel.id] });
    await anyRun();
    await tellNews(env, Date.now());
    const sent = await settled(told.channel.id);
    // As it was before its first try.
    await env.DATABASE.prepare("update news_messages set state = 'sending', tries = 0 where id = ?1")
      .bind(sent.id)
      .run();
    const task = {
      key: sent.id,
      label: "",
      input: { messageId: sent.id },
      runId: sent.runId ?? "",
      tenantId: tenant.tenantId,
      ordinal: 0,
      deferrals: 0,
    };
    const execute = () => newsDeliver.execute(task, tenant.context());
    expect(await Promise.all([execute(), execute()])).toEqual([{ kind: "succeeded" }, { kind: "succeeded" }]);
    const ids = (await received(told.path)).map(({ headers }) => headers["webhook-id"]);
    expect(ids).toEqual([sent.id, sent.id, sent.id]);
    expect((await message(sent.id)).log).toHaveLength(1);
    expect(await execute()).toEqual({ kind: "succeeded" });
    expect(await received(told.path)).toHaveLength(3);
    await removeRule(id);
  });

  it("switches a receiver off that is gone or failed for five days, and tells that elsewhere", async () => {
    const [gone, dead, ear] = [
      await webhook("/status/410"),
      await webhook("/status/500"),
      await webhook("/status/204"),
    ];
    const listens = await rule({ kinds: ["channel.off"], channelIds: [ear.channel.id, gone.channel.id] });
    const { id } = await rule({ kinds: ["run.succeeded"], channelIds: [gone.channel.id, dead.channel.id] });
    await anyRun();
    await tellNews(env, Date.now());
    expect(await settled(gone.channel.id)).toMatchObject({ state: "failed", tries: 1 });
    expect(await channel(gone.channel.id)).toMatchObject({ off: { reason: "gone" } });
    const failing = await settled(dead.channel.id);
    expect(await channel(dead.channel.id)).toMatchObject({ off: null });
    // Five days of failures only, then one more.
    await env.DATABASE.prepare("update news_channels set failing_since = ?2 where id = ?1")
      .bind(dead.channel.id, Date.now() - 5 * DAY)
      .run();
    await tellNews(env, Date.parse(failing.nextTryAt ?? ""));
    expect(await settled(dead.channel.id)).toMatchObject({ id: failing.id, state: "failed" });
    expect(await channel(dead.channel.id)).toMatchObject({ off: { reason: "failing" } });
    // Messages have tries of their own: the run that failed is not taken again.
    expect((await runs.completed(failing.runId ?? "")).summaryCounts).toMatchObject({ failed: 1 });
    const retried = await post(`${base}/operations/${failing.runId}/retry`, {}, { as: "owner" });
    expect(await problemOf(retried)).toMatchObject({ code: "nothing_to_retry" });
    const bell = await json(await request(`${base}/notifications`, { as: "owner" }), notificationListSchema);
    const titles = bell.items.map(({ title }) => title);
    for (const { channel: of } of [gone, dead]) expect(titles).toContain(`News: “${of.name}” was switched off`);
    await tellNews(env, Date.now() + MINUTE);
    const heard = await waitFor("both to be told", async () => {
      const items = (await messages(ear.channel.id)).flatMap((each) => (each.state === "delivered" ? each.items : []));
      return items.length >= 2 ? items : null;
    });
    expect(new Set(heard.map(({ subject }) => subject))).toEqual(
      new Set([
        `The channel ${gone.channel.name} was switched off: its receiver says that it is gone for good`,
        `The channel ${dead.channel.name} was switched off: its receiver failed for 5 days`,
      ]),
    );
    // What is off is told nothing, and a person has to switch it on.
    expect(await problemOf(await act(dead.channel.id, "test"))).toMatchObject({ code: "channel_off" });
    await answerFromNowOn(dead.path, 200);
    expect((await act(dead.channel.id, "on")).status).toBe(200);
    expect((await act(dead.channel.id, "test")).status).toBe(202);
    expect(await settled(dead.channel.id)).toMatchObject({ test: true, state: "delivered", tries: 1 });
    for (const each of [id, listens.id]) await removeRule(each);
  });

  it("does not wait for a run that was canceled: its messages are tried by a later one", async () => {
    const told = await webhook("/status/204");
    const { id } = await rule({ channelIds: [told.channel.id] });
    await anyRun();
    await tellNews(env, Date.now());
    const sent = await settled(told.channel.id);
    await runs.completed(sent.runId ?? "");
    await env.DATABASE.prepare("update news_messages set state = 'sending' where id = ?1").bind(sent.id).run();
    const now = Date.now();
    await tellNews(env, now);
    const released = await message(sent.id);
    expect(released.state).toBe("waiting");
    await tellNews(env, Date.parse(released.nextTryAt ?? ""));
    expect(await settled(told.channel.id)).toMatchObject({ id: sent.id, state: "delivered", tries: 2 });
    await removeRule(id);
  });

  it("holds what happens in quiet hours until they end, in one message", async () => {
    const told = await webhook("/status/204");
    const hour = (offset: number) => new Date(Date.now() + offset * 3_600_000).toISOString().slice(11, 16);
    const quietHours = { from: hour(-1), to: hour(2), timeZone: "UTC", criticalPasses: false };
    const { id } = await rule({ channelIds: [told.channel.id], quietHours });
    await anyRun();
    await anyRun();
    const now = Date.now();
    await tellNews(env, now + 60 * MINUTE);
    expect(await messages(told.channel.id)).toEqual([]);
    await tellNews(env, now + 121 * MINUTE);
    expect(await settled(told.channel.id)).toMatchObject({ state: "delivered", count: 2 });
    await removeRule(id);
  });

  it("tells nobody who does not listen: without a rule nothing is stored", async () => {
    const count = async () =>
      z
        .object({ n: z.int() })
        .parse(
          await env.DATABASE.prepare("select count(*) as n from news_events where tenant_id = ?1")
            .bind(tenant.tenantId)
            .first(),
        ).n;
    const before = await count();
    const runId = await anyRun();
    await tellNews(env, Date.now());
    expect(await count()).toBe(before);
    // A projection that is written again tells the same run once.
    const told = await webhook("/status/204");
    const { id } = await rule({ channelIds: [told.channel.id] });
    const row = await readRunRow(env.DATABASE, tenant.tenantId, runId);
    if (row === null) throw new Error("the run is gone");
    for (let round = 0; round < 2; round += 1) {
      await writeProjection(
        env.DATABASE,
        { row, problems: [], partial: false, tenantSlug: tenant.name },
        null,
        Date.now(),
      );
    }
    expect(await count()).toBe(before + 1);
    await removeRule(id);
  });
});

describe("a channel", () => {
  it("never shows its address or its secret again; a change of the secret signs with both for a day", async () => {
    const told = await webhook("/status/204/a-long-path-that-is-a-secret");
    const rotated = await json(await act(told.channel.id, "rotate"), channelSecretSchema);
    expect(rotated.secret).not.toBe(told.secret);
    expect(rotated.channel.earlierSecretUntil).not.toBe(null);
    await act(told.channel.id, "test");
    const sent = await settled(told.channel.id);
    const [came] = await received(told.path);
    for (const secret of [told.secret, rotated.secret]) {
      const headers = z
        .record(z.string(), z.string())
        .parse(Object.fromEntries(Object.entries(came?.headers ?? {}).filter(([name]) => name.startsWith("webhook-"))));
      expect(new Webhook(secret ?? "").verify(came?.body ?? "", headers)).toMatchObject({ type: "news.test" });
    }
    const shown = [
      await (await request(`${base}/news-channels`)).text(),
      JSON.stringify(sent),
      await (await request(`${base}/audit-events?limit=200`)).text(),
    ].join("\n");
    const stored = await env.DATABASE.prepare("select * from news_channels").all();
    for (const secret of ["a-long-path-that-is-a-secret", told.secret ?? "", rotated.secret ?? ""]) {
      expect(shown).not.toContain(secret);
      expect(JSON.stringify(stored.results)).not.toContain(secret);
    }
    expect(await channel(told.channel.id)).toMatchObject({ addressHint: `${receiver}/…` });
  });

  it("is refused an address that may not be called, and a rule channels that are not the tenant's", async () => {
    const refused = async (kind: string, url: string) =>
      problemOf(await post(`${base}/news-channels`, { kind, name: "X", url }, { as: "owner" }));
    for (const url of ["https://10.0.0.1/", "http://example.com/", "https://x.internal/", "https://u:p@example.com/"]) {
      expect(await refused("webhook", url)).toMatchObject({ code: "invalid_input" });
    }
    expect(JSON.stringify(await refused("teams", "https://contoso.webhook.office.com/x"))).toContain("retired");
    const elsewhere = { ...RULE, channelIds: ["chn_of_others"] };
    const answer = await problemOf(await post(`${base}/news-rules`, elsewhere, { as: "owner" }));
    expect(JSON.stringify(answer)).toContain("is not a channel of this tenant");
  });

  it("of mail sends text by the platform's binding, which writes files here", async () => {
    const chosen = { kind: "mail", name: "Mail", recipients: ["operations@example.com"] };
    const { channel: made } = await json(
      await post(`${base}/news-channels`, chosen, { as: "owner" }),
      channelSecretSchema,
    );
    await act(made.id, "test");
    const sent = await settled(made.id);
    expect(sent).toMatchObject({ state: "delivered", log: [{ status: null, reason: null }] });
    expect(sent.log[0]?.body).toContain("Test message");
  });
});

it("the state of a tenant is told once for each fact", async () => {
  const told = await webhook("/status/204");
  const { id } = await rule({
    kinds: ["backup.old", "connection.ending"],
    backupDays: 7,
    channelIds: [told.channel.id],
  });
  await env.DATABASE.prepare("update tenants set created_at = ?2 where id = ?1")
    .bind(tenant.tenantId, Date.now() - 8 * DAY)
    .run();
  const now = Date.now();
  await tellNews(env, now);
  await tellNews(env, now + MINUTE);
  expect((await settled(told.channel.id)).items.map(({ kind }) => kind)).toEqual(["backup.old"]);
  expect(await messages(told.channel.id)).toHaveLength(1);
  await env.DATABASE.prepare("update tenant_connections set credential_ends_at = ?2 where tenant_id = ?1")
    .bind(tenant.tenantId, now + 6 * DAY)
    .run();
  await tellNews(env, now + 2 * MINUTE);
  await waitFor(
    "the second message",
    async () => ((await messages(told.channel.id)).length === 2 ? true : null),
    10_000,
    50,
  );
  const newest = await settled(told.channel.id);
  expect(newest.items.map(({ kind }) => kind)).toEqual(["connection.ending"]);
  await removeRule(id);
});

it("each state that needs a person is found in what is stored, and told in words", async () => {
  const now = Date.now();
  const { tenantId } = tenant;
  const run = (sql: string, ...values: (string | number)[]) =>
    env.DATABASE.prepare(sql)
      .bind(tenantId, ...values)
      .run();
  const schedule = (id: string, status: string, pause: string) =>
    run(
      `insert into schedules (id, tenant_id, name, steps, pattern, time_zone, spread_minutes, offset_ms, missed, tell_after, status, pause,
                              owner_id, created_at, created_by, updated_at, version)
       values (?2, ?1, ?2, '[]', '0 2 * * *', 'UTC', 0, 0, 'skip', 2, ?3, nullif(?4, ''), 'user-owner', 1, 'user-owner', 1, 1)`,
      id,
      status,
      pause,
    );
  const occurrence = (id: string, dueAt: number, state: string, count = 1) =>
    run(
      `insert into schedule_occurrences (schedule_id, due_at, tenant_id, starts_at, state, count, made_up, by_hand, ended_at)
       values (?2, ?3, ?1, ?3, ?4, ?5, 0, 0, ?3)`,
      id,
      dueAt,
      state,
      count,
    );
  await schedule("Nightly", "active", "");
  await occurrence("Nightly", now - 5 * DAY, "succeeded");
  await occurrence("Nightly", now - 4 * DAY, "failed");
  await occurrence("Nightly", now - 3 * DAY, "failed");
  await occurrence("Nightly", now - 60 * MINUTE, "missed", 3);
  await schedule("Weekly", "paused", JSON.stringify({ at: now - MINUTE, reason: "owner", by: null, note: "" }));
  await run(
    `insert into approval_requests (id, tenant_id, kind, input, change, hash, requester_id, reason, asked_at, ends_at, state)
     values ('approval_of_news', ?1, 'member.remove', '{}', '{}', 'h', 'user-owner', 'x', ?2, ?3, 'waiting')`,
    now,
    now + DAY,
  );
  const verdict = (state: string) => ({ reading: { state, basis: "reading", permissions: [], reason: null } });
  await run(
    `insert into permission_checks (tenant_id, purpose, started_at, ended_at, checked_at, findings) values (?1, 'read', 1, 2, 1, ?2)
     on conflict do update set findings = excluded.findings`,
    JSON.stringify({ families: { filters: verdict("missing"), roles: verdict("granted"), apps: verdict("missing") } }),
  );
  await run(
    `insert into inventory_families (tenant_id, family, policy_count, last_attempt_at, last_outcome, last_reason_code, last_run_id)
     values (?1, 'scopeTags', 0, ?2, 'failed', 'credentials_rejected', 'r')
     on conflict do update set last_attempt_at = ?2, last_reason_code = 'credentials_rejected'`,
    now,
  );
  await run("update tenant_connections set connected_at = ?2 where tenant_id = ?1", now - DAY);
  const told = await webhook("/status/204");
  const { id } = await rule({
    kinds: [
      "approval.waiting",
      "schedule.failing",
      "schedule.paused",
      "schedule.missed",
      "permission.missing",
      "connection.lost",
    ],
    channelIds: [told.channel.id],
  });
  await tellNews(env, now);
  await tellNews(env, now + MINUTE);
  const sent = await settled(told.channel.id);
  expect(sent.items.map(({ subject }) => subject).toSorted((one, other) => one.localeCompare(other, "en"))).toEqual([
    "A permission is missing: 2 policy families cannot be read",
    "Microsoft refuses the credential of the tenant's connection",
    "The schedule Nightly failed 2 times in a row",
    "The schedule Nightly missed 3 due times",
    "The schedule Weekly is paused: its owner may not do its steps any more",
    "Waits for an approval: Remove a member",
  ]);
  // The worst comes first.
  expect(sent.items[0]?.kind).toBe("connection.lost");
  expect(await messages(told.channel.id)).toHaveLength(1);
  await removeRule(id);
});

it("is kept as long as operations, and what waits stays", async () => {
  const { tenantId } = tenant;
  const cutoffs = {
    plans: -1,
    snapshots: -1,
    comparisons: -1,
    runs: Date.now() + DAY,
    versions: -1,
    changes: -1,
    audit: -1,
  };
  const left = async (table: string) =>
    z
      .object({ n: z.int() })
      .parse(
        await env.DATABASE.prepare(`select count(*) as n from ${table} where tenant_id = ?1`).bind(tenantId).first(),
      ).n;
  expect(await left("news_tries")).toBeGreaterThan(10);
  await env.DATABASE.prepare(
    "update news_messages set state = 'waiting', next_try_at = ?2 where rowid = (select min(rowid) from news_messages where tenant_id = ?1)",
  )
    .bind(tenantId, Date.now() + DAY)
    .run();
  while (await removeNews(env.DATABASE, { tenantId, cutoffs, at: Date.now(), limit: 5 }));
  await removeNews(env.DATABASE, { tenantId, cutoffs, at: Date.now(), limit: 100 });
  await removeNews(env.DATABASE, { tenantId, cutoffs, at: Date.now(), limit: 100 });
  expect(await left("news_messages")).toBe(1);
  expect(await left("news_tellings")).toBe(1);
  expect(await left("news_events")).toBe(1);
});
