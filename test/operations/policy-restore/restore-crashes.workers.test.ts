import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { policyRestore } from "../../../src/operations/policy-restore/policy-restore.ts";
import { setting, settingsCatalogPolicy, simulatedTenant, type SimulatedTenant } from "../simulated-tenant.ts";
import { type CrashPoint, crashingDatabase } from "./crashes.ts";
import { backedUp, counted, type Previewed, previewed, remove, restoreRun, resultsOf, toTheEnd } from "./restores.ts";

/** One policy that was changed and one that was deleted since the backup. */
async function damaged(): Promise<{ tenant: SimulatedTenant; preview: Previewed }> {
  const tenant = await simulatedTenant();
  const add = (name: string) =>
    tenant.add("settingsCatalog", settingsCatalogPolicy(name), { settings: [setting("s", "1")] });
  const changed = await add("Changed");
  const deleted = await add("Deleted");
  const backupSetId = await backedUp(tenant, ["settingsCatalog"]);
  await tenant.edit("settingsCatalog", changed, {}, { settings: [setting("s", "2")] });
  await remove(tenant, "settingsCatalog", deleted);
  return { tenant, preview: await previewed(tenant, { backupSetId }) };
}

async function names(tenant: SimulatedTenant): Promise<string[]> {
  const { items } = z
    .object({ items: z.array(z.object({ name: z.string() })) })
    .parse(await tenant.control("GET", "/policies?family=settingsCatalog"));
  return items.map(({ name }) => name).toSorted();
}

/** The run, with D1 failing once on the way, then taken to its end as if nothing had been. */
async function withCrash(crash: CrashPoint | null) {
  const { tenant, preview } = await damaged();
  const run = await restoreRun(tenant, preview);
  const { database, asked } = crashingDatabase(env.DATABASE, crash);
  const context = tenant.context();
  const crashing = { ...context, env: { ...context.env, DATABASE: database } };
  for (const task of run.tasks) await policyRestore.execute(task, crashing);
  const end = await toTheEnd(tenant, run);
  return { tenant, end, asked: asked() };
}

describe("A restore whose storage fails at any one statement", () => {
  it("writes each policy once, with exact counts, wherever it was", async () => {
    const { asked, end } = await withCrash(null);
    expect(counted(end.results)).toEqual({ created: 1, updated: 1, unchanged: 0, skipped: 0, failed: 0 });
    expect(asked).toBeGreaterThan(15);
    for (let at = 1; at <= asked; at += 1) {
      for (const when of ["before", "after"] as const) {
        const crashed = await withCrash({ at, when });
        const where = `${when} statement ${at}`;
        expect(await names(crashed.tenant), where).toEqual(["Changed", "Deleted"]);
        expect(counted(crashed.end.results), where).toEqual({
          created: 1,
          updated: 1,
          unchanged: 0,
          skipped: 0,
          failed: 0,
        });
        const results = await resultsOf(crashed.tenant, crashed.end.runId);
        expect(
          results.map(({ outcome }) => outcome),
          where,
        ).toEqual(["updated", "created"]);
      }
    }
  }, 300_000);
});
