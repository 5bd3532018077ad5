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
import type { RunUnitTask } from "../../runs/operation.ts";
import { readChangeLogs } from "./read-change-logs.ts";
import { sharedWorkOf } from "./shared-work.ts";
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
  // From beginning to end; what is held only while documents are read, `shared-work.ts` asks for: so five are read at a time.
  needs: { queries: 100, subrequests: 100, memoryMiB: 1 },
  // More than are read at a time: those that have been read wait to be merged together.
  concurrency: 9,
  // Throttling by Graph passes within minutes; each deferral waits as long as Graph asked for, besides the waits inside a turn.
  maxDeferrals: 12,

  prepare: (_tenantId, input) =>
    Promise.resolve({ kind: "ready", input, subject: OPERATION_TYPES[TYPE].subject(namesOf(input.families)) }),

  plan(_run, input) {
    const units = input.families.map((key) => plannedUnit(key));
    return Promise.resolve({ kind: "listed", units, nextCursor: null });
  },

  async execute(task, context) {
    const family = familyByKey(familyKeyOf(task));
    if (!family) {
      return {
        kind: "failed",
        reasonCode: "unknown_family",
        message: "This version of TenantAtlas does not know this policy family any more. Nothing was changed.",
      };
    }
    return syncFamily(family, task, context, sharedWorkOf(context, task, familyKeyOf));
  },

  // Not a unit: whether the audit logs can be read says nothing about the inventory.
  finalize: (run, _input, context) => readChangeLogs(run, context),
});

function familyKeyOf(task: RunUnitTask): string {
  return unitInputSchema.parse(task.input).family;
}

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
