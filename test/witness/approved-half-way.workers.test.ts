/**
 * Copies of a whole tenant's policies, throttled as Graph throttles, one family of them under Multi Admin Approval, behind the proxy. The
 * product's clock runs ahead while it waits for approvals.
 */
import { inject, expect, it } from "vitest";
import { z } from "zod";
import { simulatedTenant } from "../operations/simulated-tenant.ts";
import {
  backedUp,
  counted,
  inOrder,
  previewed,
  restoreRun,
  resultsOf,
  toTheEnd,
} from "../operations/policy-restore/restores.ts";
import { witnessed } from "../support/schema-proxy/witnessed.ts";

const PREFIX = "Copy of ";
const GUARDED = "settingsCatalog";
const approvalsSchema = z.object({ items: z.array(z.object({ id: z.string(), status: z.string() })) });
const namesSchema = z.object({ items: z.array(z.object({ family: z.string(), name: z.string().nullable() })) });

it(
  "A restore that is approved half-way, under Graph's own throttling, counts exactly and makes nothing twice",
  { timeout: 240_000 },
  async () => {
    const tenant = await simulatedTenant(40, {
      seed: "half-way",
      throttling: "real",
      graphUrl: inject("schemaProxyUrl"),
    });
    const backupSetId = await backedUp(tenant);
    const preview = await previewed(tenant, {
      backupSetId,
      mode: "create",
      namePrefix: PREFIX,
      conditionalAccess: "as-is",
    });
    const wanted = preview.items.filter(({ action }) => action === "create");
    const guarded = wanted.filter(({ family }) => family === GUARDED);
    expect(guarded.length).toBeGreaterThan(1);
    await tenant.control("PATCH", "?", { approvalFamilies: [GUARDED] });

    // All but what waits for an approval, and what comes after that.
    const run = await inOrder(tenant, await restoreRun(tenant, preview));
    const before = await resultsOf(tenant, run.runId);
    expect(before.filter(({ family }) => family !== GUARDED).length).toBeGreaterThan(preview.items.length / 2);
    expect(before.filter(({ family, outcome }) => family === GUARDED && outcome === "created")).toEqual([]);
    const asked = async () => approvalsSchema.parse(await tenant.control("GET", "/approvals")).items;
    expect(await asked()).toHaveLength(guarded.length);
    const waiting: number[] = [];
    const ended = await toTheEnd(tenant, run, tenant.context(), async () => {
      const open = (await asked()).filter(({ status }) => status === "needsApproval");
      waiting.push(open.length);
      for (const { id } of open) await tenant.control("POST", `/approvals/${id}/approve`);
    });

    expect(counted(ended.results)).toEqual({
      created: wanted.length,
      deleted: 0,
      updated: 0,
      unchanged: 0,
      skipped: preview.items.length - wanted.length,
      failed: 0,
    });
    const { items } = namesSchema.parse(await tenant.control("GET", "/policies"));
    const copies = items.filter(({ name }) => name?.startsWith(PREFIX));
    expect(copies.map(({ family, name }) => `${family} ${name}`).toSorted()).toEqual(
      wanted.map(({ family, name }) => `${family} ${PREFIX}${name}`).toSorted(),
    );
    // Each guarded write was asked for once: a creation each, and an assignment of those that are assigned.
    const requests = await asked();
    expect(requests.filter(({ status }) => status !== "completed")).toEqual([]);
    expect(requests.length).toBe(waiting.reduce((sum, each) => sum + each, 0));
    expect(requests.length).toBeGreaterThanOrEqual(guarded.length);
    expect(requests.length).toBeLessThanOrEqual(2 * guarded.length);
    expect((await witnessed(inject("schemaProxyUrl"), tenant.name)).refusals).toEqual([]);
  },
);
