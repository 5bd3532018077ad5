/**
 * `backup-set.import`: a unit is one file of an upload. What each file is was found when it was uploaded; a unit reads the policies of its file
 * again and puts them into the set, which comes into being with the run (decisions/189-an-import-is-a-counted-run.md).
 */
import type { z } from "zod";
import { OPERATION_TYPES } from "../../contract/operation-types.ts";
import { importRequestSchema } from "../../contract/policy-files.ts";
import { mayHaveAnotherSet } from "../../database/backups/backup-set-changes.ts";
import { countImported } from "../../database/policy-files/imported-items.ts";
import { noteImport, readUploadState, setOfUpload } from "../../database/policy-files/policy-uploads.ts";
import { fileFindingsSchema } from "../../policy-files/findings.ts";
import { implement } from "../../runs/implement.ts";
import { readFindings } from "../../storage/policy-uploads.ts";
import { takeFiles } from "./take-files.ts";
import { sweepUploads } from "./sweep-uploads.ts";

const TYPE = "backup-set.import";
const UNITS_PER_PLAN_PAGE = 500;

export type ImportInput = z.output<typeof importRequestSchema>;

export const importFiles = implement(TYPE, {
  inputSchema: importRequestSchema,
  unitsPerMessage: 20,
  callsGraph: false,
  // Files with one policy each, mostly; at worst 500 policies a file.
  needs: { queries: 100, subrequests: 6_000, memoryMiB: 48 },
  concurrency: 1,
  unitsPerExecution: 20,
  // Only storage can make a unit wait.
  maxDeferrals: 12,

  async prepare(tenantId, input, env) {
    const upload = await readUploadState(env.DATABASE, tenantId, input.uploadId);
    if (upload === null) return refuse("uploadId", "is not an upload of this tenant");
    if (upload.imported) return refuse("uploadId", "was imported already: upload the files again");
    if (!upload.readable) return refuse("uploadId", "is not kept any more: upload the files again");
    if (upload.policyCount === 0) return refuse("uploadId", "holds no policy that was understood");
    if (!(await mayHaveAnotherSet(env.DATABASE, tenantId)))
      return refuse("name", "would be of one backup set more than the tenant may have");
    return {
      kind: "ready",
      input,
      subject: OPERATION_TYPES[TYPE].subject({ name: input.name }),
      newSet: {
        id: setOfUpload(input.uploadId),
        name: input.name,
        description: "",
        schedule: null,
        origin: { kind: "import", id: input.uploadId },
      },
    };
  },

  /** A unit for each file, whatever it is: so the total is the number of files. */
  async plan(run, { uploadId }, cursor, { env, now }) {
    const { tenantId, runId } = run;
    await noteImport(env.DATABASE, { tenantId, uploadId, runId, at: now() });
    const stored = await readFindings(env.ARTIFACTS, { tenantId, uploadId });
    if (stored === null) throw new Error("the upload of a run that is to import it is not there");
    const findings = fileFindingsSchema.parse(stored);
    const first = cursor === null ? 0 : Number(cursor);
    const page = findings.slice(first, first + UNITS_PER_PLAN_PAGE);
    const next = first + page.length;
    return {
      kind: "listed",
      // The findings are in the order of their paths, of which no two are equal.
      units: page.map(({ path }, index) => ({ key: path, label: path, input: { uploadId, at: first + index } })),
      nextCursor: next < findings.length ? String(next) : null,
    };
  },

  executeMany: takeFiles,
  async execute(task, context) {
    const [result] = await takeFiles([task], context);
    if (result === undefined) throw new Error("a file has a result");
    return result;
  },

  // The set is there from the run's first moment; a run that took nothing into it has made nothing.
  async finalize({ tenantId, runId }, { uploadId }, { env }) {
    const backupSetId = setOfUpload(uploadId);
    const policies = await countImported(env.DATABASE, { tenantId, backupSetId, runId });
    return { kind: "finalized", result: policies === 0 ? null : { id: backupSetId }, extent: policies };
  },

  sweep: sweepUploads,
});

function refuse(path: string, message: string) {
  return { kind: "refused" as const, fields: [{ path, message }] };
}
