/** What a run keeps to while people change the standard and what holds for the tenant: a comparison and a deployment are of one version and one set of choices. */
import { expect, it } from "vitest";
import type { z } from "zod";
import { followedPolicyListSchema, followingSchema, standardDetailSchema } from "../../src/contract/standards.ts";
import { comparisonIdOf } from "../../src/database/baselines/comparison-work.ts";
import { deploymentSetId } from "../../src/database/standards/deployment-sets.ts";
import { baselineCompare } from "../../src/operations/baseline-compare/baseline-compare.ts";
import { restorePreview } from "../../src/operations/policy-restore/restore-preview.ts";
import { readPayload } from "../../src/storage/payload-store.ts";
import { planIdOf } from "../../src/database/restore/restore-plan-building.ts";
import { readPlan } from "../../src/database/restore/restore-plans.ts";
import type { BaselineTenant } from "../operations/baseline-tenant.ts";
import { setting, settingsCatalogPolicy } from "../operations/simulated-tenant.ts";
import { dying } from "../operations/policy-restore/crashes.ts";
import { env } from "../support/environment.ts";
import { drive } from "../support/drive-phases.ts";
import { runReference } from "../support/run-reference.ts";
import { IN_WHOLE } from "../support/thoroughness.ts";
import { call, findings, followed, home, otherTenant } from "./standards.ts";

/** More than one step takes. */
const MORE_POLICIES = 61;

type Following = z.infer<typeof followingSchema>;

/** Two versions of a standard, and a tenant that follows the first of them. In the second, a policy is gone, one is changed, and one is new. */
async function twoVersions(): Promise<{ tenant: BaselineTenant; following: Following; keys: Record<string, string> }> {
  const from = await home();
  const { simulated } = from.tenant;
  const { items } = (await simulated.control("GET", "/policies?family=settingsCatalog")) as {
    items: { id: string; name: string }[];
  };
  for (const { id, name } of items) {
    if (name === "Disks") await simulated.control("DELETE", `/policies/settingsCatalog/${id}`);
    else await simulated.edit("settingsCatalog", id, {}, { settings: [setting("homepage", "https://two.example")] });
  }
  await simulated.add("settingsCatalog", settingsCatalogPolicy("New"), { settings: [setting("new", "1")] });
  await simulated.sync();
  const tenant = await otherTenant();
  const following = await followed(tenant, from);
  const { baseline } = await from.tenant.capture("Second", ["settingsCatalog"]);
  const source = { kind: "baseline", id: baseline.id };
  await call(from.tenant, "POST", `/standards/${from.standardId}/versions`, { source }, standardDetailSchema);
  const path = `/followed-standards/${following.id}/policies`;
  const shown = await call(tenant, "GET", path, undefined, followedPolicyListSchema);
  return { tenant, following, keys: Object.fromEntries(shown.items.map(({ name, key }) => [name, key])) };
}

/** Now the one, now the other: another version, and other choices. */
function changing({ tenant, following, keys }: Awaited<ReturnType<typeof twoVersions>>) {
  let turn = 0;
  return async () => {
    turn += 1;
    const first = {
      version: 1,
      parameters: { intranet: `intranet-${turn}.example` },
      skipped: [keys["Corporate"]],
      overlays: [{ policy: keys["Disks"], pointer: "/description", value: `${turn}` }],
    };
    const second = { version: 2, parameters: {}, skipped: [keys["Browser"]], overlays: [] };
    const path = `/followed-standards/${following.id}`;
    await call(tenant, "PATCH", path, turn % 2 === 1 ? second : first, followingSchema);
  };
}

const FOUND = ["changed Our browser", "removed Corporate", "removed Disks"];

it("compares with what held when it began, whatever is chosen between its steps, and says which version that was", async () => {
  const world = await twoVersions();
  const { tenant, following } = world;
  const change = changing(world);
  const run = tenant.run("compare");
  let changes = 0;
  const end = await drive(baselineCompare, run, { baselineId: following.id }, tenant.context(), async ({ kind }) => {
    if (kind !== "continue") return;
    changes += 1;
    await change();
  });
  expect(end).toMatchObject({ kind: "done", outcome: "succeeded" });
  expect(changes).toBeGreaterThan(6);
  expect(await findings(tenant, comparisonIdOf(run.runId))).toEqual(FOUND);
  expect(await tenant.comparison(comparisonIdOf(run.runId))).toMatchObject({ standardVersion: 1 });
  // As the first version has it, with the value that the tenant had given.
  const [changed] = (await tenant.foundBy(comparisonIdOf(run.runId))).filter(({ kind }) => kind === "changed");
  const told = JSON.stringify(changed === undefined ? null : await tenant.changesOf(changed));
  expect(told).toContain("popups");
  expect(told).not.toContain("homepage");

  const path = `/followed-standards/${following.id}`;
  await call(tenant, "PATCH", path, { version: 2, skipped: [], overlays: [] }, followingSchema);
  const { comparison } = await tenant.compare(following.id);
  expect(comparison).toMatchObject({ standardVersion: 2 });
  const open = (await tenant.foundBy(comparison.id)).filter(({ status }) => status === "open");
  expect(open.map(({ kind, name }) => `${kind} ${name}`).toSorted()).toEqual(["changed Our browser", "removed New"]);
});

