/** What retention removes, and what it keeps however old it is: planted ages and references, one row for each rule. */
import { beforeEach, describe, expect, it } from "vitest";
import { type RetentionRules, STANDARD_RULES } from "../../src/contract/retention.ts";
import { cutoffsOf, type DueThing, dueQuery, dueValues } from "../../src/database/retention/due.ts";
import { placeHold } from "../../src/database/retention/legal-holds.ts";
import { previewRetention } from "../../src/database/retention/preview.ts";
import { whatWasRemoved } from "../../src/database/retention/removed.ts";
import { readRetentionRules, writeRetentionRules } from "../../src/database/retention/rules.ts";
import { removeOldRecords, type RemovalLimits } from "../../src/runs/edge/remove-old-records.ts";
import { seedTenant } from "../support/tenants.ts";
import { env } from "../support/environment.ts";

const DAY = 86_400_000;
const NOW = 2_000 * DAY;
const OLD = NOW - 1_500 * DAY;
const YOUNG = NOW - DAY;
const GENEROUS: RemovalLimits = { tenants: 100, things: 50, rows: 1_000 };

let tenant = "";
let seeds = 0;
beforeEach(async () => {
  tenant = (await seedTenant(`retention-${(seeds += 1)}`)).tenantId;
  // Tenants of other tests have had their turn.
  await env.DATABASE.prepare(
    "insert into retention_turns (tenant_id, next_at) select id, 9e15 from tenants where id <> ?1 on conflict do update set next_at = 9e15",
  )
    .bind(tenant)
    .run();
});

type Row = Readonly<Record<string, string | number | Uint8Array | null>>;

/** A row with what its table demands, and what the test says of it. Ids stand as they are said, and are the tenant's alone. */
async function plant(table: keyof typeof DEMANDED, row: Row = {}): Promise<void> {
  const whole: Row = { tenant_id: tenant, ...DEMANDED[table], ...row };
  const columns = Object.keys(whole).filter((column) => whole[column] !== undefined && whole[column] !== "-");
  await env.DATABASE.prepare(
    `insert into ${table} (${columns.join(", ")}) values (${columns.map((_, index) => `?${index + 1}`).join(", ")})`,
  )
    .bind(...columns.map((column) => whole[column] ?? null))
    .run();
}

