/** The filters of the lists, as they stand in the address. */
import type { BackupSetState } from "../../contract/backup-sets.ts";

/** The filter of the list of sets. The server filters, so that what is listed is what an operation by this filter is for. */
export interface SetListFilter {
  query?: string | undefined;
  state?: BackupSetState | undefined;
}

export interface ItemFilter {
  query?: string | undefined;
  family?: string | undefined;
  /** Older items of a policy are hidden unless asked for. */
  every?: boolean | undefined;
}
