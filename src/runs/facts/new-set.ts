import type { BackupSetOrigin } from "../../contract/backup-sets.ts";

/** A backup set that comes into being together with the run that fills it, or not at all. */
export interface NewSet {
  id: string;
  name: string;
  description: string;
  /** The schedule that makes it, and the due time (milliseconds since the epoch); null where none does. */
  schedule: { id: string; dueAt: number } | null;
  /** Where what is in it comes from, and the id of that; absent where it is read from the tenant. */
  origin?: { kind: BackupSetOrigin; id: string };
}
