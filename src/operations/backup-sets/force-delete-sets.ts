/**
 * `backup-set.force-delete` removes sets for good, whatever their state, and frees the contents that nothing else refers to.
 * Uncounted by decision (docs/design/progress.md, section 4): no number is shown while it runs.
 */
import { removeBackupSet } from "../../database/backups/backup-set-status.ts";
import { failed } from "../../graph-work/failure-results.ts";
import { implement } from "../../runs/implement.ts";
import { survivingStorageOutage } from "../../runs/storage-outage.ts";
import { freeDuePayloads, freePayloads } from "./free-payloads.ts";
import { selectedSets, statusChange } from "./selected-sets.ts";

export const forceDeleteSets = implement("backup-set.force-delete", {
  ...selectedSets,
  sweep: freeDuePayloads,

  execute: (task, context) =>
    survivingStorageOutage(task, "Retry the failed backup sets later.", async () => {
      const change = statusChange(task, context);
      const outcome = await removeBackupSet(context.env.DATABASE, change);
      if (outcome.kind === "not_found") return failed("not_found", "There is no such backup set.");
      // What is not freed now, or was not before a crash, is noted as released: the sweep comes for it.
      await freePayloads(context.env, change.tenantId, outcome.released, context.now());
      return { kind: "succeeded", counters: { deleted: 1 } };
    }),
});