/** The policies of a deployment's set, with what tells its version and choices. */
async function setOf(tenant: BaselineTenant, runId: string): Promise<string[]> {
  const { results } = await env.DATABASE.prepare(
    "select name, content_hash as hash from backup_set_items where backup_set_id = ? order by name",
  )
    .bind(deploymentSetId(runId))
    .all<{ name: string; hash: string }>();
  return Promise.all(
    results.map(async ({ name, hash }) => {
      const payload = await readPayload(env.ARTIFACTS, tenant.key.id, hash);
      return `${name} ${/https:[^"]*/.exec(payload.kind === "found" ? payload.text : payload.kind)?.[0] ?? ""}`.trim();
    }),
  );
}

const asked = (following: Following) =>
  restorePreview.inputSchema.parse({ followingId: following.id, mode: "update", assignments: false });

it("prepares a deployment of one version and one set of choices, also over several steps", async () => {
  const world = await twoVersions();
  const { tenant, following } = world;
  await env.DATABASE.prepare(
    `with recursive n(i) as (select 1 union all select i + 1 from n where i < ?2)
     insert into standard_policies (standard_id, number, key, tenant_id, family, graph_id, name, sort_name, platform, odata_type, content_hash)
     select p.standard_id, 1, printf('%s %03d', p.key, n.i), p.tenant_id, p.family, printf('%s %03d', p.graph_id, n.i), p.name, p.sort_name, p.platform,
            p.odata_type, p.content_hash
       from standard_policies p, n where p.standard_id = ?1 and p.number = 1 and p.name = 'Browser'`,
  )
    .bind(following.standard.id, MORE_POLICIES)
    .run();
  const run = tenant.run("preview");
  const change = changing(world);
  let prepared = 0;
  const end = await drive(restorePreview, run, asked(following), tenant.context(), async (answer) => {
    if (answer.kind !== "continue") return;
    if (answer.cursor.includes("prepare")) prepared += 1;
    await change();
  });
  expect(end).toMatchObject({ kind: "done" });
  expect(prepared).toBe(2);
  expect(await setOf(tenant, run.runId)).toEqual([
    ...Array.from({ length: MORE_POLICIES + 1 }, () => "Browser https://intranet.fabrikam.example/start"),
    "Corporate",
    "Disks",
  ]);
  const plan = await readPlan(env.DATABASE, tenant.key.id, planIdOf(run.runId));
  expect(plan?.options.standard).toMatchObject({ version: 1 });
});

it.runIf(IN_WHOLE)(
  "prepares the same deployment wherever it is cut off, at each call to D1, R2 and Graph, while what holds is changed",
  async () => {
    const world = await twoVersions();
    const { tenant, following } = world;
    const change = changing(world);
    const path = `/followed-standards/${following.id}`;
    const atFirst = { version: 1, parameters: following.parameters, skipped: [], overlays: [] };
    let calls = Number.POSITIVE_INFINITY;
    let restarted = 0;
    for (let at = 1; at <= calls; at += 1) {
      for (const when of ["before", "after"] as const) {
        await call(tenant, "PATCH", path, atFirst, followingSchema);
        const run = tenant.run("preview");
        let cursor: string | null = null;
        let version = 1;
        const step = async (context: ReturnType<typeof tenant.context>) => {
          const reference = { ...runReference(tenant.key.id, run.runId, { tenantSlug: tenant.key.slug }), cursor };
          const answer = await restorePreview.advance(reference, asked(following), context);
          if (answer.kind === "wait") throw new Error("died");
          if (answer.kind !== "continue") throw new Error(JSON.stringify(answer));
          ({ cursor } = answer);
          return answer.cursor.includes('"prepare"');
        };
        const made = await dying(tenant.context(), { at, when }, async (context) => {
          while (await step(context));
        });
        if (made < at) calls = at - 1;
        else {
          // Before the first step has ended nothing is begun, and it begins with what holds then.
          if (cursor === null) {
            version = 2;
            restarted += 1;
          }
          await change();
          if (cursor === null) await call(tenant, "PATCH", path, { version: 2, skipped: [] }, followingSchema);
          while (await step(tenant.context()));
        }
        const where = `${when} call ${at}`;
        const wanted = {
          1: ["Browser https://intranet.fabrikam.example/start", "Corporate", "Disks"],
          2: ["Browser https://two.example", "New"],
        }[version];
        expect(await setOf(tenant, run.runId), where).toEqual(wanted);
        const plan = await readPlan(env.DATABASE, tenant.key.id, planIdOf(run.runId));
        expect(plan?.options.standard, where).toMatchObject({ version });
      }
    }
    expect(calls).toBeGreaterThan(12);
    expect(restarted).toBeGreaterThan(4);
  },
  240_000,
);
