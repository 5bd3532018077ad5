/** The row of an archive, a review pack's or an export's, in the words of the API. */
import type { ArchiveFacts } from "../../contract/archives.ts";
import { isoTime, isoTimeOrNull } from "../sql/time.ts";
import { personOf } from "../tenancy/person.ts";

interface ArchiveRow {
  id: string;
  status: string;
  archiveName: string;
  archiveBytes: number | null;
  archiveHash: string | null;
  initiatorId: string | null;
  initiatorName: string | null;
  runId: string;
  createdAt: number;
  completedAt: number | null;
  expiresAt: number | null;
  expiredAt: number | null;
}

/** @param list the name of the tenant's list in the API's addresses: `review-packs` */
export function archiveFacts(row: ArchiveRow, tenantSlug: string, list: string): ArchiveFacts {
  return {
    archiveName: row.archiveName,
    archiveBytes: row.archiveBytes,
    archiveHash: row.archiveHash,
    initiator: personOf(row.initiatorId, row.initiatorName),
    runId: row.runId,
    createdAt: isoTime(row.createdAt),
    completedAt: isoTimeOrNull(row.completedAt),
    expiresAt: isoTimeOrNull(row.expiresAt),
    expiredAt: isoTimeOrNull(row.expiredAt),
    downloadHref:
      row.status === "complete"
        ? `/api/tenants/${encodeURIComponent(tenantSlug)}/${list}/${encodeURIComponent(row.id)}/download`
        : null,
  };
}
