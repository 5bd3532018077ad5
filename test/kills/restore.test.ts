/**
 * Real kills in the middle of a restore: the product as a user starts it, copies of a whole tenant's policies, and SIGKILL. A copy
 * that was asked for before a kill and whose answer nobody heard is looked for afterwards, never made again.
 */
import { readdirSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { type Product, productHome, type ProductHome } from "../support/product.ts";
import { restoreClient, toDo } from "../support/restore-client.ts";
import { controlOf } from "../support/simulator-server.ts";
import { IN_WHOLE, sized } from "../support/thoroughness.ts";

/** Of some 40 policies, or of some 600. */
const TENANT = sized("contoso", "fabrikam");
const LEAST_COPIES = sized(20, 500);
/** After how many units the run is killed: once, twice, or ten times. */
const KILLS_AFTER = IN_WHOLE ? sized([2, 20], [2, 60, 120, 180, 240, 300, 360, 420, 480, 540]) : [10];
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

const attemptSchema = z.object({
  ordinal: z.int(),
  seq: z.int(),
  policyId: z.string().nullable(),
  /** Null of an attempt that was begun and never ended. */
  outcome: z.string().nullable(),
});
type JournalAttempt = z.infer<typeof attemptSchema>;

/** The journal of a plan, as it lies in the product's databases. */
function journalOf(planId: string): JournalAttempt[] {
  const d1 = path.join(home.stateDirectory, "state", "v3", "d1");
  return readdirSync(d1, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    if (!entry.isFile() || !entry.name.endsWith(".sqlite") || entry.name === "metadata.sqlite") return [];
    const database = new DatabaseSync(path.join(entry.parentPath, entry.name), { readOnly: true });
    try {
      const rows = database
        .prepare(
          `select ordinal, seq, policy_id as policyId, json_extract(entry, '$.outcome.kind') as outcome
             from restore_journal where plan_id = ? order by ordinal, seq`,
        )
        .all(planId);
      return z.array(attemptSchema).parse(rows);
    } finally {
      database.close();
    }
  });
}

describe("hard kills of a restore", () => {
  it("make each copy once, with exact counts and a journal that says so, however often the run was killed", async () => {
    const backupSetId = await api().backedUp("Before the kills", 600_000);
    const request = { backupSetId, mode: "create", namePrefix: PREFIX, assignments: true } as const;
    const { plan, items } = await api().preview(request);
    const wanted = items.filter(({ action }) => action === "create");
    expect(wanted.length).toBeGreaterThan(LEAST_COPIES);

    const before = (await controlOf(product.simulatorUrl).policies(TENANT)).map(({ id }) => id).toSorted();
    const { run } = await api().start("policy.restore", api().approved(plan));
    const seen: number[] = [];
    for (const processed of KILLS_AFTER) {
      seen.push(await api().underWay(run.id, processed, 50));
      await product.kill();
      product = await home.start();
    }
    // Each kill fell into the middle.
    expect(Math.max(...seen)).toBeLessThan(items.length);
    const ended = await api().completed(run.id, 900_000);
    const results = await api().results(run.id);
    const failures = results.filter(({ outcome }) => outcome === "failed");
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
    const made = results.flatMap(({ targetId }) => targetId ?? []);
    expect(made.toSorted()).toEqual(copies.map(({ id }) => id).toSorted());

    // The journal has each copy once, under the item that it is of, and leaves no attempt open.
    const journal = journalOf(plan.id);
    const owned = journal.flatMap(({ ordinal, policyId }) => (policyId === null ? [] : [`${ordinal} ${policyId}`]));
    const told = results.flatMap(({ ordinal, targetId }) => (targetId === null ? [] : [`${ordinal} ${targetId}`]));
    expect(owned.toSorted()).toEqual(told.toSorted());
    expect(journal.filter(({ outcome }) => outcome === null)).toEqual([]);

    // And all of them are taken back by an undo that is killed as well: what was kept of them has survived.
    const undo = await api().undoPreview(run.id);
    expect(toDo(undo.items, "delete").length, JSON.stringify(undo.plan.actionCounts)).toBe(wanted.length);
    const undoing = (await api().start("policy.restore", api().approved(undo.plan))).run;
    await api().underWay(undoing.id, KILLS_AFTER[0] ?? 0, 50);
    await product.kill();
    product = await home.start();
    expect(await api().completed(undoing.id, 900_000)).toMatchObject({
      outcome: "succeeded",
      summaryCounts: { total: wanted.length, deleted: wanted.length, failed: 0, skipped: 0 },
    });
    const left = (await controlOf(product.simulatorUrl).policies(TENANT)).map(({ id }) => id).toSorted();
    expect(left).toEqual(before);
  }, 3_000_000);
});
