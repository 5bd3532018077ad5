import { beforeAll, describe, expect, it, vi } from "vitest";
import {
  RETENTION_KEYS,
  RETENTION_KINDS,
  type RetentionKind,
  type RetentionPreview,
  type RetentionRules,
  STANDARD_RULES,
} from "../../src/contract/retention.ts";
import { removeOldRecords, REMOVAL_LIMITS } from "../../src/runs/edge/remove-old-records.ts";
import { post, problemOf, request, seedDemoData } from "./demo.ts";
import { env } from "../support/environment.ts";

const RETENTION = "/api/tenants/contoso/retention";
const DAY = 86_400_000;

beforeAll(seedDemoData);

const rulesOf = async (slug = "contoso"): Promise<unknown> =>
  (await request(`/api/tenants/${slug}/retention`, { as: "readonly" })).json();

async function previewed(rules: RetentionRules): Promise<RetentionPreview> {
  const response = await post(`${RETENTION}/preview`, { rules }, { as: "manager" });
  expect(response.status).toBe(200);
  return response.json();
}

const saved = (rules: RetentionRules, { at, hash }: Pick<RetentionPreview, "at" | "hash">) =>
  post(RETENTION, { rules, preview: { at, hash } }, { as: "manager" });

async function plantRun(runId: string, days: number): Promise<void> {
  const at = Date.now() - days * DAY;
  await env.DATABASE.prepare(
    `insert into operation_runs (id, tenant_id, type, status, outcome, input, identity, created_at, completed_at, updated_at)
     values (?1, 'tenant-contoso', 'backup-set.delete', 'completed', 'succeeded', '{}', ?1, ?2, ?2, ?2)`,
  )
    .bind(runId, at)
    .run();
}

describe("how long records are kept", () => {
  it("is the standard until somebody chooses, and each standard can be chosen", async () => {
    expect(await rulesOf()).toEqual({ rules: STANDARD_RULES });
    for (const key of RETENTION_KEYS) {
      const { standard, lowest, highest, forever }: RetentionKind = RETENTION_KINDS[key];
      expect({ key, ok: standard === null ? forever : standard >= lowest && standard <= highest }).toEqual({
        key,
        ok: true,
      });
    }
  });

  it("is changed by what was previewed, which counts exactly; the log has before and after", async () => {
    await plantRun("run_old", 60);
    await plantRun("run_new", 1);
    const rules = { ...STANDARD_RULES, runs: 40, snapshots: null, reviewPacks: 30 };
    const preview = await previewed(rules);
    expect(preview.kinds.map(({ kind }) => kind)).toEqual(RETENTION_KEYS);
    const of = (kind: string) => preview.kinds.find((each) => each.kind === kind);
    expect(of("runs")).toEqual({
      kind: "runs",
      removes: 1,
      before: new Date(Date.parse(preview.at) - 40 * DAY).toISOString(),
    });
    expect(of("snapshots")).toEqual({ kind: "snapshots", removes: 0, before: null });
    expect(await rulesOf()).toEqual({ rules: STANDARD_RULES });

    expect(await (await saved(rules, preview)).json()).toEqual({ rules });
    expect(await rulesOf()).toEqual({ rules });
    expect(await rulesOf("fabrikam")).toEqual({ rules: STANDARD_RULES });
    // Packs have one setting, wherever it is read.
    expect(await (await request("/api/tenants/contoso/settings")).json()).toMatchObject({
      reviewPackRetentionDays: 30,
    });
    expect(await (await request("/api/tenants/contoso/audit-events?action=retention.change")).json()).toMatchObject({
      items: [{ actor: { id: "user-manager" }, detail: { rules, previous: STANDARD_RULES, removes: { runs: 1 } } }],
    });
    // What was shown is used up: the rules it began with are no more.
    expect(await problemOf(await saved(rules, preview))).toMatchObject({ status: 409, code: "preview_changed" });
  });

  it("is not changed when more would go than was shown, nor by another's preview, an old one, or one of the future", async () => {
    const rules = { ...STANDARD_RULES, runs: 35 };
    const preview = await previewed(rules);
    await plantRun("run_old_too", 61);
    const changed = { status: 409, code: "preview_changed" };
    expect(await problemOf(await saved(rules, preview))).toMatchObject(changed);
    expect(await problemOf(await saved({ ...rules, plans: 50 }, await previewed(rules)))).toMatchObject(changed);
    const elsewhere = await post("/api/tenants/fabrikam/retention/preview", { rules });
    expect(await problemOf(await saved(rules, await elsewhere.json()))).toMatchObject(changed);
    const again = await previewed(rules);
    const now = vi.spyOn(Date, "now").mockReturnValue(Date.parse(again.at) + 61 * 60_000);
    expect(await problemOf(await saved(rules, again))).toMatchObject(changed);
    now.mockReturnValue(Date.parse(again.at) - 1);
    expect(await problemOf(await saved(rules, again))).toMatchObject(changed);
    now.mockRestore();
    expect((await saved(rules, again)).status).toBe(200);
  });

  it.each<[string, Partial<RetentionRules>]>([
    ["runs", { runs: 30 }],
    ["audit", { audit: 399 }],
    ["plans", { plans: 1.5 }],
    ["versions", { versions: 4_000 }],
  ])("cannot be less or more than the table allows: %s", async (kind, rules) => {
    const response = await post(`${RETENTION}/preview`, { rules: { ...STANDARD_RULES, ...rules } });
    expect(await problemOf(response)).toMatchObject({ code: "invalid_input", fields: [{ path: `rules.${kind}` }] });
  });

  it("cannot be for ever of packs, nor be changed by operators", async () => {
    const forever = { ...STANDARD_RULES, reviewPacks: null };
    expect(await problemOf(await post(`${RETENTION}/preview`, { rules: forever }))).toMatchObject({ status: 400 });
    const asked = await post(`${RETENTION}/preview`, { rules: STANDARD_RULES }, { as: "operator" });
    expect(await problemOf(asked)).toMatchObject({ status: 403, code: "forbidden" });
  });

  it("leaves words where a link led: what was removed, and when; of what never was, or is another's, nothing", async () => {
    const address = "/api/tenants/contoso/operations";
    await plantRun("run_leaving", 800);
    expect((await request(`${address}/run_leaving`)).status).toBe(200);
    for (let turn = 0; turn < 2; turn += 1) await removeOldRecords(env, Date.now() + turn * DAY, REMOVAL_LIMITS);
    const day = /^This operation was removed on \d{4}-\d\d-\d\d by retention: its time was over\.$/;
    for (const path of ["run_leaving", "run_leaving/units", "run_leaving/proof"]) {
      expect(await problemOf(await request(`${address}/${path}`))).toMatchObject({
        status: 410,
        code: "removed_by_retention",
        detail: expect.stringMatching(day),
      });
    }
    expect(await problemOf(await post(`${address}/run_leaving/retry`, {}))).toMatchObject({ status: 410 });
    expect(await problemOf(await request(`${address}/run_never`))).toMatchObject({ status: 404 });
    const theirs = await request("/api/tenants/fabrikam/operations/run_leaving");
    expect(await problemOf(theirs)).toMatchObject({ status: 404, code: "not_found" });
  });
});
