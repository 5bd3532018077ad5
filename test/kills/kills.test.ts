/**
 * Real kills: the product as a user starts it (with the bench build's operation, whose effects can be counted), runs of many
 * units, and SIGKILL at random moments.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { apiClient } from "../support/api-client.ts";
import { type Product, productHome, type ProductHome } from "../support/product.ts";
import { IN_WHOLE, sized } from "../support/thoroughness.ts";

const ROUNDS = Number(process.env["TENANTATLAS_KILLS"] ?? (IN_WHOLE ? sized(3, 10) : 1));
const SEED = Number(process.env["TENANTATLAS_KILL_SEED"] ?? Date.now() % 1_000_000);
/** Of three rounds in turn, those that kill everything and start anew; the others kill the runtimes alone. */
const WHOLE = sized([1], [0, 1]);
const UNITS = sized(500, 2_000);

const effectsSchema = z.object({
  rows: z.int(),
  lowestOrdinal: z.int().nullable(),
  highestOrdinal: z.int().nullable(),
});

let home: ProductHome;
let product: Product;

beforeAll(async () => {
  home = await productHome({ TENANTATLAS_WORKER_CONFIG: "bench/wrangler.toml" });
  product = await home.start();
});
afterAll(async () => {
  await product?.stop();
  home?.remove();
});

/** A small seeded generator, so that a failing sequence of moments can be played again. */
function moments(seed: number): () => number {
  let state = seed + 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

async function effects(runId: string): Promise<z.infer<typeof effectsSchema>> {
  return effectsSchema.parse(await (await fetch(`${product.url}/bench/effects/${runId}`)).json());
}

describe("hard kills", () => {
  it(`leaves every run of ${UNITS} units exact, its effects present once, after ${ROUNDS} kills (seed ${SEED})`, async () => {
    const next = moments(SEED);
    const runs: string[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const input = { units: UNITS, unitMs: 4, listed: round % 2 === 1, tag: `round-${round}` };
      const { run } = await apiClient(product.url, "contoso").start("bench.effects", input);
      runs.push(run.id);
      await sleep(200 + next() * sized(600, 2_500));
      if (!WHOLE.includes(round % 3)) {
        await home.killRuntimes();
      } else {
        await product.kill();
        product = await home.start();
      }
    }
    const api = apiClient(product.url, "contoso");
    for (const runId of runs) {
      const run = await api.completed(runId, 180_000);
      expect(run, product.output()).toMatchObject({
        outcome: "succeeded",
        summaryCounts: { total: UNITS, processed: UNITS, succeeded: UNITS, failed: 0, skipped: 0, created: UNITS },
      });
      expect(await api.proof(runId)).toMatchObject({
        ledger: { total: UNITS, processed: UNITS, succeeded: UNITS },
        projection: { processed: UNITS },
        drift: false,
        projectionPending: false,
      });
      expect(await effects(runId)).toMatchObject({ rows: UNITS, lowestOrdinal: 0, highestOrdinal: UNITS - 1 });
    }
  }, 900_000);
});
