/** The end of an export that came to nothing, or whose time is over. */
import {
  expireExport,
  type ExportSpecification,
  failExport,
  listExportsToSweep,
  placeOf,
} from "../../database/exports/tenant-exports.ts";
import { type ArchiveEnds, discardArchive, sweepArchives } from "../archive-making/archive-ends.ts";
import type { TenantEnv } from "../../database/databases.ts";

const ENDS: ArchiveEnds<ExportSpecification> = {
  placeOf,
  listToSweep: listExportsToSweep,
  fail: failExport,
  expire: expireExport,
  perSweep: 20,
  log: {
    expired: "tenant_export_expired",
    discarded: "tenant_export_discarded",
    failed: "tenant_export_sweep_failed",
    id: "exportId",
  },
};

export const discardExport = (env: TenantEnv, made: ExportSpecification): Promise<void> =>
  discardArchive(env, made, ENDS);

export const sweepExports = (env: TenantEnv, now: number): Promise<void> => sweepArchives(env, now, ENDS);
