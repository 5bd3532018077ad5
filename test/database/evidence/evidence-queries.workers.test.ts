import { beforeAll, describe, expect, it } from "vitest";
import {
  countRuns,
  listPolicyFacts,
  listRunFacts,
  readBackupCoverage,
  readOpenFindings,
} from "../../../src/database/evidence/evidence-facts.ts";
import {
  listItems,
  listLeaves,
  listStoredItems,
  readItemPlace,
} from "../../../src/database/evidence/evidence-items.ts";
import { deleteItems, insertItems } from "../../../src/database/evidence/evidence-recording.ts";
import {
  closeSnapshot,
  listSnapshots,
  newestCompleteSnapshotId,
  openSnapshot,
  readSnapshot,
} from "../../../src/database/evidence/evidence-snapshots.ts";
import { encodeOpaque } from "../../../src/database/sql/opaque-id.ts";
import { queryPlans } from "../../support/query-plans.ts";
import { seedTenant } from "../../support/tenants.ts";
import { env } from "../../support/environment.ts";
import type { TenantDatabase } from "../../../src/database/databases.ts";

const DATABASE = env.DATABASE;
const TENANT = { id: "", slug: "" };

beforeAll(async () => {
  const seeded = await seedTenant("evidence-queries");
  Object.assign(TENANT, { id: seeded.tenantId, slug: seeded.tenantSlug });
});

const span = () => ({ tenantId: TENANT.id, from: 0, until: 1, except: "run", limit: 10 });

describe("every query of evidence goes by an index", () => {
  // Elements of a JSON value (virtual tables) and of subqueries are gone through; tables are not.
  const NO_SCAN = /\bSCAN (?!(\(subquery|i\b|json_each|j\b|\w+ VIRTUAL TABLE))/;
  const rows: [string, (database: TenantDatabase) => Promise<unknown>, RegExp[]][] = [
    [
      "policies of a page of the plan",
      (database) => listPolicyFacts(database, TENANT.id, { family: "a", graphId: "b" }, 10),
      [/sqlite_autoindex_policies_1/],
    ],
    ["operations of a span", (database) => listRunFacts(database, span()), [/operation_runs_by_tenant/]],
    ["counts of operations of a span", (database) => countRuns(database, span()), [/operation_runs_by_tenant/]],
    [
      "backup coverage",
      (database) => readBackupCoverage(database, TENANT.id, 10),
      [/backup_set_items_of_policy/, /backup_set_items_of_policy/, /backup_set_items_by_policy/],
    ],
    [
      "open findings",
      (database) => readOpenFindings(database, { tenantId: TENANT.id, at: 1, limit: 10 }),
      [/baseline_findings_unresolved/, /baseline_findings_unresolved/],
    ],
    [
      "snapshots, newest first",
      (database) => listSnapshots(database, TENANT, { cursor: null, limit: 10 }),
      [/evidence_snapshots_by_tenant/],
    ],
    ["one snapshot", (database) => readSnapshot(database, TENANT, "s"), [/sqlite_autoindex_evidence_snapshots_1/]],
    [
      "the newest complete snapshot",
      (database) => newestCompleteSnapshotId(database, TENANT.id),
      [/evidence_snapshots_by_tenant/],
    ],
    ["leaves", (database) => listLeaves(database, "s", "", 10), [/sqlite_autoindex_evidence_items_1/]],
    ["documents", (database) => listStoredItems(database, "s", "", 10), [/sqlite_autoindex_evidence_items_1/]],
    [
      "one document",
      (database) => readItemPlace(database, "s", encodeOpaque("k")),
      [/sqlite_autoindex_evidence_items_1/],
    ],
    [
      "deleting items",
      (database) => deleteItems(database, "s"),
      [/sqlite_autoindex_evidence_items_1/, /sqlite_autoindex_evidence_snapshots_1/],
    ],
  ];
  it.each(rows)("%s", async (_title, work, indexes) => {
    const plans = await queryPlans(DATABASE, work);
    expect(plans.length).toBe(indexes.length);
    plans.forEach(({ plan }, at) => {
      expect(plan).toMatch(indexes[at] ?? /never/);
      expect(plan).not.toMatch(NO_SCAN);
    });
  });
});

async function snapshotOf(titles: readonly string[], id: string): Promise<void> {
  await openSnapshot(DATABASE, { id, tenantId: TENANT.id, runId: `run_${id}`, takenAt: 1, initiatorId: null });
  await insertItems(
    DATABASE,
    "0".repeat(64),
    titles.map((title, at) => ({
      snapshotId: id,
      key: `policy/compliance/${String(at).padStart(5, "0")}`,
      title,
      exception: null,
      contentHash: null,
      contentBytes: null,
      itemHash: "00",
      itemBytes: 2,
      auditPlace: null,
    })),
  );
}

describe("searching a snapshot's items", () => {
  it("finds titles in any case and script, page after page, however far apart they are", async () => {
    const titles = Array.from({ length: 2_500 }, (_, at) => (at % 1_200 === 7 ? `ÄPFEL ${at}` : `Policy ${at}`));
    await snapshotOf(titles, "evs_search");
    const found: string[] = [];
    let cursor: string | null = null;
    do {
      const request = { snapshotId: "evs_search", kind: null, exceptions: null, query: "äpfel", cursor, limit: 2 };
      const page = await listItems(DATABASE, request);
      expect(page.items.length).toBeLessThanOrEqual(2);
      found.push(...page.items.map(({ title }) => title));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(found).toEqual(["ÄPFEL 7", "ÄPFEL 1207", "ÄPFEL 2407"]);
  });

  it("ends without a cursor when the last match ends the page", async () => {
    await snapshotOf(["one", "two", "one more"], "evs_end");
    const request = { snapshotId: "evs_end", kind: null, exceptions: null, query: "ONE", cursor: null, limit: 2 };
    expect(await listItems(DATABASE, request)).toMatchObject({
      items: [{ title: "one" }, { title: "one more" }],
      nextCursor: null,
    });
  });
});

describe("deleting a snapshot's items", () => {
  const count = async (id: string) => (await listLeaves(DATABASE, id, "", 10_000)).length;

  it("takes those of an incomplete one, all of them, and may be repeated", async () => {
    await snapshotOf(
      Array.from({ length: 1_300 }, (_, at) => `Policy ${at}`),
      "evs_gone",
    );
    await closeSnapshot(DATABASE, "evs_gone", { status: "incomplete" });
    await deleteItems(DATABASE, "evs_gone");
    await deleteItems(DATABASE, "evs_gone");
    expect(await count("evs_gone")).toBe(0);
  });

  it("leaves those of a complete one and of one that is being taken", async () => {
    await snapshotOf(["one", "two"], "evs_whole");
    await deleteItems(DATABASE, "evs_whole");
    expect(await count("evs_whole")).toBe(2);
    const end = { at: 1, itemCount: 2, exceptionCount: 0, merkleRoot: "00" };
    await closeSnapshot(DATABASE, "evs_whole", { status: "complete", ...end });
    await deleteItems(DATABASE, "evs_whole");
    expect(await count("evs_whole")).toBe(2);
  });
});
