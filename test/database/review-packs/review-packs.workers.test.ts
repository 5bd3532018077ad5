import { describe, expect, it } from "vitest";
import { listPackItems, listStoredItems, readPlaces } from "../../../src/database/evidence/evidence-items.ts";
import { listParts, listSegments } from "../../../src/database/review-packs/review-pack-staging.ts";
import { listPacks, listPacksToSweep, readPack } from "../../../src/database/review-packs/review-packs.ts";
import { queryPlans } from "../../support/query-plans.ts";
import { env } from "../../support/environment.ts";
import type { TenantDatabase } from "../../../src/database/databases.ts";

const tenant = { id: "tenant", slug: "tenant" };

describe("queries of review packs", () => {
  it.each([
    [
      "packs, newest first",
      (database: TenantDatabase) => listPacks(database, tenant, { cursor: null, limit: 50 }),
      ["review_packs_by_tenant"],
    ],
    ["a pack", (database: TenantDatabase) => readPack(database, tenant, "pack"), ["sqlite_autoindex_review_packs_1"]],
    [
      "packs whose time is over, and packs that nobody finishes",
      (database: TenantDatabase) => listPacksToSweep(database, 0, 50),
      ["review_packs_to_expire", "review_packs_writing"],
    ],
    [
      "a pack's segments",
      (database: TenantDatabase) => listSegments(database, "pack"),
      ["sqlite_autoindex_review_pack_segments_1"],
    ],
    [
      "an upload's parts",
      (database: TenantDatabase) => listParts(database, "pack", "upload"),
      ["sqlite_autoindex_review_pack_parts_1"],
    ],
    [
      "a page of the file map",
      (database: TenantDatabase) => listPackItems(database, "evs", { afterKey: "", policiesOnly: true, limit: 500 }),
      ["sqlite_autoindex_evidence_items_1"],
    ],
    [
      "a page of documents",
      (database: TenantDatabase) => listStoredItems(database, "evs", "", 500),
      ["sqlite_autoindex_evidence_items_1"],
    ],
    [
      "some documents",
      (database: TenantDatabase) => readPlaces(database, "evs", ["a", "b"]),
      ["sqlite_autoindex_evidence_items_1"],
    ],
  ])("look up %s by an index, and sort nothing", async (_what, query, indexes) => {
    const plans = await queryPlans(env.DATABASE, query);
    const text = plans.map(({ plan }) => plan).join("\n");
    for (const index of indexes) expect(text).toContain(index);
    // The index of unfinished packs holds a handful, and is gone through in its order.
    expect(text).not.toMatch(/SCAN (?!j\b|review_packs USING INDEX review_packs_writing)/);
    expect(text).not.toContain("USE TEMP B-TREE");
  });
});
