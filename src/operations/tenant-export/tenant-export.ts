/**
 * `tenant.export`: an archive of everything that a tenant has here. A unit is one file of it: a slice of a table's rows, of the audit log, or
 * a content from R2. Entries are compressed and staged in any order; finalizing adds what describes them and puts them together.
 */
import { OPERATION_TYPES } from "../../contract/operation-types.ts";
import { tenantExportRequestSchema } from "../../contract/tenant-exports.ts";
import { exportIdOf, readSpecification } from "../../database/exports/tenant-exports.ts";
import { implement } from "../../runs/implement.ts";
import { assembleExport } from "./assemble-export.ts";
import { discardExport, sweepExports } from "./discard-export.ts";
import { exportPage } from "./export-files.ts";
import { writeExportEntries } from "./write-export-entries.ts";

const TYPE = "tenant.export";

export const tenantExport = implement(TYPE, {
  inputSchema: tenantExportRequestSchema,
  unitsPerMessage: 64,
  callsGraph: false,
  needs: { queries: 200, subrequests: 1_000, memoryMiB: 48 },
  concurrency: 1,
  unitsPerExecution: 64,
  // Two minutes of a storage outage: an export is not worth less for being late.
  maxDeferrals: 12,

  prepare: (_tenantId, input) => Promise.resolve({ kind: "ready", input, subject: OPERATION_TYPES[TYPE].subject() }),
  plan: (run, _input, cursor, context) => exportPage(run, cursor, context),
  executeMany: writeExportEntries,
  async execute(task, context) {
    const [result] = await writeExportEntries([task], context);
    if (result === undefined) throw new Error("an entry has a result");
    return result;
  },
  finalize: (run, _input, context) => assembleExport(run, context),
  sweep: sweepExports,
  async abandon({ runId }, _input, { env }) {
    const found = await readSpecification(env.DATABASE, exportIdOf(runId));
    if (found !== null) await discardExport(env, found);
  },
});