const WORDS = { family: "filters", name: "n", sort_name: "n" };
const FOUND = { key: "k", kind: "changed", family: "filters", name: "n", severity: "high", severity_rank: 1 };
const DEMANDED = {
  operation_runs: {
    type: "inventory.sync",
    status: "completed",
    outcome: "succeeded",
    input: "{}",
    identity: "i",
    created_at: OLD,
    completed_at: OLD,
    updated_at: OLD,
  },
  operation_run_units: {
    tenant_id: "-",
    ordinal: 0,
    outcome: "failed",
    unit_key: "k",
    label: "l",
    input: "null",
    reason_code: "lost",
    message: "m",
    attempts: 1,
  },
  notifications: { user_id: "user-owner", outcome: "succeeded", title: "t", body: "b", created_at: OLD },
  baselines: { name: "b", status: "sealed", created_at: OLD },
  baseline_policies: { ...WORDS, baseline_id: "b", graph_id: "g", content_hash: "c", comparable_hash: "c" },
  baseline_comparisons: { baseline_id: "b", status: "sealed", created_at: OLD, sealed_at: OLD },
  comparison_findings: {
    ...FOUND,
    rule: "r",
    message: "m",
    status: "open",
    changes_hash: "h",
    checked: 1,
    finding_id: "f",
  },
  baseline_findings: {
    ...FOUND,
    baseline_id: "b",
    rule: "r",
    message: "m",
    status: "resolved",
    changes_hash: "h",
    checked: 1,
    first_seen_at: OLD,
    first_comparison_id: "c0",
    last_seen_at: OLD,
    last_comparison_id: "c0",
    resolved_at: OLD,
  },
  finding_events: { at: OLD, event: "appeared", id: "e" },
  evidence_snapshots: { status: "complete", taken_at: OLD },
  evidence_items: { tenant_id: "-", key: "k", title: "t", item_hash: new Uint8Array(32), item_bytes: 1 },
  review_packs: { options: "{}", status: "expired", archive_name: "a", created_at: OLD },
  tenant_exports: { archive_name: "a", created_at: OLD },
  restore_plans: { backup_set_id: "set", status: "ready", options: "{}", created_at: OLD },
  restore_plan_items: {
    ...WORDS,
    sort_name: "-",
    ordinal: 0,
    item_id: "i",
    graph_id: "g",
    action: "create",
    detail_key: "k",
    detail_hash: "h",
  },
  restore_journal: { ordinal: 0, seq: 0, run_id: "r", at: OLD, entry: "{}" },
  backup_sets: { name: "s", sort_name: "s", status: "active", created_at: OLD, updated_at: OLD },
  backup_set_items: {
    ...WORDS,
    backup_set_id: "set",
    graph_id: "g",
    content_hash: "c",
    content_bytes: 1,
    comparable_hash: "c",
    captured_at: OLD,
    run_id: "r",
  },
  policy_versions: {
    family: "filters",
    graph_id: "g",
    version_number: 1,
    content_hash: "c",
    content_bytes: 1,
    seen_at: OLD,
    run_id: "r",
  },
  policy_changes: {
    event_id: "e",
    resource_id: "r",
    log: "intune",
    resource_type: "t",
    at: OLD,
    actor_kind: "user",
    actor_name: "n",
    activity: "a",
    operation: "update",
    ours: 0,
    properties: "[]",
    properties_cut: 0,
  },
  change_logs: { log: "intune", covered_from: OLD, covered_until: NOW, last_attempt_at: NOW, last_run_id: "r" },
  cancel_intents: { tenant_slug: "t", run_type: "t", actor_id: "a", at: OLD, origin: "{}" },
} as const satisfies Record<string, Row>;

