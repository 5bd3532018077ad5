/** `backup-set.restore`: archived sets back into service, each with its items. The selection may hold others too. */
import { restoreBackupSet } from "../../database/backups/backup-set-status.ts";
import { failed } from "../../graph-work/failure-results.ts";
import { implement } from "../../runs/implement.ts";
import { survivingStorageOutage } from "../../runs/storage-outage.ts";
import { selectedSets, statusChange } from "./selected-sets.ts";

export const restoreSets = implement("backup-set.restore", {
  ...selectedSets,

  execute: (task, context) =>
    survivingStorageOutage(task, "Retry the failed backup sets later.", async () => {
      const outcome = await restoreBackupSet(context.env.DATABASE, statusChange(task, context));
      switch (outcome.kind) {
        case "done":
          return { kind: "succeeded", counters: { updated: 1 } };
        case "other_status":
          return {
            kind: "skipped",
            reasonCode: "not_archived",
            message: "The backup set is in service already. Nothing was changed.",
          };
        case "not_found":
          return failed("not_found", "There is no such backup set.");
      }
    }),
});
