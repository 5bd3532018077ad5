/** The end of a pack's run: the written entries become the archive, or everything is given up. */
import { ArchiveStorage } from "../../storage/archive-storage.ts";
import { listSegments, type StoredSegment } from "../../database/review-packs/review-pack-staging.ts";
import { completePack, packIdOf, readPackSpecification, placeOf } from "../../database/review-packs/review-packs.ts";
import type { FinalizeResult, FinalizingRun, MadeThing, UnitContext } from "../../runs/operation.ts";
import { Assembly, readPosition } from "../archive-making/assembly.ts";
import { discardPack } from "./discard-pack.ts";

/** One step of `BulkBehavior.finalize`. Three queries beside what the assembly costs. */
export async function assemblePack(run: FinalizingRun, context: UnitContext): Promise<FinalizeResult<MadeThing>> {
  const { DATABASE, ARTIFACTS } = context.env;
  const id = packIdOf(run.runId);
  const pack = await readPackSpecification(DATABASE, id);
  if (pack === null) throw new Error("the run's pack is not there");
  const result = { id };
  const storage = new ArchiveStorage(ARTIFACTS, placeOf(pack));
  if (pack.status === "complete") {
    // Killed behind the row's last change: what the archive was made from may still be there.
    await storage.clear("staging");
    return { kind: "finalized", result, extent: run.total };
  }
  if (run.counts.failed > 0) {
    await discardPack(context.env, pack);
    return {
      kind: "failed",
      code: "entries_failed",
      message: "Some files could not be written, so there is no pack. See which and why, then start again.",
    };
  }
  // The archive appears in R2 whole or not at all: when it is there, only the last lines are left to do.
  if ((await storage.archiveBytes()) === null) {
    const segments = await listSegments(DATABASE, id);
    if (!inAgreement(segments)) {
      await discardPack(context.env, pack);
      return {
        kind: "failed",
        code: "changed_meanwhile",
        message: "TenantAtlas was changed while the pack was written, so its files do not agree. Start again.",
      };
    }
    const assembly = new Assembly(DATABASE, storage, { table: "review_packs", ...pack }, segments);
    const next = await assembly.step(readPosition(run.cursor), run.total);
    if (next !== null) return { kind: "continue", cursor: JSON.stringify(next) };
  }
  const archiveBytes = await storage.archiveBytes();
  if (archiveBytes === null) throw new Error("the archive is not in R2");
  const archiveHash = await storage.hashArchive();
  await completePack(DATABASE, id, { fileCount: run.total, archiveBytes, archiveHash, at: context.now() });
  await storage.clear("staging");
  return { kind: "finalized", result, extent: run.total };
}

/**
 * Whether every generated file has one content in all that was written and in all that the manifest tells. It has, unless this
 * code (by a deployment) or the tenant's name changed between two units.
 */
export function inAgreement(segments: readonly StoredSegment[]): boolean {
  const hashes = new Map<string, string>();
  for (const [path, hash] of segments.flatMap(({ generated }) => generated)) {
    if ((hashes.get(path) ?? hash) !== hash) return false;
    hashes.set(path, hash);
  }
  return true;
}
