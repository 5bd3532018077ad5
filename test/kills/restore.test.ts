/**
 * Real kills in the middle of a restore: the product as a user starts it, copies of a whole tenant's policies, and SIGKILL. A copy
 * that was asked for before a kill and whose answer nobody heard is looked for afterwards, never made again.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Product, productHome, type ProductHome } from "../support/product.ts";
import { restoreClient } from "../support/restore-client.ts";
import { controlOf } from "../support/simulator-server.ts";
import { sized } from "../support/thoroughness.ts";

const TENANT = "contoso";
const PREFIX = "Killed - ";

let home: ProductHome;
let product: Product;

beforeAll(async () => {
  home = await productHome();
  product = await home.start();
});
afterAll(async () => {
  await product?.stop();
  home?.remove();
});

const api = () => restoreClient(product.url, TENANT);

describe("hard kills of a restore", () => {
  it("make each copy once, with exact counts, however often the run was killed", async () => {
    const backupSetId = await api().backedUp("Before the kills");
    const request = { backupSetId, mode: "create", namePrefix: PREFIX, assignments: true } as const;
    const { plan, items } = await api().preview(request);
    const wanted = items.filter(({ action }) => action === "create");
    expect(wanted.length).toBeGreaterThan(20);

    const { run } = await api().start("policy.restore", api().approved(plan));
    for (const processed of sized([8], [2, 12, 25])) {
      expect(await api().underWay(run.id, processed, 50)).toBeLessThan(items.length);
      await product.kill();
      product = await home.start();
    }
    const ended = await api().completed(run.id, 400_000);
    const failures = (await api().results(run.id)).filter(({ outcome }) => outcome === "failed");
    expect(failures, product.output()).toEqual([]);
    const skipped = items.length - wanted.length;
    expect(ended).toMatchObject({
      outcome: "succeeded",
      summaryCounts: { total: items.length, processed: items.length, created: wanted.length, failed: 0, skipped },
      result: { kind: "restore-plan", id: plan.id },
    });
    expect(await api().proof(run.id)).toMatchObject({ drift: false, projectionPending: false });

    const copies = (await controlOf(product.simulatorUrl).policies(TENANT)).filter(({ name }) =>
      name?.startsWith(PREFIX),
    );
    expect(copies.map(({ family, name }) => `${family} ${name}`).toSorted()).toEqual(
      wanted.map(({ family, name }) => `${family} ${PREFIX}${name}`).toSorted(),
    );
    const results = await api().results(run.id);
    expect(new Set(results.flatMap(({ targetId }) => targetId ?? [])).size).toBe(wanted.length);
  }, 900_000);
});
