/**
 * 600 policies restored as copies, throttled as Graph throttles, one family of them under Multi Admin Approval, whose requests are approved
 * when half of the run is done. Waits in earnest, about ten minutes: `npm run test:thorough -- test/e2e/restore-approval.test.ts`. The
 * short form is test/witness/approved-half-way.workers.test.ts.
 */
import { describe, expect, inject, it } from "vitest";
import { restoreClient } from "../support/restore-client.ts";
import { controlOf } from "../support/simulator-server.ts";
import { sized } from "../support/thoroughness.ts";
import { TENANTS } from "./tenants.ts";

const TENANT = TENANTS.approvals.slug;
const POLICIES = 600;
const PREFIX = "Copy of ";
const GUARDED = "settingsCatalog";
const LIMIT_MS = 1_500_000;

const product = inject("product");

describe.runIf(sized(false, true))("a restore of 600 policies under Graph's own throttling", () => {
  it(
    "that is approved half-way counts exactly and makes nothing twice",
    async () => {
      const api = restoreClient(product.url, TENANT);
      const control = controlOf(product.simulatorUrl);
      await control.createTenant(TENANT, { policies: POLICIES, seed: "fabrikam", throttling: "real" });
      const backupSetId = await api.backedUp("Before the copies", LIMIT_MS);
      const { plan, items } = await api.preview({
        backupSetId,
        mode: "create",
        namePrefix: PREFIX,
        assignments: true,
        conditionalAccess: "as-is",
      });
      expect(items.length).toBeGreaterThanOrEqual(POLICIES);
      const wanted = items.filter(({ action }) => action === "create");
      const guarded = wanted.filter(({ family }) => family === GUARDED);
      await control.configure(TENANT, { approvalFamilies: [GUARDED] });
      await control.clearCounters(TENANT);

      const startedAt = Date.now();
      const { run } = await api.start("policy.restore", api.approved(plan));
      const open = async () => (await control.approvals(TENANT)).filter(({ status }) => status === "needsApproval");
      const processed: number[] = [];
      let approvedAt: number | null = null;
      let now = await api.run(run.id);
      for (; now.status !== "completed"; now = await api.run(run.id)) {
        expect(Date.now() - startedAt, "the run takes too long").toBeLessThan(LIMIT_MS);
        const done = now.summaryCounts.processed ?? 0;
        processed.push(done);
        if (done >= items.length / 2) approvedAt ??= done;
        // Of the guarded family nothing is done before; then each request is approved, those of its assignments as well.
        if (approvedAt === null)
          expect(now.summaryCounts.created ?? 0).toBeLessThanOrEqual(wanted.length - guarded.length);
        else for (const { id } of await open()) await control.decideApproval(TENANT, id, "approve");
        await new Promise((resolve) => setTimeout(resolve, 1_000));
      }

      expect(approvedAt).not.toBeNull();
      expect(processed).toEqual(processed.toSorted((one, other) => one - other));
      const failures = (await api.results(run.id)).filter(({ outcome }) => outcome === "failed");
      expect(failures.map(({ family, name, reason }) => [family, name, reason])).toEqual([]);
      expect(now).toMatchObject({
        outcome: "succeeded",
        summaryCounts: {
          total: items.length,
          processed: items.length,
          created: wanted.length,
          skipped: items.length - wanted.length,
          failed: 0,
        },
      });
      expect(await api.proof(run.id)).toMatchObject({ drift: false, projectionPending: false });
      const copies = (await control.policies(TENANT)).filter(({ name }) => name?.startsWith(PREFIX));
      expect(copies.map(({ family, name }) => `${family} ${name}`).toSorted()).toEqual(
        wanted.map(({ family, name }) => `${family} ${PREFIX}${name}`).toSorted(),
      );
      const results = await api.results(run.id);
      expect(new Set(results.flatMap(({ targetId }) => targetId ?? [])).size).toBe(wanted.length);
      // Each guarded write was asked for once: a creation each, and an assignment of those that are assigned.
      const requests = await control.approvals(TENANT);
      expect(requests.filter(({ status }) => status !== "completed")).toEqual([]);
      expect(requests.length).toBeGreaterThanOrEqual(guarded.length);
      expect(requests.length).toBeLessThanOrEqual(2 * guarded.length);
      const { totals } = await control.counters(TENANT);
      expect(totals.throttled).toBeGreaterThan(0);
      console.log(
        `${wanted.length} of ${items.length} copies in ${Math.round((Date.now() - startedAt) / 1_000)} s: approved from ${approvedAt} on, ` +
          `${requests.length} approvals for ${guarded.length} guarded policies, ${totals.writes} writes, ${totals.reads} reads, ${totals.throttled} throttled`,
      );
    },
    2 * LIMIT_MS,
  );
});
