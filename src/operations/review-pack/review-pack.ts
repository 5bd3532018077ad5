/**
 * `review-pack.generate`: an archive for auditors, from a complete evidence snapshot. A unit is one entry written; `total` is what
 * `unzip -l` will list. Entries are compressed and staged in any order; finalizing puts them together (decisions/050).
 */
import type { z } from "zod";
import { OPERATION_TYPES } from "../../contract/operation-types.ts";
import { PACK_PARTS, type PackInclude, packInputSchema } from "../../contract/review-packs.ts";
import { countItems } from "../../database/evidence/evidence-items.ts";
import { newestCompleteSnapshotId, readSnapshot } from "../../database/evidence/evidence-snapshots.ts";
import { openPack, packIdOf, readPackSpecification } from "../../database/review-packs/review-packs.ts";
import { implement } from "../../runs/implement.ts";
import type { Preparation } from "../../runs/operation.ts";
import { assemblePack } from "./assemble-pack.ts";
import { discardPack, sweepPacks } from "./discard-pack.ts";
import { packFilePage } from "./pack-files.ts";
import { writeEntries } from "./write-entries.ts";
import type { TenantEnv } from "../../database/databases.ts";

const TYPE = "review-pack.generate";

export interface ReviewPackInput {
  /** Always there once the request has been prepared. */
  evidenceSnapshotId?: string;
  include: PackInclude;
}

const inputSchema: z.ZodType<ReviewPackInput> = packInputSchema.transform(({ evidenceSnapshotId, include }) => ({
  ...(evidenceSnapshotId === undefined ? {} : { evidenceSnapshotId }),
  include: {
    rawPolicies: include?.rawPolicies ?? true,
    evidence: include?.evidence ?? true,
    operations: include?.operations ?? true,
    findings: include?.findings ?? true,
  },
}));

export const reviewPack = implement(TYPE, {
  inputSchema,
  unitsPerMessage: 64,
  callsGraph: false,
  needs: { queries: 40, subrequests: 500, memoryMiB: 32 },
  concurrency: 1,
  unitsPerExecution: 64,
  // Two minutes of a storage outage: a pack is not worth less for being late.
  maxDeferrals: 12,

  prepare,

  async plan(run, input, cursor, { env }) {
    const { runId, tenantId, initiatorId, createdAt } = run;
    const { evidenceSnapshotId: snapshotId, include } = input;
    if (snapshotId === undefined) throw new Error("the request was not prepared");
    const id = packIdOf(runId);
    const pack = await openPack(env.DATABASE, { id, tenantId, runId, snapshotId, include, createdAt, initiatorId });
    const page = await packFilePage(env.DATABASE, pack, cursor);
    const units = page.files.map(({ key, file }) => ({ key, label: file.path, input: { packId: id, file } }));
    return { kind: "listed", units, nextCursor: page.nextCursor };
  },

  executeMany: writeEntries,
  async execute(task, context) {
    const [result] = await writeEntries([task], context);
    if (result === undefined) throw new Error("an entry has a result");
    return result;
  },

  finalize: (run, _input, context) => assemblePack(run, context),

  sweep: sweepPacks,

  async abandon({ runId }, _input, { env }) {
    const pack = await readPackSpecification(env.DATABASE, packIdOf(runId));
    if (pack !== null) await discardPack(env, pack);
  },
});

/** Chooses the snapshot, so that "the newest" and that one by its id are the same work. Three queries at most. */
async function prepare(
  tenantId: string,
  input: ReviewPackInput,
  env: TenantEnv,
): Promise<Preparation<ReviewPackInput>> {
  if (!PACK_PARTS.some((part) => input.include[part])) {
    return refused("include", "leaves nothing to put into the pack: include at least one part");
  }
  const chosen = input.evidenceSnapshotId ?? (await newestCompleteSnapshotId(env.DATABASE, tenantId));
  if (chosen === null) {
    return refused("evidenceSnapshotId", "there is no complete evidence snapshot yet: take one first");
  }
  const snapshot = await readSnapshot(env.DATABASE, { id: tenantId, slug: "" }, chosen);
  if (snapshot?.status !== "complete") {
    return refused("evidenceSnapshotId", "is not a complete evidence snapshot of this tenant");
  }
  if (!PACK_PARTS.some((part) => part !== "rawPolicies" && input.include[part])) {
    const { policies } = await countItems(env.DATABASE, snapshot.id);
    if (policies === 0)
      return refused("include", "leaves nothing to put into the pack: the snapshot holds no policies");
  }
  const subject = OPERATION_TYPES[TYPE].subject({ takenAt: snapshot.takenAt });
  return { kind: "ready", input: { evidenceSnapshotId: snapshot.id, include: input.include }, subject };
}

function refused(path: string, message: string): Preparation<ReviewPackInput> {
  return { kind: "refused", fields: [{ path, message }] };
}
