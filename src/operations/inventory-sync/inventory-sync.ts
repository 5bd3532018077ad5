/**
 * `inventory.sync`: a unit is one policy family of the tenant, read completely or not at all. Policies' metadata goes to D1,
 * their content to R2, once for each content. After the last family the run reads who changed what.
 */
import { z } from "zod";
import { inventorySyncRequestSchema } from "../../contract/inventory.ts";
import { OPERATION_TYPES } from "../../contract/operation-types.ts";
import { FAMILIES, FAMILY_KEYS, familyByKey, type FamilyKey } from "../../graph/families.ts";
import { implement } from "../../runs/implement.ts";
import type { PlannedUnit } from "../../runs/facts/units.ts";
import { readChangeLogs } from "./read-change-logs.ts";
import { syncFamily } from "./sync-family.ts";

export interface InventorySyncInput {
  /** In catalogue order, each once. */
  families: FamilyKey[];
}

const inputSchema: z.ZodType<InventorySyncInput> = inventorySyncRequestSchema(FAMILY_KEYS)
  // All families by omission and all by name are the same work, and so the same identity.
  .transform(({ families }) => ({ families: FAMILY_KEYS.filter((key) => families?.includes(key) ?? true) }));

const TYPE = "inventory.sync";
const unitInputSchema = z.object({ family: z.string() });

export const inventorySync = implement(TYPE, {
  inputSchema,
  unitsPerMessage: 1,
  callsGraph: true,
  // Four at a time: a portion of documents each, of up to 4 MiB, takes several times that (graph/calls/exchange.ts). Each new content is a write to R2.
  needs: { queries: 100, subrequests: 12_000, memoryMiB: 24 },
  // Each unit has one request to Graph under way and a few writes to R2; the platform lets six wait for an answer at a time.
  concurrency: 4,
  // Throttling by Graph passes within minutes; each deferral waits as long as Graph asked for, besides the waits inside a turn.
  maxDeferrals: 12,

  prepare: (_tenantId, input) =>
    Promise.resolve({ kind: "ready", input, subject: OPERATION_TYPES[TYPE].subject(namesOf(input.families)) }),

  plan(_run, input) {
    const units = input.families.map((key) => plannedUnit(key));
    return Promise.resolve({ kind: "listed", units, nextCursor: null });
  },

  async execute(task, context) {
    const family = familyByKey(unitInputSchema.parse(task.input).family);
    if (!family) {
      return {
        kind: "failed",
        reasonCode: "unknown_family",
        message: "This version of TenantAtlas does not know this policy family any more. Nothing was changed.",
      };
    }
    return syncFamily(family, task, context);
  },

  // Not a unit: whether the audit logs can be read says nothing about the inventory.
  finalize: (run, _input, context) => readChangeLogs(run, context),
});

function namesOf(families: readonly FamilyKey[]): readonly string[] | "all" {
  return families.length === FAMILY_KEYS.length ? "all" : families.map((key) => familyByKey(key)?.label ?? key);
}

/** Keys ascend in catalogue order, whatever the families are called. */
function plannedUnit(key: FamilyKey): PlannedUnit {
  const index = FAMILY_KEYS.indexOf(key);
  return {
    key: `${String(index).padStart(2, "0")}|${key}`,
    label: FAMILIES[index]?.label ?? key,
    input: { family: key },
  };
}
