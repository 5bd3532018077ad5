/** How a tenant's backups stand: the age of the newest whole one, and what the last check of a restore came to. */
import { z } from "zod";
import { timestamp } from "./lists.ts";

const setSchema = z.object({ id: z.string(), name: z.string() });

/** `GET …/backup-standing`. */
export const backupStandingSchema = z.object({
  /**
   * The newest backup of all policies of the inventory of which every part succeeded, at once or by a retry, and whose set is in service. `at` is when it began:
   * what changed since is not in it. Null: there is none.
   */
  newest: z.object({ at: timestamp, backupSet: setSchema }).nullable(),
  /** Days after which people are told that it is old; null for never. */
  ageLimitDays: z.int().min(1).nullable(),
  /** Whether it is older than that. Null where there is no such backup, or no limit. */
  isOld: z.boolean().nullable(),
  /** The last check by a schedule that came to a plan; null without one. */
  checked: z
    .object({
      at: timestamp,
      planId: z.string(),
      /** Null where the set was deleted since. */
      backupSet: setSchema.nullable(),
      /** Policies of the backup that could be put back, or are as the backup has them; exact, as are the others. */
      couldReturn: z.int().min(0),
      /** Those that could not: blocked, or with several candidates. */
      couldNot: z.int().min(0),
      /** Those that refer to something that the tenant does not have. */
      itemsMissingReferences: z.int().min(0),
      /** Whether all families of the tenant could be read. */
      isWhole: z.boolean(),
    })
    .nullable(),
  /** The newest check, if it failed. */
  failedCheck: z.object({ at: timestamp, runId: z.string() }).nullable(),
});
export type BackupStanding = z.infer<typeof backupStandingSchema>;
