/**
 * `backup-set.force-delete` removes sets for good, whatever their state, and frees the contents that nothing else refers to.
 * Uncounted by decision (docs/design/progress.md, section 4): no number is shown while it runs.
 */
import { removeBackupSet } from "../../database/backups/backup-set-status.ts";
import { holdWords } from "../../contract/legal-holds.ts";
import { openHold } from "../../database/retention/legal-holds.ts";
import { failed } from "../../graph-work/failure-results.ts";
import { implement } from "../../runs/implement.ts";
import { survivingStorageOutage } from "../../runs/storage-outage.ts";
import { freeDuePayloads, freePayloads } from "./free-payloads.ts";
import { prepareSelection, selectedSets, statusChange } from "./selected-sets.ts";
import type { TenantEnv } from "../../database/databases.ts";

export const forceDeleteSets = implement("backup-set.force-delete", {
  ...selectedSets,
  // Up to 500 contents are freed at a time.
  needs: { queries: 60, subrequests: 2_000, memoryMiB: 8 },

  async prepare(tenantId, input, env) {
    const hold = await openHold(env.DATABASE, tenantId);
    return hold === null ? prepareSelection(tenantId, input, env) : { kind: "held", message: holdWords(hold) };
  },

  sweep: freeDuePayloads,

  execute: (task, context) =>
    survivingStorageOutage(task, "Retry the failed backup sets later.", async () => {
      const change = statusChange(task, context);
      const outcome = await removeBackupSet(context.env.DATABASE, change);
      if (outcome.kind === "held") return failed("legal_hold", await holdReason(context.env, change.tenantId));
      if (outcome.kind === "not_found") return failed("not_found", "There is no such backup set.");
      // What is not freed now, or was not before a crash, is noted as released: the sweep comes for it.
      await freePayloads(context.env, change.tenantId, outcome.released, context.now());
      return { kind: "succeeded", counters: { deleted: 1 } };
    }),
});

/** Of a hold that was placed after the run had started; it may be lifted again by now. */
async function holdReason(env: TenantEnv, tenantId: string): Promise<string> {
  const hold = await openHold(env.DATABASE, tenantId);
  return hold === null ? "A legal hold kept the set a moment ago. Retry." : holdWords(hold);
}
