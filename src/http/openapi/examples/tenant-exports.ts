import type { tenantExportRoutes } from "../../../contract/routes/tenant-exports.ts";
import type { TenantExport } from "../../../contract/tenant-exports.ts";
import type { ExamplesOf } from "./example.ts";
import { IDS } from "./ids.ts";
import { onePage, OWNER } from "./things.ts";

const EXPORT: TenantExport = {
  id: IDS.tenantExport,
  status: "complete",
  fileCount: 58,
  rowCount: 1204,
  auditHead: { seq: 61, hash: "0f7d1f1c5c3f5c0f52b3b1f5e5b3c7b4b1a69e7a0f8f7f2a1d3c5e7f90a1b2c3" },
  archiveName: "contoso-export-2026-11-28-0205.zip",
  archiveBytes: 91234,
  archiveHash: "5a0f4b7f4d6a8c1e2b3d5f7a9c0e1f2d3b4a5c6e7f8091a2b3c4d5e6f708192a",
  initiator: OWNER,
  runId: "run_9c1d7e55-6a0b-4c33-8f21-0d4b6a8c2e10",
  createdAt: "2026-11-28T02:05:11.020Z",
  completedAt: "2026-11-28T02:05:14.771Z",
  expiresAt: "2026-12-12T02:05:14.771Z",
  expiredAt: null,
  downloadHref: `/api/tenants/contoso/exports/${IDS.tenantExport}/download`,
};

export const tenantExportExamples: ExamplesOf<typeof tenantExportRoutes> = {
  list: { answer: onePage(EXPORT) },
  show: { params: { exportId: IDS.tenantExport }, answer: EXPORT },
  download: { params: { exportId: IDS.tenantExport } },
};
