/** What the console reads again when a run has ended. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { OPERATION_TYPES } from "../../src/contract/operation-types.ts";
import { isChangedBy } from "../../src/dashboard/runs/changed-by-runs.ts";

const consoleFolder = new URL("../../src/dashboard/", import.meta.url).pathname;
const POLICIES = ["tenants", "tenant-contoso", "inventory", "policies"];
const records = (...kind: string[]) => ["tenants", "tenant-contoso", "records", ...kind];

describe("a run that has ended", () => {
  it("makes the inventory be read again where it is a sync, and in no other case", () => {
    const types = Object.keys(OPERATION_TYPES).filter((type) => isChangedBy(type, POLICIES));
    expect(types).toEqual(["inventory.sync"]);
  });

  it("makes what it has made be read again", () => {
    expect(isChangedBy("evidence.snapshot", records("evidence-snapshots"))).toBe(true);
    expect(isChangedBy("evidence.snapshot", records("backup-sets", "list"))).toBe(false);
    expect(isChangedBy("baseline.compare", records("findings", "open"))).toBe(true);
    expect(isChangedBy("tenant.export", records("closing"))).toBe(true);
    expect(isChangedBy("policy.restore", ["tenants", "tenant-contoso", "members"])).toBe(false);
  });

  it("makes everything be read again where this version does not know its type", () => {
    expect(isChangedBy("of.tomorrow", POLICIES)).toBe(true);
    expect(isChangedBy("of.tomorrow", records("baselines"))).toBe(true);
  });

  it("reaches each kind of record that the console reads", () => {
    const kinds = readdirSync(consoleFolder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") || file.endsWith(".tsx"))
      .flatMap((file) => [
        ...readFileSync(path.join(consoleFolder, file), "utf8").matchAll(/queryKeys\.records\(tenant\), "([a-z-]+)"/g),
      ])
      .map(([, kind = ""]) => kind);
    expect(kinds.length).toBeGreaterThan(20);
    const reached = (kind: string) => Object.keys(OPERATION_TYPES).some((type) => isChangedBy(type, records(kind)));
    expect(kinds.filter((kind) => !reached(kind))).toEqual([]);
  });
});
