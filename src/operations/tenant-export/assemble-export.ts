/** The end of an export's run: the manifest, its checksums and a page for strangers are added, and all entries become the archive. */
import { writeSegment } from "../../archives/segment.ts";
import { gathered } from "../../archives/text-chunks.ts";
import {
  beginAssembling,
  completeExport,
  exportIdOf,
  type ExportSpecification,
  placeOf,
  readSpecification,
} from "../../database/exports/tenant-exports.ts";
import { listSegments, noteSegment, type StoredSegment } from "../../database/review-packs/review-pack-staging.ts";
import type { FinalizeResult, FinalizingRun, MadeThing, UnitContext } from "../../runs/operation.ts";
import { ArchiveStorage } from "../../storage/archive-storage.ts";
import { Assembly, readPosition } from "../archive-making/assembly.ts";
import { discardExport } from "./discard-export.ts";
import { DESCRIBING, describe, type ExportedFiles, filesOf } from "./describe-export.ts";
import type { TenantDatabase } from "../../database/databases.ts";

/** One step of `BulkBehavior.finalize`. */
export async function assembleExport(
  run: FinalizingRun,
  { env, now }: UnitContext,
): Promise<FinalizeResult<MadeThing>> {
  const { DATABASE, ARTIFACTS } = env;
  const id = exportIdOf(run.runId);
  const made = await readSpecification(DATABASE, id);
  if (made === null) throw new Error("the run's export is not there");
  const result = { id };
  const storage = new ArchiveStorage(ARTIFACTS, placeOf(made));
  const entries = run.total + DESCRIBING.length;
  if (made.status === "complete") {
    // Killed behind the row's last change: what the archive was made from may still be there.
    await storage.clear("staging");
    return { kind: "finalized", result, extent: entries };
  }
  if (run.counts.failed > 0) {
    await discardExport(env, made);
    return {
      kind: "failed",
      code: "entries_failed",
      message: "Some files could not be written, so there is no export. See which and why, then start again.",
    };
  }
  if (!(await beginAssembling(DATABASE, id))) throw new Error("the export was closed");
  const files = filesOf(await listSegments(DATABASE, id), run.total);
  // The archive appears in R2 whole or not at all: when it is there, only the last lines are left to do.
  if ((await storage.archiveBytes()) === null) {
    await storeDescription(DATABASE, storage, made, files);
    const segments = await listSegments(DATABASE, id);
    const assembly = new Assembly(DATABASE, storage, { table: "tenant_exports", ...made }, segments);
    const next = await assembly.step(readPosition(run.cursor), entries);
    if (next !== null) return { kind: "continue", cursor: JSON.stringify(next) };
  }
  const archiveBytes = await storage.archiveBytes();
  if (archiveBytes === null) throw new Error("the archive is not in R2");
  const archiveHash = await storage.hashArchive();
  const rowCount = files.reduce((rows, file) => rows + (file.rows ?? 0), 0);
  await completeExport(DATABASE, id, { fileCount: entries, rowCount, archiveBytes, archiveHash, at: now() });
  await storage.clear("staging");
  return { kind: "finalized", result, extent: entries };
}

/** Writes what describes the files, behind them all. It follows from what is noted of them, so that again it is the same. */
async function storeDescription(
  database: TenantDatabase,
  storage: ArchiveStorage,
  made: ExportSpecification,
  files: ExportedFiles,
): Promise<void> {
  const described = DESCRIBING.map((path) => ({ path, content: gathered(describe(path, made, files)) }));
  const bytes = await writeSegment(described, { at: made.createdAt });
  const ordinals = DESCRIBING.map((_, at) => files.length + at);
  const objectKey = await storage.segmentKey(ordinals, bytes);
  await storage.put(objectKey, bytes);
  const segment: StoredSegment & { objectBytes: number } = {
    objectKey,
    ordinals,
    objectBytes: bytes.byteLength,
    generated: [],
  };
  await noteSegment(database, { table: "tenant_exports", id: made.id, status: "assembling" }, segment);
}
