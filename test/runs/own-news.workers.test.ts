/** News over tenants: contoso is in the first shard, fabrikam in the second. What a person is told of both in one message, and what of neither. */
import { Webhook } from "standardwebhooks";
import { beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { z } from "zod";
import { auditEventListSchema } from "../../src/contract/audit-events.ts";
import {
  type ChannelSecret,
  channelListSchema,
  channelSecretSchema,
  type MessageDetail,
  messageDetailSchema,
  messageListSchema,
  type NewOwnRule,
  type OwnRule,
  ownRuleListSchema,
  ownRuleSchema,
} from "../../src/contract/news.ts";
import { notificationListSchema } from "../../src/contract/notifications.ts";
import { carryEvents, makePeopleMessages } from "../../src/database/news/carrying.ts";
import { findNews } from "../../src/database/news/events.ts";
import { spreadListeners } from "../../src/database/news/listeners.ts";
import { removeInControl } from "../../src/database/offboarding/removal.ts";
import { TENANT_TABLES } from "../../src/database/exports/tenant-tables.ts";
import { compareCodeUnits } from "../../src/policies/canonical-json.ts";
import { removePeoplesNews } from "../../src/database/retention/peoples-news.ts";
import { tellNews } from "../../src/runs/edge/telling/tell-news.ts";
import { tellPeople } from "../../src/runs/edge/telling/tell-people.ts";
import { problemOf, post, request, seedDemoData } from "../http/demo.ts";
import { type CrashPlan, crashingDatabase } from "../support/crashing-database.ts";
import { env, second } from "../support/environment.ts";
import { queryPlans } from "../support/query-plans.ts";
import { addMember, seedTenant } from "../support/tenants.ts";
import { waitFor } from "../support/wait.ts";

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const PAT = "user-pat";
const TENANTS = { contoso: "tenant-contoso", fabrikam: "tenant-fabrikam" } as const;
type Slug = keyof typeof TENANTS;
const RULE = { name: "What ends", kinds: ["connection.ending"], channelIds: [] as string[] };
const receiver = inject("receiverUrl");

beforeAll(async () => {
  await seedDemoData();
  await env.CONTROL.batch([
    env.CONTROL.prepare(
      "insert into users (id, email, name, created_at) values (?1, 'pat@example.test', 'Pat', 0)",
    ).bind(PAT),
    env.CONTROL.prepare("update users set platform_administrator_since = 1 where id = 'user-outsider'"),
  ]);
});

beforeEach(async () => {
  await env.CONTROL.prepare("update news_rules set status = 'removed'").run();
  await spreadListeners(env);
  for (const tenantId of Object.values(TENANTS)) await addMember(tenantId, PAT, "readonly");
});

async function json<Schema extends z.ZodType>(response: Response, schema: Schema): Promise<z.output<Schema>> {
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return schema.parse(await response.json());
}

const databaseOf = (slug: Slug) => (slug === "contoso" ? env.DATABASE : second.DATABASE);

let moment = 0;
/** A credential ends soon: what a sweep finds in the tenant's shard. */
async function endsSoon(...slugs: Slug[]): Promise<void> {
  for (const slug of slugs) {
    await databaseOf(slug)
      .prepare("update tenant_connections set credential_ends_at = ?2 where tenant_id = ?1")
      .bind(TENANTS[slug], Date.now() + 20 * DAY + (moment += 1))
      .run();
  }
  for (const shard of [env, second]) await tellNews(shard, Date.now());
}

async function channel(kind: "webhook" | "bell" = "webhook", path = "/status/204") {
  const own = `${path}/${crypto.randomUUID()}`;
  const chosen = { kind, name: `Pat's ${kind}`, ...(kind === "webhook" ? { url: `${receiver}${own}` } : {}) };
  const made: ChannelSecret = await json(
    await post("/api/me/news-channels", chosen, { as: "pat" }),
    channelSecretSchema,
  );
  return { id: made.channel.id, secret: made.secret, path: own };
}

const rule = async (change: Partial<NewOwnRule>): Promise<OwnRule> =>
  json(await post("/api/me/news-rules", { ...RULE, ...change }, { as: "pat" }), ownRuleSchema);

const rules = async (): Promise<OwnRule[]> =>
  (await json(await request("/api/me/news-rules", { as: "pat" }), ownRuleListSchema)).items;

async function messages(channelId: string, as = "pat") {
  return (await json(await request(`/api/me/news-messages?channelId=${channelId}`, { as }), messageListSchema)).items;
}

const message = async (id: string): Promise<MessageDetail> =>
  json(await request(`/api/me/news-messages/${id}`, { as: "pat" }), messageDetailSchema);

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
const received = async (path: string) =>
  receivedSchema.parse(await (await fetch(`${receiver}/received?of=${encodeURIComponent(path)}`)).json());

const slugsOf = ({ items }: { items: MessageDetail["items"] }) =>
  items.map(({ tenant }) => tenant?.slug ?? "").toSorted(compareCodeUnits);

describe("news over tenants", () => {
  it("is one message of tenants in two shards, signed, each item with its tenant, told once, and nobody else's", async () => {
    const told = await channel();
    const made = await rule({ channelIds: [told.id] });
    expect(made).toMatchObject({ tenants: { kind: "all" }, listensIn: 2, silentIn: 0, notYetIn: 0 });
    await endsSoon("contoso", "fabrikam");
    const now = Date.now();
    await Promise.all([tellPeople(env, now), tellPeople(env, now)]);
    const sent = await settled(told.id);
    expect(sent).toMatchObject({ state: "delivered", count: 2, tries: 1, runId: null });
    expect(slugsOf(sent)).toEqual(["contoso", "fabrikam"]);
    const [first, ...more] = await received(told.path);
    expect(more).toEqual([]);
    if (first === undefined || told.secret === null) throw new Error("nothing came");
    const headers = z
      .object({ "webhook-id": z.string(), "webhook-timestamp": z.string(), "webhook-signature": z.string() })
      .parse(first.headers);
    expect(headers["webhook-id"]).toBe(sent.id);
    expect(new Webhook(told.secret).verify(first.body, headers)).toMatchObject({
      type: "news",
      data: { tenant: null, count: 2, items: [{ kind: "connection.ending" }, { kind: "connection.ending" }] },
    });
    expect(sent.log).toMatchObject([{ status: 204, body: first.body }]);
    await tellPeople(env, now + MINUTE);
    for (const shard of [env, second]) await tellNews(shard, now + MINUTE);
    await tellPeople(env, now + 2 * MINUTE);
    expect(await received(told.path)).toHaveLength(1);

    // It is the person's alone: an owner of both tenants has no part in it, and no tenant lists its operation.
    expect(await messages(told.id, "owner")).toEqual([]);
    expect((await request(`/api/me/news-messages/${sent.id}`, { as: "owner" })).status).toBe(404);
    expect((await post(`/api/me/news-channels/${told.id}/test`, {}, { as: "owner" })).status).toBe(404);
    expect((await json(await request("/api/me/news-channels", { as: "owner" }), channelListSchema)).items).toEqual([]);
    const owners = { ...RULE, channelIds: [told.id] };
    expect(await problemOf(await post("/api/me/news-rules", owners, { as: "owner" }))).toMatchObject({
      code: "invalid_input",
      fields: [{ path: "channelIds.0" }],
    });
    for (const slug of Object.keys(TENANTS)) {
      expect(await (await request(`/api/tenants/${slug}/operations`)).text()).not.toContain("news.deliver");
      expect(await (await request(`/api/tenants/${slug}/news-messages`)).text()).not.toContain(sent.id);
    }
    const log = await json(await request("/api/platform/audit-events", { as: "outsider" }), auditEventListSchema);
    expect(log.items).toContainEqual(
      expect.objectContaining({
        action: "news-channel.create",
        target: { kind: "news-channel", id: told.id },
        actor: { id: PAT, name: "Pat" },
      }),
    );
  });

  it("is of the chosen tenants alone, held back by a digest as a tenant's rule is", async () => {
    const told = await channel();
    const chosen = { tenants: { kind: "list" as const, tenants: ["fabrikam"] }, digest: { kind: "hourly" as const } };
    expect(await rule({ channelIds: [told.id], ...chosen })).toMatchObject({
      tenants: { kind: "list", tenants: [TENANTS.fabrikam] },
      listensIn: 1,
    });
    const outside = await post(
      "/api/me/news-rules",
      { ...RULE, channelIds: [told.id], tenants: { kind: "list", tenants: ["outside"] } },
      { as: "pat" },
    );
    expect(await problemOf(outside)).toMatchObject({ code: "invalid_input" });
    await endsSoon("contoso", "fabrikam");
    await endsSoon("fabrikam");
    await tellPeople(env, Date.now());
    expect(await messages(told.id)).toEqual([]);
    await tellPeople(env, Date.now() + 60 * MINUTE);
    const sent = await settled(told.id);
    expect(sent).toMatchObject({ state: "delivered", count: 2 });
    expect(slugsOf(sent)).toEqual(["fabrikam", "fabrikam"]);
  });

  it("is told once wherever the sweep is cut off between the event and the message", async () => {
    const told = await channel();
    await rule({ channelIds: [told.id] });
    const step = async (shards: ReadonlyMap<string, typeof env.DATABASE>) => {
      for (const shard of shards.keys()) await carryEvents({ SHARDS: shards }, shard, 100);
      await makePeopleMessages({ SHARDS: shards }, Date.now(), 100);
    };
    let cuts = 0;
    for (const momentOfCrash of ["before", "after"] as const) {
      for (let at = 1; ; at += 1) {
        await env.CONTROL.prepare("update news_messages set state = 'delivered' where channel_id = ?1")
          .bind(told.id)
          .run();
        const before = new Set((await messages(told.id)).map(({ id }) => id));
        await endsSoon("contoso", "fabrikam");
        const plan: CrashPlan = { calls: 0, at, moment: momentOfCrash };
        const crashing = new Map([...env.SHARDS].map(([name, database]) => [name, crashingDatabase(database, plan)]));
        await step(crashing).catch(() => {});
        await step(env.SHARDS);
        await step(env.SHARDS);
        const made = (await messages(told.id)).filter(({ id }) => !before.has(id));
        // Two shards that are cut apart may be two messages; nothing is told twice, and nothing is lost.
        expect(made.flatMap(slugsOf).toSorted(compareCodeUnits), `${momentOfCrash} call ${at}`).toEqual([
          "contoso",
          "fabrikam",
        ]);
        if (plan.calls < at) break;
        cuts += 1;
      }
    }
    expect(cuts).toBeGreaterThan(16);
  });

  it("of a shard that does not answer is told late, and the rule says where it does not listen", async () => {
    const told = await channel();
    await rule({ channelIds: [told.id] });
    await endsSoon("contoso", "fabrikam");
    const now = Date.now();
    await second.DATABASE.prepare("alter table custom_roles rename to custom_roles_away").run();
    try {
      await tellPeople(env, now);
      expect(slugsOf(await settled(told.id))).toEqual(["contoso"]);
      expect(await rules()).toMatchObject([{ listensIn: 1, notYetIn: 1 }]);
      // What is known of a tenant whose right cannot be asked is not shown either.
    } finally {
      await second.DATABASE.prepare("alter table custom_roles_away rename to custom_roles").run();
    }
    await tellPeople(env, now + MINUTE);
    const late = await waitFor("the second message", async () =>
      (await messages(told.id)).find(
        ({ items, state }) => state === "delivered" && items[0]?.tenant?.slug === "fabrikam",
      ),
    );
    expect(late.count).toBe(1);
    expect(await rules()).toMatchObject([{ listensIn: 2, notYetIn: 0 }]);
  });
});

/** Ways to lose the right in fabrikam, each with how it comes back. */
const LOSSES: Readonly<
  Record<string, { lose: () => Promise<unknown>; regain: () => Promise<unknown>; listensIn: number }>
> = {
  "a member who was removed": {
    lose: () => second.DATABASE.prepare("delete from memberships where user_id = ?1").bind(PAT).run(),
    regain: () => addMember(TENANTS.fabrikam, PAT, "readonly"),
    listensIn: 1,
  },
  "a role that reads no operations any more": {
    lose: async () => {
      await second.DATABASE.prepare(
        "insert into custom_roles (id, tenant_id, name, capabilities, created_at) values ('role_blind', ?1, 'Blind', '[\"tenant.read\"]', 1) on conflict do nothing",
      )
        .bind(TENANTS.fabrikam)
        .run();
      await addMember(TENANTS.fabrikam, PAT, "role_blind");
    },
    regain: () => addMember(TENANTS.fabrikam, PAT, "readonly"),
    listensIn: 1,
  },
  "a tenant that is to be deleted": {
    lose: () =>
      second.DATABASE.prepare(
        `insert into offboardings (id, tenant_id, tenant_slug, tenant_name, microsoft_tenants, status, reason, requested_by, requested_by_name, requested_as, requested_at, due_at)
         values ('off_news', ?1, 'fabrikam', 'Fabrikam', '[]', 'waiting', '', 'user-owner', 'Owner', 'owner', 1, 9000000000000000)`,
      )
        .bind(TENANTS.fabrikam)
        .run(),
    regain: () => second.DATABASE.prepare("delete from offboardings where id = 'off_news'").run(),
    listensIn: 1,
  },
};

describe("what a person may not be told any more", () => {
  for (const [what, { lose, regain, listensIn }] of Object.entries(LOSSES)) {
    it(`is not told, before a message is made and before it is sent, nor shown: ${what}`, async () => {
      const told = await channel();
      await rule({
        channelIds: [told.id],
        digest: { kind: "hourly" },
        tenants: { kind: "list", tenants: ["contoso", "fabrikam"] },
      });
      const later = () => Date.now() + 60 * MINUTE;
      // Chosen while it was allowed, due when it is not.
      await endsSoon("contoso", "fabrikam");
      await tellPeople(env, Date.now());
      let first = "";
      try {
        await lose();
        await tellPeople(env, later());
        const sent = await settled(told.id);
        first = sent.id;
        expect(slugsOf(sent)).toEqual(["contoso"]);
        expect(await rules()).toMatchObject([{ listensIn, silentIn: 1, notYetIn: 0 }]);
        // Not chosen either.
        await endsSoon("fabrikam");
        await tellPeople(env, later());
        expect(await messages(told.id)).toHaveLength(1);
      } finally {
        await regain();
      }
      // Made while it was allowed, sent when it is not.
      await env.CONTROL.prepare(
        "update news_rules set digest = '{\"kind\":\"at_once\"}' where id in (select id from news_rules where tenant_id like 'person/%')",
      ).run();
      await endsSoon("fabrikam");
      await spreadListeners(env);
      for (const shard of env.SHARDS.keys()) await carryEvents(env, shard, 100);
      await makePeopleMessages(env, Date.now(), 100);
      const waiting = (await messages(told.id)).find(({ id }) => id !== first);
      expect(waiting).toMatchObject({ state: "waiting", count: 1 });
      const now = () => message(waiting?.id ?? "");
      try {
        await lose();
        // What the list has of it is not shown while the person may not be told it.
        expect(await now()).toMatchObject({ items: [], count: 0 });
        await tellPeople(env, Date.now());
        const over = await waitFor("the message to end", async () => {
          const found = await now();
          return found.state === "failed" ? found : null;
        });
        expect(over.reason).toBe("Nothing of it may be told to the person any more.");
        expect(await received(told.path)).toHaveLength(1);
      } finally {
        await regain();
      }
      // The receiver was not asked: it has not failed.
      const { items } = await json(await request("/api/me/news-channels", { as: "pat" }), channelListSchema);
      expect(items.find(({ id }) => id === told.id)).toMatchObject({ failingSince: null, off: null });
    });
  }

  it("is nothing at all for a person who is disabled", async () => {
    const told = await channel();
    await rule({ channelIds: [told.id] });
    await endsSoon("contoso", "fabrikam");
    expect((await post(`/api/platform/people/${PAT}/disable`, {}, { as: "outsider" })).status).toBe(200);
    try {
      await tellPeople(env, Date.now());
      const row = env.CONTROL.prepare("select count(*) as n from news_messages where channel_id = ?1").bind(told.id);
      expect(await row.first()).toEqual({ n: 0 });
      expect(await received(told.path)).toEqual([]);
    } finally {
      expect((await post(`/api/platform/people/${PAT}/enable`, {}, { as: "outsider" })).status).toBe(200);
    }
  });

  it("is deleted with its tenant, from lists and from what tries have sent, and what is old goes whole", async () => {
    const told = await channel();
    await rule({ channelIds: [told.id], tenants: { kind: "list", tenants: ["contoso", "fabrikam"] } });
    await endsSoon("contoso", "fabrikam");
    await tellPeople(env, Date.now());
    const sent = await settled(told.id);
    expect(sent.log[0]?.body).toContain("fabrikam");
    for (const entry of TENANT_TABLES.filter(({ control, emptied }) => control === true && emptied === undefined)) {
      if (["news_parts", "news_carried"].includes(nameOfTable(entry))) {
        await removeInControl(env.CONTROL, { tenantId: TENANTS.fabrikam }, entry);
      }
    }
    const left = await message(sent.id);
    expect(slugsOf(left)).toEqual(["contoso"]);
    expect(left).toMatchObject({ count: 1, log: [{ status: 204, body: "" }] });
    const all = env.CONTROL.prepare(
      "select (select count(*) from news_messages where id = ?1) + (select count(*) from news_parts where message_id = ?1) + (select count(*) from news_tries where message_id = ?1) + (select count(*) from news_carried where message_id = ?1) as n",
    ).bind(sent.id);
    expect(await all.first()).toEqual({ n: 4 });
    await removePeoplesNews(env.DATABASE, Date.now() + DAY, 100);
    expect(await all.first()).toEqual({ n: 0 });
  });
});

function nameOfTable({ table }: (typeof TENANT_TABLES)[number]): string {
  return String(Reflect.get(table, Symbol.for("drizzle:Name")));
}

describe("a person's own bell", () => {
  it("rings for the person alone, in each tenant what is of that tenant", async () => {
    const told = await channel("bell");
    await rule({ channelIds: [told.id] });
    await endsSoon("contoso", "fabrikam");
    await tellPeople(env, Date.now());
    expect(await settled(told.id)).toMatchObject({ state: "delivered", count: 2 });
    const bell = async (slug: Slug, as: string) =>
      (await json(await request(`/api/tenants/${slug}/notifications`, { as }), notificationListSchema)).items;
    for (const slug of ["contoso", "fabrikam"] as const) {
      expect(await bell(slug, "pat")).toMatchObject([
        { title: expect.stringContaining("The credential of the connection"), href: `/t/${slug}/settings/connection` },
      ]);
      expect(JSON.stringify(await bell(slug, "owner"))).not.toContain("The credential of the connection");
    }
    expect((await post(`/api/me/news-channels/${told.id}/test`, {}, { as: "pat" })).status).toBe(202);
    expect(await settled(told.id)).toMatchObject({ test: true, state: "delivered" });
    expect((await bell("contoso", "pat"))[0]).toMatchObject({ title: "Test message", href: "/news" });
  });

  it("tells when a channel is switched off, which cannot tell it itself", async () => {
    const gone = await channel("webhook", "/status/410");
    await rule({ channelIds: [gone.id] });
    await endsSoon("fabrikam");
    await tellPeople(env, Date.now());
    expect(await settled(gone.id)).toMatchObject({ state: "failed" });
    const { items } = await json(
      await request("/api/tenants/fabrikam/notifications", { as: "pat" }),
      notificationListSchema,
    );
    expect(items[0]).toMatchObject({
      title: "News over your tenants: “Pat's webhook” was switched off",
      href: "/news",
    });
  });
});

describe("the cost of a minute", () => {
  /** Calls of a sweep's part, of both databases. */
  async function calls(): Promise<number> {
    const plan: CrashPlan = { calls: 0, at: 0, moment: "before" };
    const CONTROL = crashingDatabase(env.CONTROL, plan);
    const SHARDS = new Map([...env.SHARDS].map(([name, database]) => [name, crashingDatabase(database, plan)]));
    await tellPeople({ ...env, CONTROL, SHARDS }, Date.now());
    return plan.calls;
  }

  it("grows with shards, and neither with rules nor with tenants", async () => {
    const told = await channel();
    const noon = { digest: { kind: "daily" as const, at: "12:00", timeZone: "UTC" }, channelIds: [told.id] };
    await rule(noon);
    await endsSoon("contoso", "fabrikam");
    await calls();
    const idle = await calls();
    await endsSoon("contoso", "fabrikam");
    const busy = await calls();
    for (let more = 0; more < 5; more += 1) {
      const { tenantId } = await seedTenant(`more-${more}`);
      await addMember(tenantId, PAT, "readonly");
      await env.DATABASE.prepare(
        "insert into tenant_connections (tenant_id, cloud, directory_id, client_id, sealed_client_secret, credential_ends_at) values (?1, 'local', ?1, 'client', '', ?2)",
      )
        .bind(tenantId, Date.now() + 20 * DAY)
        .run();
      await rule(noon);
    }
    await spreadListeners(env);
    await endsSoon("contoso", "fabrikam");
    expect({ busy: await calls(), idle: await calls() }).toEqual({ busy, idle });
    expect(idle).toBe(7 + 3 * env.SHARDS.size);
    const { results } = await env.CONTROL.prepare(
      "select distinct tenant_id from news_carried where message_id is null and channel_id = ?1",
    )
      .bind(told.id)
      .all();
    expect(results).toHaveLength(7);
  });

  it("finds what it reads by indexes", async () => {
    const told = await channel();
    await rule({ channelIds: [told.id] });
    await endsSoon("contoso");
    const plans = await queryPlans(env.DATABASE, async (database) => {
      const SHARDS = new Map([["DATABASE", database]]);
      await carryEvents({ SHARDS }, "DATABASE", 100);
      await makePeopleMessages({ SHARDS }, Date.now(), 100);
      await findNews(database, Date.now());
    });
    expect(plans.length).toBeGreaterThan(10);
    // Read whole are rules that are at work, and what was found by them: persons' as their copies (`l`), tenants' by their index.
    const scans = plans.flatMap(({ plan }) =>
      plan.split("; ").filter((step) => /^SCAN (?!\w+ VIRTUAL TABLE|\w+ USING INDEX|[lth]$|CONSTANT ROW)/.test(step)),
    );
    expect(scans).toEqual([]);
  });
});
