import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { insertItems } from "../../src/database/evidence/evidence-recording.ts";
import { openSnapshot } from "../../src/database/evidence/evidence-snapshots.ts";
import type { SeenPolicy } from "../../src/database/inventory/inventory-merge.ts";
import { mergeFamily } from "../support/merge-family.ts";
import { migratedDatabase } from "../support/all-tables.ts";
import { bytesOf, d1Of } from "../support/sqlite-d1.ts";

const POLICIES = 5_000;
const FAMILIES = ["settingsCatalog", "compliance", "deviceConfigurations", "conditionalAccess", "apps"];
const AREAS = ["BitLocker", "Defender Antivirus", "Firewall", "Windows Update ring", "Edge", "Credential Guard"];
const RINGS = ["Pilot", "Broad", "Production", "Kiosk devices", "Shared devices"];

/** The same in every run: a number's digest, as a GUID where one is asked for. */
const digest = (text: string) => createHash("sha256").update(text).digest("hex");
const guid = (text: string) => digest(text).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
const TENANT = `tenant_${guid("tenant")}`;

/** Named and described as administrators do it, a little over what simulated tenants have. */
function policy(at: number): SeenPolicy {
  const area = AREAS[at % AREAS.length] ?? "";
  return {
    graphId: guid(`policy ${at}`),
    name: `Windows - ${area} - ${RINGS[at % RINGS.length] ?? ""} (${at})`,
    description:
      at % 3 === 0 ? null : `${area} settings for the ${RINGS[at % RINGS.length] ?? ""} ring, owner: Endpoint team`,
    platform: "windows",
    odataType: "#microsoft.graph.deviceManagementConfigurationPolicy",
    assignmentCount: at % 4,
    lastModifiedAt: new Date(1_700_000_000_000 + at * 61_000).toISOString(),
    comparableHash: digest(`comparable ${at}`),
    contentHash: digest(`content ${at}`),
    contentBytes: 2_000 + at,
    requestId: guid(`request ${Math.floor(at / 20)}`),
  };
}

describe("bytes that a tenant of 5,000 policies takes in D1, indexes included", () => {
  it("are few for a policy with its first version", async () => {
    const database = migratedDatabase();
    const tables = ["policies", "policy_versions", "inventory_families"];
    const before = bytesOf(database, tables);
    for (const [index, family] of FAMILIES.entries()) {
      const policies = Array.from({ length: POLICIES / FAMILIES.length }, (_, at) =>
        policy(at * FAMILIES.length + index),
      );
      const reading = {
        tenantId: TENANT,
        family,
        runId: `run_${guid("run")}`,
        startedAt: 1_790_000_000_000,
        unread: [],
      };
      await mergeFamily(d1Of(database), { ...reading, at: 1_790_000_001_000, policies });
    }
    const bytes = (bytesOf(database, tables) - before) / POLICIES;
    expect(bytes).toBeLessThanOrEqual(1_400);
  });

  it("are few for an item of evidence", async () => {
    const database = migratedDatabase();
    const before = bytesOf(database, ["evidence_items"]);
    const snapshotId = `evs_${guid("snapshot")}`;
    await openSnapshot(d1Of(database), { id: snapshotId, tenantId: TENANT, runId: "r", takenAt: 1, initiatorId: null });
    // In the order of their keys, as they are planned.
    const all = Array.from({ length: POLICIES }, (_, at) => {
      const recorded = policy(at);
      return { ...recorded, key: `policy/${FAMILIES[at % FAMILIES.length] ?? ""}/${recorded.graphId}` };
    }).toSorted((a, b) => (a.key < b.key ? -1 : 1));
    for (let first = 0; first < POLICIES; first += 50) {
      const items = all
        .slice(first, first + 50)
        .map(({ key, name, contentHash, contentBytes, assignmentCount }, at) => {
          return {
            snapshotId,
            key,
            title: name,
            exception:
              assignmentCount === 0 ? { code: "unassigned", message: "The policy is assigned to nobody." } : null,
            contentHash,
            contentBytes,
            itemHash: digest(`item ${first + at}`),
            itemBytes: 1_200,
            auditPlace: null,
          };
        });
      await insertItems(d1Of(database), digest(`segment ${first}`), items);
    }
    const bytes = (bytesOf(database, ["evidence_items"]) - before) / POLICIES;
    expect(bytes).toBeLessThanOrEqual(460);
  });
});
