/**
 * A sync of many tenants in one run, by the product as a user starts it: three tenants that are broken, one that Graph makes wait for
 * minutes, and SIGKILL to the runtime five times. Each tenant counts once, no number was ever untrue, and nothing was started twice.
 *
 * `TENANTATLAS_PORTFOLIO=200 npm run test:kills -- test/kills/portfolio.test.ts` is the size that the product promises.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { z } from "zod";
import {
  type PortfolioRun,
  portfolioRunSchema,
  type PortfolioTenant,
  portfolioTenantListSchema,
  startedPortfolioRunSchema,
} from "../../src/contract/portfolio.ts";
import { proofSchema, runListSchema } from "../../src/contract/runs.ts";
import { addTenants } from "../support/add-tenants.ts";
import { type Product, productHome, type ProductHome } from "../support/product.ts";
import { controlOf } from "../support/simulator-server.ts";
import { IN_WHOLE, sized } from "../support/thoroughness.ts";

const TENANTS = Number(process.env["TENANTATLAS_PORTFOLIO"] ?? sized(8, 40));
const KILLS = 5;
const POLICIES = 40;
/** Graph makes it wait for so long; kept short where there are few tenants. */
const THROTTLED_MS = TENANTS < 100 ? 30_000 : 180_000;

const slugs = Array.from({ length: TENANTS }, (_, at) => `tenant-${String(at + 1).padStart(3, "0")}`);
const [WITHOUT_PERMISSION = "", REFUSED = "", FAILING = "", THROTTLED = ""] = slugs;

let home: ProductHome;
let product: Product;

beforeAll(async () => {
  home = await productHome();
  await addTenants(
    home.stateDirectory,
    slugs.map((slug, at) => ({ slug, name: `Tenant ${String(at + 1).padStart(3, "0")}` })),
  );
  product = await home.start();
}, 240_000);
afterAll(async () => {
  await product?.stop();
  home?.remove();
});

async function send<T extends z.ZodType>(path: string, schema: T, body?: unknown): Promise<z.infer<T>> {
  const init =
    body === undefined
      ? {}
      : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(product.url + path, init);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return schema.parse(await response.json());
}

async function tenantsOf(id: string): Promise<PortfolioTenant[]> {
  const found: PortfolioTenant[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const page: z.infer<typeof portfolioTenantListSchema> = await send(
      `/api/me/portfolio-runs/${id}/tenants?limit=100${cursor === "" ? "" : `&cursor=${cursor}`}`,
      portfolioTenantListSchema,
    );
    found.push(...page.items);
    cursor = page.nextCursor;
  }
  return found;
}

/** The run as it is; null while the product is down. */
async function look(id: string): Promise<PortfolioRun | null> {
  try {
    return await send(`/api/me/portfolio-runs/${id}`, portfolioRunSchema);
  } catch {
    return null;
  }
}

describe.runIf(IN_WHOLE)("one sync of many tenants", () => {
  it(
    `counts ${TENANTS} of ${TENANTS}, three of them failed, exactly, through ${KILLS} kills`,
    { timeout: 3_000_000 },
    async () => {
      const control = controlOf(product.simulatorUrl);
      for (const slug of slugs) {
        await control.createTenant(slug, { policies: POLICIES, seed: slug, throttling: "off" });
      }
      await control.planFault(WITHOUT_PERMISSION, { status: 403 });
      await control.planFault(REFUSED, { status: 400 });
      await control.planFault(FAILING, { family: "roles", status: 403 });
      await control.planFault(THROTTLED, { status: 429, retryAfter: 10 });

      const begunAt = Date.now();
      const { run } = await send("/api/me/portfolio-runs", startedPortfolioRunSchema, {
        type: "inventory.sync",
        tenants: { kind: "list", tenants: slugs },
      });
      const seen: number[] = [];
      let kills = 0;
      let released = false;
      let beforeRelease = 0;
      for (;;) {
        const now = await look(run.id);
        if (now !== null) {
          const { total, processed } = now.summaryCounts;
          if (now.progress.kind === "counted") {
            expect([now.progress.total, total]).toEqual([TENANTS, TENANTS]);
            expect(now.progress.processed).toBe(processed);
          }
          if (processed !== undefined) seen.push(processed);
          if (now.status === "completed") break;
          // Spread over the tenants, so that they fall into beginnings, middles and ends.
          if (kills < KILLS && (processed ?? 0) >= (kills * (TENANTS - 1)) / KILLS) {
            kills += 1;
            await sleep(Math.random() * 2_000);
            await home.killRuntimes();
          }
          if (!released && Date.now() - begunAt > THROTTLED_MS) {
            released = true;
            beforeRelease = processed ?? 0;
            await control.clearFaults(THROTTLED);
          }
        }
        await sleep(300);
      }
      const end = await send(`/api/me/portfolio-runs/${run.id}`, portfolioRunSchema);
      const took = Math.round((Date.now() - begunAt) / 1_000);
      // oxlint-disable-next-line no-console -- what the long form measures
      console.log(`${TENANTS} tenants took ${took} s; ${beforeRelease} had ended while one was still throttled`);
      expect(end).toMatchObject({
        outcome: "partially_succeeded",
        progress: { text: `${TENANTS} of ${TENANTS} tenants: ${TENANTS - 3} succeeded, 3 failed` },
        summaryCounts: { total: TENANTS, processed: TENANTS, succeeded: TENANTS - 3, failed: 3, skipped: 0 },
        retryable: 3,
      });
      expect(kills).toBe(KILLS);
      // Never back, and never beyond.
      expect(seen).toEqual(seen.toSorted((one, other) => one - other));
      expect(await send(`/api/me/portfolio-runs/${run.id}/proof`, proofSchema)).toMatchObject({
        ledger: { total: TENANTS, processed: TENANTS, succeeded: TENANTS - 3, failed: 3 },
        projection: { processed: TENANTS },
        drift: false,
        projectionPending: false,
      });

      const tenants = await tenantsOf(run.id);
      expect(tenants.map(({ tenant }) => tenant?.slug)).toEqual(slugs);
      expect(
        tenants.filter(({ state }) => state !== "succeeded").map(({ tenant, reason }) => [tenant?.slug, reason?.code]),
      ).toEqual([
        [WITHOUT_PERMISSION, "run_failed"],
        [REFUSED, "run_failed"],
        [FAILING, "run_partly_failed"],
      ]);
      for (const { tenant, run: child, joined } of tenants) {
        expect([joined, child?.status]).toEqual([false, "completed"]);
        const { items } = await send(`/api/tenants/${tenant?.slug}/operations`, runListSchema);
        expect(items.map(({ id }) => id)).toEqual([child?.id]);
      }
      const whole = tenants.filter(({ state }) => state === "succeeded");
      for (const { run: child } of whole) expect(child?.summaryCounts).toMatchObject({ failed: 0, processed: 48 });
      // One that waits keeps no other waiting.
      expect(beforeRelease).toBeGreaterThan(0);
    },
  );
});
