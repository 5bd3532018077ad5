import { describe, expect, it } from "vitest";
import {
  backupSetAddress,
  baselineAddress,
  comparisonAddress,
  findingAddress,
  pageAddress,
  PAGES,
  pathBelow,
  restorePlanAddress,
  resultAddress,
  reviewPackAddress,
  runAddress,
  snapshotAddress,
} from "../../src/contract/console-addresses.ts";

describe("an address of the console", () => {
  it("leads to what a run has made, by its kind", () => {
    const kinds = ["backup-set", "baseline", "baseline-comparison", "evidence-snapshot", "restore-plan", "review-pack"];
    expect(kinds.map((kind) => resultAddress("contoso", { kind, id: "x" }))).toEqual([
      "/t/contoso/backup-sets/x",
      "/t/contoso/baselines/x",
      "/t/contoso/baseline-comparisons/x",
      "/t/contoso/evidence/x",
      "/t/contoso/restore-plans/x",
      "/t/contoso/review-packs?pack=x",
    ]);
    expect(resultAddress("contoso", { kind: "constructor", id: "x" })).toBeNull();
  });

  it("is where it has always been: links in stored rows, mails and bookmarks go on working", () => {
    expect([
      runAddress("contoso", "run_1"),
      backupSetAddress("contoso", "set_1"),
      restorePlanAddress("contoso", "rpl_1"),
      findingAddress("contoso", "fnd_1"),
      baselineAddress("contoso", "bas_1"),
      comparisonAddress("contoso", "cmp_1"),
      snapshotAddress("contoso", "evs_1"),
      reviewPackAddress("contoso", "pack_1"),
    ]).toEqual([
      "/t/contoso/operations/run_1",
      "/t/contoso/backup-sets/set_1",
      "/t/contoso/restore-plans/rpl_1",
      "/t/contoso/findings/fnd_1",
      "/t/contoso/baselines/bas_1",
      "/t/contoso/baseline-comparisons/cmp_1",
      "/t/contoso/evidence/evs_1",
      "/t/contoso/review-packs?pack=pack_1",
    ]);
  });

  it("encodes what fills its holes", () => {
    expect(pageAddress(PAGES.evidenceItem, { slug: "a/b", snapshotId: "$slug", itemId: "x?y#z" })).toBe(
      "/t/a%2Fb/evidence/%24slug/x%3Fy%23z",
    );
    expect(reviewPackAddress("contoso", "a&b")).toBe("/t/contoso/review-packs?pack=a%26b");
  });

  it("has no holes left open", () => {
    const holes: { slug: string } = JSON.parse("{}");
    expect(() => pageAddress(PAGES.inventory, holes)).toThrow("/t/$slug/inventory needs $slug");
  });

  it("is a path below the page that frames it", () => {
    expect(pathBelow(PAGES.backupSet, PAGES.backupItem)).toBe("items/$itemId");
  });
});
