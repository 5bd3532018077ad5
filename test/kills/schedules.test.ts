/** Schedules under real kills: begun by hand again and again while the product is killed, each occurrence comes to its end, and no step of it begins twice. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { backupSetListSchema } from "../../src/contract/backup-sets.ts";
import { runListSchema } from "../../src/contract/runs.ts";
import {
  type NewSchedule,
  occurrenceListSchema,
  scheduleListSchema,
  scheduleSchema,
} from "../../src/contract/schedules.ts";
import { apiClient } from "../support/api-client.ts";
import { type Product, productHome, type ProductHome } from "../support/product.ts";
import { IN_WHOLE, sized } from "../support/thoroughness.ts";
import { waitFor } from "../support/wait.ts";

const KILLS = sized(5, 15);
const SEED = Number(process.env["TENANTATLAS_KILL_SEED"] ?? Date.now() % 1_000_000);
const OWN = { pattern: "0 3 1 1 *", timeZone: "UTC", spreadMinutes: 0, missed: "skip", tellAfter: 1 } as const;
const SCHEDULES: NewSchedule[] = [
  { ...OWN, name: "Backup", steps: [{ type: "backup-set.add-policies" }, { type: "evidence.snapshot" }] },
  { ...OWN, name: "Backup alone", steps: [{ type: "backup-set.add-policies" }] },
  { ...OWN, name: "Evidence", steps: [{ type: "evidence.snapshot" }] },
];

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

/** Asks until the product answers: it may be down. */
async function ask(path: string, body?: object): Promise<unknown> {
  return waitFor(
    `an answer of ${path}`,
    async () => {
      try {
        const response = await fetch(`${product.url}/api/tenants/contoso${path}`, {
          headers: { "content-type": "application/json" },
          ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
        });
        return response.ok ? await response.json() : null;
      } catch {
        return null;
      }
    },
    120_000,
  );
}

describe.runIf(IN_WHOLE)("schedules under hard kills", () => {
  it(`begin each step once, and come to their end, after ${KILLS} kills (seed ${SEED})`, async () => {
    const api = apiClient(product.url, "contoso");
    await api.completed((await api.start("inventory.sync", {})).run.id);
    const before = runListSchema.parse(await ask("/operations?limit=100")).items.length;
    const ids: string[] = [];
    for (const schedule of SCHEDULES) ids.push(scheduleSchema.parse(await ask("/schedules", schedule)).id);
    let state = SEED + 1;
    const random = (below: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    for (let kill = 0; kill < KILLS; kill += 1) {
      // Whether they arrive, are begun, or are cut off: nobody asks again.
      const starts = ids.map((id) =>
        fetch(`${product.url}/api/tenants/contoso/schedules/${id}/run`, { method: "POST" }).catch(() => null),
      );
      await sleep(random(250));
      if (kill % 3 === 2) {
        await product.kill();
        product = await home.start();
      } else {
        await home.killRuntimes();
      }
      await Promise.all(starts);
    }
    // A sweep a minute begins what waits, and goes on where a step has ended.
    await waitFor(
      "all occurrences to end",
      async () => scheduleListSchema.parse(await ask("/schedules")).items.every(({ open }) => open === null),
      420_000,
      2_000,
    );
    const types: string[] = [];
    let occurrences = 0;
    for (const [index, id] of ids.entries()) {
      const steps = SCHEDULES[index]?.steps.map(({ type }) => type);
      for (const each of occurrenceListSchema.parse(await ask(`/schedules/${id}/occurrences?limit=100`)).items) {
        occurrences += 1;
        const words = `${SCHEDULES[index]?.name}, ${JSON.stringify(each)}`;
        const begun = each.runs.map(({ type }) => type);
        // One that was due while another was under way is told as skipped; a kill is nobody's failure.
        if (each.state === "skipped")
          expect([begun, each.reason], words).toEqual([[], "The one before had not ended."]);
        else expect([each.state, begun], words).toEqual(["succeeded", steps]);
        types.push(...begun);
      }
    }
    expect(occurrences).toBeGreaterThan(2);
    const runs = runListSchema.parse(await ask("/operations?limit=100")).items;
    expect(runs.length - before).toBe(types.length);
    const sets = backupSetListSchema.parse(await ask("/backup-sets?limit=100")).items;
    expect(sets).toHaveLength(types.filter((type) => type === "backup-set.add-policies").length);
    expect(sets.every(({ itemCount }) => itemCount > 0)).toBe(true);
  }, 900_000);
});
