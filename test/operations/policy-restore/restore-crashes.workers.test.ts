import { describe, expect, it } from "vitest";
import { z } from "zod";
import { policyRestore } from "../../../src/operations/policy-restore/policy-restore.ts";
import { setting, settingsCatalogPolicy, simulatedTenant, type SimulatedTenant } from "../simulated-tenant.ts";
import { type CrashPoint, crashingDatabase } from "./crashes.ts";
import { backedUp, counted, type Previewed, previewed, remove, restoreRun, resultsOf, toTheEnd } from "./restores.ts";
import { env } from "../../support/environment.ts";
import { sized } from "../../support/thoroughness.ts";

const FAMILY = "settingsCatalog";
const NAMES = ["Changed", "Deleted"];

interface BackedUp {
  tenant: SimulatedTenant;
  backupSetId: string;
}

async function twoPolicies(): Promise<BackedUp> {
  const tenant = await simulatedTenant();
  for (const name of NAMES) await tenant.add(FAMILY, settingsCatalogPolicy(name), { settings: [setting("s", "1")] });
  return { tenant, backupSetId: await backedUp(tenant, [FAMILY]) };
}

async function policiesOf(tenant: SimulatedTenant): Promise<{ id: string; name: string }[]> {
  return z
    .object({ items: z.array(z.object({ id: z.string(), name: z.string() })) })
    .parse(await tenant.control("GET", `/policies?family=${FAMILY}`)).items;
}

/** Changes the one policy and deletes the other, as they were backed up or as they were last restored. */
async function damaged({ tenant, backupSetId }: BackedUp): Promise<Previewed> {
  for (const { id, name } of await policiesOf(tenant)) {
    if (name === "Changed") await tenant.edit(FAMILY, id, {}, { settings: [setting("s", "2")] });
    else await remove(tenant, FAMILY, id);
  }
  return previewed(tenant, { backupSetId });
}

/** The run, with D1 failing once on the way, then taken to its end as if nothing had been. */
async function withCrash(before: BackedUp, crash: CrashPoint | null) {
  const { tenant } = before;
  const run = await restoreRun(tenant, await damaged(before));
  const { database, asked } = crashingDatabase(env.DATABASE, crash);
  const context = tenant.context();
  const crashing = { ...context, env: { ...context.env, DATABASE: database } };
  for (const task of run.tasks) await policyRestore.execute(task, crashing);
  return { end: await toTheEnd(tenant, run), asked: asked() };
}

/** In the short form each statement fails at one of the moments, in turn. */
function momentsAt(statement: number): readonly CrashPoint["when"][] {
  return sized(statement % 2 === 0 ? ["before"] : ["after"], ["before", "after"]);
}

describe("A restore whose storage fails at any one statement", () => {
  it("writes each policy once, with exact counts, wherever it was", async () => {
    // Each restore makes of the damaged tenant again what was backed up: the next one finds what the first found.
    const before = await twoPolicies();
    const { asked, end } = await withCrash(before, null);
    expect(counted(end.results)).toEqual({ created: 1, updated: 1, deleted: 0, unchanged: 0, skipped: 0, failed: 0 });
    expect(asked).toBeGreaterThan(15);
    for (let at = 1; at <= asked; at += 1) {
      for (const when of momentsAt(at)) {
        const crashed = await withCrash(before, { at, when });
        const where = `${when} statement ${at}`;
        const names = (await policiesOf(before.tenant)).map(({ name }) => name);
        expect(names.toSorted(), where).toEqual(NAMES);
        expect(counted(crashed.end.results), where).toEqual({
          created: 1,
          updated: 1,
          deleted: 0,
          unchanged: 0,
          skipped: 0,
          failed: 0,
        });
        const results = await resultsOf(before.tenant, crashed.end.runId);
        expect(
          results.map(({ outcome }) => outcome),
          where,
        ).toEqual(["updated", "created"]);
      }
    }
    const last = await withCrash(before, null);
    expect(last.asked, "statements of a restore after all the others").toBe(asked);
  }, 300_000);
});
