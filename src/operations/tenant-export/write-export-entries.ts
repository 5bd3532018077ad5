/** Writes an export's entries: compressed, in their final form, durable, with what the manifest says of each. */
import { z } from "zod";
import { writeSegment } from "../../archives/segment.ts";
import { gathered } from "../../archives/text-chunks.ts";
import {
  type ExportSpecification,
  exportIdOf,
  placeOf,
  readSpecification,
} from "../../database/exports/tenant-exports.ts";
import { noteSegment } from "../../database/review-packs/review-pack-staging.ts";
import type { SegmentEntries } from "../../database/review-packs/tables.ts";
import { hexOf, sha256Hex } from "../../digests/sha256.ts";
import type { RunUnitTask, UnitContext, UnitResult } from "../../runs/operation.ts";
import { survivingStorageOutage } from "../../runs/storage-outage.ts";
import { ArchiveStorage } from "../../storage/archive-storage.ts";
import { readContent } from "../../storage/tenant-contents.ts";
import { segmentsOf } from "../archive-making/segments-of.ts";
import { auditLines, rowLines } from "./export-lines.ts";
import { type ExportFile, exportFileSchema } from "./export-files.ts";
import type { TenantEnv } from "../../database/databases.ts";

const unitSchema = z.object({ file: exportFileSchema });

/** What a slice of rows counts for when entries are put together in a segment: about what its rows compress to. */
const BYTES_OF_ROWS = 1024 * 1024;

const WRITTEN: UnitResult = { kind: "succeeded", counters: { created: 1 } };
const CLOSED: UnitResult = {
  kind: "failed",
  reasonCode: "export_closed",
  message: "The export was closed before this file was written.",
};

type WrittenFile = NonNullable<SegmentEntries["written"]>[number];

interface Entry {
  ordinal: number;
  file: ExportFile;
}

/**
 * Writes the tasks' entries as segments: an object in R2 and a row in D1 for each. Durable when it resolves. Repeated, it writes what is stored
 * by then, to a place of its own; one of the two is used. In memory: one segment, and a content or a page of rows.
 */
export async function writeExportEntries(tasks: RunUnitTask[], context: UnitContext): Promise<UnitResult[]> {
  const [first] = tasks;
  if (first === undefined) return [];
  let open = true;
  const outcome = await survivingStorageOutage(first, "Start again to make a new export.", async () => {
    const made = await readSpecification(context.env.DATABASE, exportIdOf(first.runId));
    open = made?.status === "writing";
    if (made === null || !open) return CLOSED;
    const entries = tasks.map(({ ordinal, input }) => ({ ordinal, file: unitSchema.parse(input).file }));
    for (const together of segmentsOf(entries, ({ file }) => (file.kind === "content" ? file.bytes : BYTES_OF_ROWS))) {
      open &&= await storeSegment(context.env, made, together);
    }
    return open ? WRITTEN : CLOSED;
  });
  return tasks.map(() => outcome);
}

/** False when the export was closed meanwhile. */
async function storeSegment(env: TenantEnv, made: ExportSpecification, entries: readonly Entry[]): Promise<boolean> {
  const written: WrittenFile[] = [];
  const contents = entries.map(({ file }, at) => ({
    path: file.path,
    content: told(contentOf(env, made, file), (entry) => (written[at] = { path: file.path, ...entry })),
  }));
  const bytes = await writeSegment(contents, { at: made.createdAt });
  const ordinals = entries.map(({ ordinal }) => ordinal);
  const storage = new ArchiveStorage(env.ARTIFACTS, placeOf(made));
  const objectKey = await storage.segmentKey(ordinals, bytes);
  await storage.put(objectKey, bytes);
  const segment = { objectKey, ordinals, objectBytes: bytes.byteLength, generated: [], written };
  if (await noteSegment(env.DATABASE, { table: "tenant_exports", id: made.id }, segment)) return true;
  // Closed meanwhile: its cleanup may have been here already.
  await storage.remove(objectKey);
  return false;
}

/** A file's chunks; what there is to say of it beside its bytes is known once they are all read. */
interface FileContent {
  chunks: AsyncIterable<Uint8Array>;
  said: { rows?: number; exception?: string };
}

function contentOf(env: TenantEnv, { tenantId }: ExportSpecification, file: ExportFile): FileContent {
  if (file.kind === "content") return storedContent(env, tenantId, file);
  const said = { rows: 0 };
  const lines =
    file.kind === "rows"
      ? rowLines(env.DATABASE, tenantId, file.source, file.slice, said)
      : auditLines(env.DATABASE, tenantId, file, said);
  return { chunks: gathered(lines), said };
}

/** A content as it is stored. One that is gone or damaged does not end the export: the manifest names it. */
function storedContent(env: TenantEnv, tenantId: string, file: Extract<ExportFile, { kind: "content" }>): FileContent {
  const said: FileContent["said"] = {};
  async function* chunks(): AsyncGenerator<Uint8Array> {
    const bytes = await readContent(env.ARTIFACTS, tenantId, file.key);
    if (bytes === null) said.exception = "freed while the export was made";
    else if ((await sha256Hex(bytes)) !== file.sha256) said.exception = "damaged: its bytes are not what its name says";
    if (bytes !== null) yield bytes;
  }
  return { chunks: chunks(), said };
}

/** The chunks as they are; at their end it tells what they were. */
async function* told(
  { chunks, said }: FileContent,
  tell: (entry: Omit<WrittenFile, "path">) => void,
): AsyncGenerator<Uint8Array> {
  const digest = new crypto.DigestStream("SHA-256");
  const writer = digest.getWriter();
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.byteLength;
    await writer.write(chunk);
    yield chunk;
  }
  await writer.close();
  tell({ sha256: hexOf(await digest.digest), bytes, ...said });
}
