/**
 * `evidence.snapshot`: how this tenant was configured, item by item, from stored truth. A unit is one item created. What a
 * complete snapshot holds never changes; its Merkle root says so to anybody who computes it again (docs/evidence.md).
 */
import type { z } from "zod";
import { evidenceSnapshotRequestSchema } from "../../contract/evidence.ts";
import { OPERATION_TYPES } from "../../contract/operation-types.ts";
import { deleteItems } from "../../database/evidence/evidence-recording.ts";
import { closeSnapshot, snapshotIdOf } from "../../database/evidence/evidence-snapshots.ts";
import { removeDocuments } from "../../storage/evidence-documents.ts";
import { implement } from "../../runs/implement.ts";
import { completeSnapshot } from "./complete-snapshot.ts";
import { planEvidence } from "./plan-evidence.ts";
import { recordItems } from "./record-items.ts";

export type EvidenceSnapshotInput = Record<string, never>;

const TYPE = "evidence.snapshot";
const inputSchema: z.ZodType<EvidenceSnapshotInput> = evidenceSnapshotRequestSchema;

export const evidenceSnapshot = implement(TYPE, {
  inputSchema,
  unitsPerMessage: 50,
  callsGraph: false,
  needs: { queries: 60, subrequests: 500, memoryMiB: 32 },
  concurrency: 1,
  unitsPerExecution: 50,
  maxDeferrals: 3,

  prepare: (_tenantId, input) => Promise.resolve({ kind: "ready", input, subject: OPERATION_TYPES[TYPE].subject() }),
  plan: (run, _input, cursor, context) => planEvidence(run, cursor, context),
  executeMany: recordItems,
  async execute(task, context) {
    const [result] = await recordItems([task], context);
    if (result === undefined) throw new Error("an item has a result");
    return result;
  },
  finalize: (run, _input, context) => completeSnapshot(run, context),
  // Closed first: nothing late is inserted then. One that was completed in its last moment stays, whole as it is.
  async abandon({ runId, tenantId }, _input, { env }) {
    const snapshotId = snapshotIdOf(runId);
    await closeSnapshot(env.DATABASE, snapshotId, { status: "incomplete" });
    if (await deleteItems(env.DATABASE, snapshotId)) await removeDocuments(env.ARTIFACTS, { tenantId, snapshotId });
  },
});