const id = (name: string): string => `${name}-${seeds}`;
/** A content's address, as bytes and in hexadecimal. */
const bytesOf = (name: string): Uint8Array => new TextEncoder().encode(id(name));
const hash = (name: string): string => Array.from(bytesOf(name), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** A thing's id and what it points at, by names that are the test's own. */
async function run(name: string, row: Row = {}): Promise<void> {
  await plant("operation_runs", { id: id(name), identity: id(name), ...row });
}

async function due(thing: DueThing, rules: RetentionRules = STANDARD_RULES): Promise<string[]> {
  const { results } = await env.DATABASE.prepare(dueQuery(thing))
    .bind(...dueValues(tenant, cutoffsOf(rules, NOW)))
    .all<{ id: string | number }>();
  return results.map((row) => String(row.id).replace(`-${seeds}`, "")).toSorted();
}

const count = async (table: string, where = "1"): Promise<unknown> =>
  env.DATABASE.prepare(`select count(*) as n from ${table} where tenant_id = ?1 and ${where}`).bind(tenant).first("n");

async function removals(): Promise<unknown[]> {
  const { results } = await env.DATABASE.prepare(
    "select detail, actor_id, origin from audit_events where tenant_id = ?1 and action = 'retention.remove' order by seq",
  )
    .bind(tenant)
    .all<{ detail: string; actor_id: null; origin: string }>();
  return results.map(({ detail, actor_id: actorId, origin }) => {
    expect([actorId, origin]).toEqual([null, '{"way":"system"}']);
    const { kind, removed } = JSON.parse(detail);
    return [kind, removed];
  });
}

describe("of operations, retention", () => {
  /** One that is due, and the newest of its type. */
  const old = async (row: Row = {}) => {
    await run("old", row);
    await run("newest", { type: row["type"] ?? "inventory.sync", created_at: OLD + 1 });
  };

  it("takes what ended before, and never the newest of a type", async () => {
    await old();
    await run("young", { completed_at: YOUNG, created_at: OLD });
    expect(await due("runs")).toEqual(["old"]);
    expect(await due("runs", { ...STANDARD_RULES, runs: null })).toEqual([]);
  });

  it.each<[string, () => Promise<void>]>([
    ["has not ended", () => old({ status: "running" })],
    [
      "is being retried",
      async () => {
        await old();
        await run("retry", { retry_of: id("old"), status: "running", type: "x" });
      },
    ],
    [
      "has a cancel without an answer",
      async () => {
        await old();
        await plant("cancel_intents", { id: id("intent"), run_id: id("old") });
      },
    ],
    [
      "made a baseline",
      async () => {
        await old();
        await plant("baselines", { id: id("b"), run_id: id("old") });
      },
    ],
    [
      "made a snapshot that stays",
      async () => {
        await old();
        await plant("evidence_snapshots", { id: id("s"), run_id: id("old"), taken_at: YOUNG });
      },
    ],
    [
      "made a pack that stays",
      async () => {
        await old();
        await plant("review_packs", { id: id("p"), run_id: id("old"), snapshot_id: id("s") });
      },
    ],
    [
      "made a comparison that stays",
      async () => {
        await old();
        await plant("baseline_comparisons", { id: id("c"), run_id: id("old") });
      },
    ],
    [
      "made a plan that stays",
      async () => {
        await old();
        await plant("restore_plans", { id: id("p"), run_id: id("old"), created_at: YOUNG });
      },
    ],
    [
      "restored by a plan that stays",
      async () => {
        await old({ type: "policy.restore", input: JSON.stringify({ planId: id("p") }) });
        await plant("restore_plans", { id: id("p"), run_id: id("preview"), created_at: YOUNG });
      },
    ],
    [
      "exported a file that is there",
      async () => {
        await old();
        await plant("tenant_exports", { id: id("x"), run_id: id("old"), status: "complete" });
      },
    ],
    [
      "added to a backup set that is kept",
      async () => {
        await old({ type: "backup-set.add-policies", input: JSON.stringify({ backupSetId: id("set") }) });
        await plant("backup_sets", { id: id("set") });
      },
    ],
  ])("keeps one that %s", async (_, plantRule) => {
    await plantRule();
    expect(await due("runs")).toEqual([]);
  });

  it("takes one whose set was deleted, and one whose snapshot goes with it", async () => {
    await old({ type: "backup-set.add-policies", input: JSON.stringify({ backupSetId: id("set") }) });
    await plant("backup_sets", { id: id("set"), status: "deleted" });
    await run("taken", { type: "evidence.snapshot" });
    await run("later", { type: "evidence.snapshot", created_at: OLD + 1 });
    await plant("evidence_snapshots", { id: id("s"), run_id: id("taken") });
    await plant("evidence_snapshots", { id: id("t"), run_id: id("later"), taken_at: OLD + 1 });
    expect(await due("runs")).toEqual(["old", "taken"]);
  });
});

describe("of snapshots, retention", () => {
  const two = async (row: Row = {}) => {
    await plant("evidence_snapshots", { id: id("old"), run_id: id("old"), ...row });
    await plant("evidence_snapshots", { id: id("newest"), run_id: id("newest"), taken_at: OLD + 1 });
  };

  it("takes what is old, and never the newest complete one", async () => {
    await two();
    await plant("evidence_snapshots", { id: id("failed"), run_id: id("f"), taken_at: OLD + 2, status: "incomplete" });
    expect(await due("snapshots")).toEqual(["failed", "old"]);
  });

  it.each(["writing", "complete"])("keeps one with a pack that is %s", async (status) => {
    await two();
    await plant("review_packs", { id: id("p"), run_id: id("p"), snapshot_id: id("old"), status });
    expect(await due("snapshots")).toEqual([]);
  });

  it("keeps one that is being taken, and all while a pack is about to be made", async () => {
    await two({ status: "building" });
    await run("old", { status: "running", type: "evidence.snapshot" });
    expect(await due("snapshots")).toEqual([]);
    await env.DATABASE.prepare("update operation_runs set status = 'completed' where id = ?1").bind(id("old")).run();
    expect(await due("snapshots")).toEqual(["old"]);
    await run("packing", { status: "queued", type: "review-pack.generate" });
    expect(await due("snapshots")).toEqual([]);
  });

  it("takes expired packs with their snapshot", async () => {
    await two();
    await plant("review_packs", { id: id("p"), run_id: id("p"), snapshot_id: id("old") });
    await plant("review_packs", { id: id("q"), run_id: id("q"), snapshot_id: id("newest") });
    expect(await due("packs")).toEqual(["p"]);
  });
});

describe("of comparisons and findings, retention", () => {
  const two = async () => {
    await plant("baseline_comparisons", { id: id("old"), run_id: id("old"), baseline_id: id("b") });
    await plant("baseline_comparisons", {
      id: id("newest"),
      run_id: id("newest"),
      baseline_id: id("b"),
      created_at: OLD + 1,
    });
  };
  const finding = (row: Row) => plant("baseline_findings", { id: id("f"), baseline_id: id("b"), ...row });

  it("takes what is old, and never a baseline's newest", async () => {
    await two();
    await plant("baseline_comparisons", { id: id("only"), run_id: id("only"), baseline_id: id("other") });
    expect(await due("comparisons")).toEqual(["old"]);
  });

  it.each([
    ["open", "first_comparison_id"],
    ["open", "last_comparison_id"],
    ["accepted", "first_comparison_id"],
  ])("keeps one that an %s finding names as %s", async (status, column) => {
    await two();
    await finding({ status, resolved_at: null, [column]: id("old") });
    expect(await due("comparisons")).toEqual([]);
    expect(await due("findings")).toEqual([]);
  });

  it("keeps one that is under way", async () => {
    await two();
    await env.DATABASE.prepare("update baseline_comparisons set status = 'building' where id = ?1")
      .bind(id("old"))
      .run();
    await run("old", { status: "running", type: "baseline.compare" });
    expect(await due("comparisons")).toEqual([]);
  });

  it("takes a finding that was resolved long ago, once the comparisons of its history go", async () => {
    await two();
    await finding({});
    await plant("finding_events", { finding_id: id("f"), comparison_id: id("newest") });
    expect(await due("findings")).toEqual([]);
    await env.DATABASE.prepare("update finding_events set comparison_id = ?1").bind(id("old")).run();
    expect(await due("findings")).toEqual(["f"]);
    await run("comparing", { status: "running", type: "baseline.compare" });
    expect(await due("findings")).toEqual([]);
  });
});

describe("of plans, retention", () => {
  it.each<[string, Row, () => Promise<void>]>([
    ["is young", { created_at: YOUNG }, async () => {}],
    ["is being prepared", { status: "preparing" }, async () => {}],
    ["wrote not long ago", {}, () => plant("restore_journal", { plan_id: id("p"), at: YOUNG })],
    [
      "is being executed",
      {},
      () => run("r", { status: "running", type: "policy.restore", input: JSON.stringify({ planId: id("p") }) }),
    ],
  ])("keeps one that %s", async (_, row, plantRule) => {
    await plant("restore_plans", { id: id("old"), run_id: id("old") });
    await plant("restore_plans", { id: id("p"), run_id: id("p"), ...row });
    await plantRule();
    expect(await due("plans")).toEqual(["old"]);
  });
});

describe("of versions, retention", () => {
  const versions = async (): Promise<number> => (await due("versions")).length;
  const two = async (secondSeenAt = OLD + 1) => {
    await plant("policy_versions", { content_hash: hash("c1") });
    await plant("policy_versions", { version_number: 2, seen_at: secondSeenAt, content_hash: hash("c2") });
  };

  it("takes what was replaced long ago, and neither the newest nor what was replaced lately", async () => {
    await two();
    expect(await versions()).toBe(1);
    await env.DATABASE.prepare("update policy_versions set seen_at = ?1 where version_number = 2 and tenant_id = ?2")
      .bind(YOUNG, tenant)
      .run();
    expect(await versions()).toBe(0);
  });

  it.each<[string, () => Promise<void>]>([
    ["a baseline has", () => plant("baseline_policies", { baseline_id: id("b"), content_hash: hash("c1") })],
    ["a backup has", () => plant("backup_set_items", { id: id("i"), content_hash: hash("c1") })],
    [
      "a snapshot that stays has",
      async () => {
        await plant("evidence_snapshots", { id: id("s"), run_id: id("s"), taken_at: YOUNG });
        await plant("evidence_items", { snapshot_id: id("s"), key: "k", content_hash: bytesOf("c1") });
      },
    ],
    [
      "an open finding is about",
      () => plant("baseline_findings", { id: id("f"), key: id("f"), status: "open", graph_id: "g" }),
    ],
    [
      "an accepted finding is about",
      () => plant("baseline_findings", { id: id("f"), key: id("f"), status: "accepted", graph_id: "g" }),
    ],
  ])("keeps one that %s", async (_, plantRule) => {
    await two();
    await plantRule();
    expect(await versions()).toBe(0);
  });
});

/** One of everything that goes, with its parts, and of each kind one that stays. */
async function everything(): Promise<void> {
  for (const [name, at] of [
    ["old", OLD],
    ["kept", YOUNG],
  ] as const) {
    await run(name, { type: "inventory.sync", created_at: at, completed_at: at });
    await plant("operation_run_units", { run_id: id(name) });
    await plant("notifications", { id: id(name), run_id: id(name) });
    await plant("restore_plans", { id: id(name), run_id: id(`p-${name}`), created_at: at });
    await plant("restore_plan_items", { plan_id: id(name) });
    await plant("restore_journal", { plan_id: id(name), at });
    await plant("evidence_snapshots", { id: id(name), run_id: id(`s-${name}`), taken_at: at });
    for (const key of ["a", "b", "c"]) {
      await plant("evidence_items", { snapshot_id: id(name), key, content_hash: bytesOf(`${name}-${key}`) });
    }
    await plant("review_packs", { id: id(name), run_id: id(`k-${name}`), snapshot_id: id(name) });
    await plant("baseline_comparisons", {
      id: id(name),
      run_id: id(`c-${name}`),
      baseline_id: id("b"),
      created_at: at,
    });
    await plant("comparison_findings", { comparison_id: id(name), finding_id: id("f") });
    await plant("policy_changes", { event_id: id(name), at });
  }
  await plant("baseline_findings", { id: id("old"), key: "old", baseline_id: id("b") });
  await plant("finding_events", { finding_id: id("old"), comparison_id: id("old") });
  await plant("policy_versions", { content_hash: hash("v1") });
  await plant("policy_versions", { version_number: 2, content_hash: hash("v2"), seen_at: OLD + 1 });
  await plant("change_logs");
}

const PARTED = [
  "restore_plans",
  "restore_plan_items",
  "restore_journal",
  "evidence_snapshots",
  "review_packs",
  "baseline_comparisons",
  "comparison_findings",
  "operation_runs",
  "notifications",
  "policy_changes",
  "policy_versions",
];

/** How many rows of each table the tenant has, in the order of `PARTED`; then items, units, findings, their events. One query. */
async function rows(): Promise<unknown[]> {
  const own = PARTED.map((table) => `select count(*) from ${table} where tenant_id = ?1`);
  own.push("select count(*) from evidence_items where snapshot_id in (?2, ?3)");
  const units = "select count(*) from operation_run_units where run_id in (?2, ?3)";
  const findings = ["baseline_findings", "finding_events"].map(
    (table) => `select count(*) from ${table} where tenant_id = ?1`,
  );
  const counts = [...own, units, ...findings].map((sql, index) => `(${sql}) as n${index}`);
  const row = await env.DATABASE.prepare(`select ${counts.join(", ")}`)
    .bind(tenant, id("old"), id("kept"))
    .first();
  return Object.values(row ?? {});
}

const ONE_OF_EACH = [...PARTED.map(() => 1), 3, 1, 0, 0];

describe("the sweep", () => {
  const turns = async (limits: RemovalLimits, times: number, now = NOW) => {
    for (let turn = 0; turn < times; turn += 1) await removeOldRecords(env, now + turn, limits);
  };

  it("removes everything that is due with its parts, counts it in the log, and notes what went", async () => {
    await everything();
    const before = await readRetentionRules(env.DATABASE, tenant);
    const preview = await previewRetention(env.DATABASE, { tenantId: tenant, before, rules: before.rules, at: NOW });
    expect(preview.kinds.filter(({ removes }) => removes > 0).map(({ kind, removes }) => [kind, removes])).toEqual([
      ["plans", 1],
      ["snapshots", 1],
      ["comparisons", 2],
      ["runs", 1],
      ["versions", 1],
      ["changes", 1],
    ]);
    await removeOldRecords(env, NOW, GENEROUS);
    expect(await rows()).toEqual(ONE_OF_EACH);
    expect(await removals()).toEqual([
      ["plans", 1],
      ["packs", 1],
      ["snapshots", 1],
      ["findings", 1],
      ["comparisons", 1],
      ["runs", 1],
      ["versions", 1],
      ["changes", 1],
    ]);
    expect(await count("removed_things", "pending = 1")).toBe(0);
    expect(await whatWasRemoved(env.DATABASE, tenant, [id("old")])).toMatch(
      /^This .* was removed on 1975-06-24 by retention: its time was over\.$/,
    );
    expect(await whatWasRemoved(env.DATABASE, tenant, [id("kept")])).toBeNull();
    // Contents are left to what frees them.
    const released = ["old-a", "old-b", "old-c", "v1"].map(hash);
    const { results } = await env.DATABASE.prepare(
      "select content_hash from released_payloads where tenant_id = ?1 order by 1",
    )
      .bind(tenant)
      .all();
    expect(results.map((row) => row["content_hash"])).toEqual(released);
    // What the logs told is known from the cut on.
    expect(
      await env.DATABASE.prepare("select covered_from from change_logs where tenant_id = ?1").bind(tenant).first(),
    ).toEqual({ covered_from: NOW - 400 * DAY });
    // Done for a day.
    const turn = env.DATABASE.prepare("select next_at from retention_turns where tenant_id = ?1").bind(tenant);
    expect(await turn.first("next_at")).toBe(NOW + DAY);
  });

  it("comes to the same in the smallest steps, and never does more in one", async () => {
    await everything();
    const small = { tenants: 1, things: 1, rows: 1 };
    let counted = await rows();
    const nextAt = env.DATABASE.prepare("select next_at from retention_turns where tenant_id = ?1").bind(tenant);
    for (let turn = 0; Number((await nextAt.first("next_at")) ?? 0) < NOW + DAY; turn += 1) {
      expect(turn).toBeLessThan(40);
      await removeOldRecords(env, NOW + turn, small);
      const next = await rows();
      // Of each table one row goes at most; of findings and packs one with what they go with.
      next.forEach((left, index) => expect(Number(counted[index]) - Number(left)).toBeLessThanOrEqual(1));
      counted = next;
    }
    expect(counted).toEqual(ONE_OF_EACH);
    expect(await removals()).toEqual([
      ["plans", 1],
      ["packs", 1],
      ["snapshots", 1],
      ["findings", 1],
      ["comparisons", 1],
      ["runs", 1],
      ["versions", 1],
      ["changes", 1],
    ]);
  });

  it("dies anywhere, and its repetition ends where it would have ended", async () => {
    await everything();
    for (let death = 0; death < 60; death += 1) {
      let calls = 0;
      const mortal = new Proxy(env.DATABASE, {
        get(target, name) {
          const member: unknown = Reflect.get(target, name);
          if (typeof member !== "function") return member;
          if (name !== "batch") return member.bind(target);
          return async (statements: D1PreparedStatement[]) => {
            const answer = await target.batch(statements);
            // The batch is durable, and nobody hears of it.
            if ((calls += 1) > 2) throw new Error("the Worker is gone");
            return answer;
          };
        },
      });
      await removeOldRecords({ ...env, DATABASE: mortal }, NOW + death, { tenants: 1, things: 1, rows: 2 });
      await env.DATABASE.prepare("update retention_turns set next_at = 0 where tenant_id = ?1").bind(tenant).run();
    }
    await turns(GENEROUS, 3, NOW + 100);
    expect(await rows()).toEqual(ONE_OF_EACH);
    const kinds = await removals();
    expect(kinds).toHaveLength(8);
  });

  it("removes nothing of a tenant on legal hold, nor of another tenant, and nothing that is kept for ever", async () => {
    await everything();
    const all = await rows();
    await placeHold(env.DATABASE, { tenantId: tenant, actorId: "user-owner", at: NOW }, { name: "Case", reason: "r" });
    await turns(GENEROUS, 2);
    expect(await rows()).toEqual(all);
    await env.DATABASE.prepare("update legal_holds set lifted_at = 1 where tenant_id = ?1").bind(tenant).run();
    // Nor of one of which everything is being exported.
    await run("export", { status: "running", type: "x" });
    await plant("tenant_exports", { id: id("x"), run_id: id("export"), status: "writing" });
    await turns(GENEROUS, 2, NOW + DAY / 2);
    await env.DATABASE.prepare("delete from operation_runs where id = ?1").bind(id("export")).run();
    expect(await rows()).toEqual(all);
    const before = await readRetentionRules(env.DATABASE, tenant);
    const forever: RetentionRules = {
      ...before.rules,
      plans: null,
      snapshots: null,
      comparisons: null,
      runs: null,
      versions: null,
      changes: null,
      audit: null,
    };
    const change = { tenantId: tenant, actorId: "user-owner", at: NOW, before, rules: forever, removes: {} };
    expect(await writeRetentionRules(env.DATABASE, change)).toBe(true);
    expect(await writeRetentionRules(env.DATABASE, change)).toBe(false);
    await turns(GENEROUS, 2, NOW + DAY);
    expect(await rows()).toEqual(all);
    // Another tenant with the same age of things, whose turn it is, loses its own alone.
    const mine = tenant;
    tenant = (await seedTenant(`retention-neighbor-${seeds}`)).tenantId;
    seeds += 1_000;
    await everything();
    await turns(GENEROUS, 2, NOW + 2 * DAY);
    expect(await rows()).toEqual(ONE_OF_EACH);
    seeds -= 1_000;
    tenant = mine;
    expect(await rows()).toEqual(all);
  });

  it("gives every tenant its turn, those first that have waited longest", async () => {
    await everything();
    const busy = tenant;
    const waiting = (await seedTenant(`retention-waiting-${seeds}`)).tenantId;
    await env.DATABASE.prepare("insert into retention_turns (tenant_id, next_at) values (?1, 5), (?2, 6)")
      .bind(busy, waiting)
      .run();
    const next = (tenantId: string) =>
      env.DATABASE.prepare("select next_at from retention_turns where tenant_id = ?1").bind(tenantId).first("next_at");
    const one = { tenants: 1, things: 1, rows: 1 };
    await removeOldRecords(env, NOW, one);
    expect([await next(busy), await next(waiting)]).toEqual([NOW, 6]);
    await removeOldRecords(env, NOW, one);
    expect([await next(busy), await next(waiting)]).toEqual([NOW, NOW + DAY]);
  });
});
