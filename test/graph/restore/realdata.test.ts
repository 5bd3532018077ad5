/** Policies that nobody on this project wrote, restored as copies into the simulator. */
import { describe, expect, it } from "vitest";
import type { PolicyDocument } from "../../../src/graph/calls/family-reader.ts";
import { familyOf, familyOfKind, type FamilyKey } from "../../../src/graph/families.ts";
import { RESTORE_ORDER } from "../../../src/graph/restore/order.ts";
import { comparableHash } from "../../../src/graph/calls/restore/check-target.ts";
import { planDeletion } from "../../../src/graph/restore/deletion.ts";
import { planRestore } from "../../../src/graph/restore/plan.ts";
import { references } from "../../../src/graph/restore/references.ts";
import { HAS_REALDATA, REALDATA_FOLDER } from "../../support/realdata.ts";
import { sized } from "../../support/thoroughness.ts";
import { varietyOf } from "../../support/variety.ts";
import { objectOf, restoreBench, type RestoreBench } from "./simulated-restore.ts";

const OF_TYPE: Partial<Record<FamilyKey, string>> = {
  apps: "#microsoft.graph.webApp",
  namedLocations: "#microsoft.graph.countryNamedLocation",
  deviceConfiguration: "#microsoft.graph.windows81TrustedRootCertificate",
};

/** An export rarely holds all that its policies name: the tenant has the rest as well. */
async function completeTenant(bench: RestoreBench, stored: ReadonlyMap<FamilyKey, PolicyDocument[]>): Promise<void> {
  const added = new Set<string>();
  for (const [key, policies] of stored) {
    for (const { kind, id } of policies.flatMap(({ document }) => references(key, document))) {
      const family = familyOfKind(kind);
      // Groups are kept with what names them: most are no policies.
      if (family === null || family.key === "groups") continue;
      const isThere = stored.get(family.key)?.some(({ graphId }) => graphId === id);
      if (isThere === true || added.has(`${kind} ${id}`)) continue;
      added.add(`${kind} ${id}`);
      const type = OF_TYPE[family.key];
      const named = { id, [family.meaning.nameProperty]: id };
      await bench.control.addPolicy(bench.tenant, family.key, type ? { "@odata.type": type, ...named } : named);
    }
  }
}

describe.runIf(HAS_REALDATA)("Policies exported from real tenants", () => {
  it("come back equal as copies, or are blocked with a reason; and the copies are deleted again in the reverse order", async () => {
    const bench = await restoreBench(0, "real-restore");
    await bench.control.loadFolder(bench.tenant, REALDATA_FOLDER);
    const stored = new Map((await bench.readAll()).map(({ key, policies }) => [key, policies]));
    await completeTenant(bench, stored);
    // In the short form those that show each shape of their family.
    const chosen = new Map(
      [...stored].map(([key, policies]) => {
        const all = policies.map((policy) => ({ ...policy, family: key }));
        return [key, sized(varietyOf(all), all)] as const;
      }),
    );
    const blocked: string[] = [];
    const made: { key: FamilyKey; graphId: string }[] = [];
    const idsOf = async () => Promise.all(RESTORE_ORDER.map(async (key) => [key, (await bench.ids(key)).toSorted()]));
    const before = await idsOf();
    for (const key of RESTORE_ORDER.filter((each) => familyOf(each).single === null)) {
      for (const { graphId, document } of chosen.get(key) ?? []) {
        const plan = planRestore(key, document, bench.options({ mode: { kind: "create", namePrefix: "" } }));
        if (plan.kind !== "writes") {
          blocked.push(plan.kind === "blocked" ? `${key} ${plan.code}` : plan.kind);
          continue;
        }
        const outcome = await bench.perform({ plan });
        expect(outcome, `${key} ${graphId}`).toMatchObject({ kind: "restored" });
        const before = objectOf(await bench.truthOf(key, graphId));
        expect(await bench.truthOf(key, outcome.graphId ?? "")).toMatchObject(before);
        const target = await bench.read(key, outcome.graphId ?? "");
        const again = planRestore(key, document, bench.options({ mode: { kind: "update", target } }));
        expect(again.kind).toBe("unchanged");
        made.push({ key, graphId: outcome.graphId ?? "" });
      }
    }
    const total = [...chosen].reduce(
      (sum, [key, policies]) => sum + (familyOf(key).single === null ? policies.length : 0),
      0,
    );
    expect(made.length + blocked.length).toBe(total);
    expect(made.length).toBeGreaterThan(sized(40, 90));
    // What Microsoft Entra makes itself.
    expect(blocked).toEqual(["namedLocations built_in"]);
    for (const { key, graphId } of made.toReversed()) {
      const present = await bench.read(key, graphId);
      const target = { graphId, comparableHash: await comparableHash(key, present) };
      const outcome = await bench.perform({ plan: planDeletion(key, present), target });
      expect(outcome, `${key} ${graphId}`).toMatchObject({ kind: "deleted", graphId });
    }
    expect(await idsOf()).toEqual(before);
  });
});
