/**
 * `backup-set.delete` archives sets; they can be restored. Uncounted by decision (docs/design/progress.md, section 4): no number is shown
 * while it runs.
 */
import { archiveBackupSet } from "../../database/backups/backup-set-status.ts";
import { failed } from "../../graph-work/failure-results.ts";
import { implement } from "../../runs/implement.ts";
import { survivingStorageOutage } from "../../runs/storage-outage.ts";
import { selectedSets, statusChange } from "./selected-sets.ts";

export const deleteSets = implement("backup-set.delete", {
  ...selectedSets,

  execute: (task, context) =>
    survivingStorageOutage(task, "Retry the failed backup sets later.", async () => {
      const outcome = await archiveBackupSet(context.env.DATABASE, statusChange(task, context));
      switch (outcome.kind) {
        case "done":
          return { kind: "succeeded", counters: { updated: 1 } };
        case "other_status":
          return {
            kind: "skipped",
            reasonCode: "already_archived",
            message: "The backup set is archived already. Nothing was changed.",
          };
        case "not_found":
          return failed("not_found", "There is no such backup set.");
      }
    }),
});
