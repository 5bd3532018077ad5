/** Writes archive entries: compressed, in their final form, durable, each once. */
import { z } from "zod";
import { PackStorage } from "../../storage/pack-storage.ts";
import { type SegmentEntry, writeSegment } from "../../archives/segment.ts";
import { noteSegment } from "../../database/review-packs/review-pack-staging.ts";
import { type PackSpecification, readPackSpecification } from "../../database/review-packs/review-packs.ts";
import type { RunUnitTask, UnitContext, UnitResult } from "../../runs/operation.ts";
import { survivingStorageOutage } from "../../runs/storage-outage.ts";
import { PackContents } from "./entry-content.ts";
import { type PackFile, packFileSchema } from "./pack-files.ts";

export const packUnitSchema = z.object({ packId: z.string(), file: packFileSchema });

/** Content that one segment holds at most; a single larger file has one of its own. Generated ones are streams, and count for nothing. */
const MAX_SEGMENT_BYTES = 4 * 1024 * 1024;

const WRITTEN: UnitResult = { kind: "succeeded", counters: { created: 1 } };
const CLOSED: UnitResult = {
  kind: "failed",
  reasonCode: "pack_closed",
  message: "The pack was closed before this file was written.",
};

/**
 * Writes the tasks' entries as segments: an object in R2 and a row in D1 for each. Durable when it resolves. Repeated, it writes
 * the same bytes to the same place; entries that are in two segments are the same in both. In memory: one segment, its contents
 * and what they are compressed to.
 */
export async function writeEntries(tasks: RunUnitTask[], context: UnitContext): Promise<UnitResult[]> {
  const [first] = tasks;
  if (first === undefined) return [];
  let results: UnitResult[] = [];
  const outcome = await survivingStorageOutage(first, "Start again to make a new pack.", async () => {
    results = await writeAll(tasks, context);
    return WRITTEN;
  });
  return outcome.kind === "deferred" ? tasks.map(() => outcome) : results;
}

async function writeAll(tasks: readonly RunUnitTask[], context: UnitContext): Promise<UnitResult[]> {
  const entries = tasks.map(({ ordinal, input }, index) => ({ index, ordinal, ...packUnitSchema.parse(input) }));
  const pack = await readPackSpecification(context.env.DATABASE, entries[0]?.packId ?? "");
  const results: UnitResult[] = tasks.map(() => CLOSED);
  if (pack === null || pack.status !== "writing") return results;
  const contents = new PackContents(context.env, pack);
  for (const together of segmentsOf(entries)) {
    const written = await writeTogether(pack, together, contents, context);
    together.forEach(({ index }, at) => (results[index] = written[at] ?? CLOSED));
  }
  return results;
}

interface Entry {
  index: number;
  ordinal: number;
  file: PackFile;
}

/** Entries that make a segment each. By the sizes that the snapshot tells: nothing has been read yet. */
function segmentsOf(entries: readonly Entry[]): Entry[][] {
  const segments: Entry[][] = [];
  let bytes = Infinity;
  for (const entry of entries) {
    const entryBytes = entry.file.kind === "generated" ? 0 : entry.file.bytes;
    if (bytes + entryBytes > MAX_SEGMENT_BYTES) {
      segments.push([]);
      bytes = 0;
    }
    segments.at(-1)?.push(entry);
    bytes += entryBytes;
  }
  return segments;
}

/** Results in the entries' order. */
async function writeTogether(
  pack: PackSpecification,
  entries: readonly Entry[],
  source: PackContents,
  context: UnitContext,
): Promise<UnitResult[]> {
  const contents = await source.read(entries.map(({ file }) => file));
  const ready: ReadyEntry[] = [];
  entries.forEach(({ ordinal, file }, at) => {
    const content = contents[at];
    if (content?.kind === "ready") ready.push({ ordinal, path: file.path, content: content.content });
  });
  const result = ready.length === 0 ? WRITTEN : await storeSegment(pack, ready, source, context);
  return contents.map((content) => (content.kind === "ready" ? result : unavailable(content.reason)));
}

interface ReadyEntry extends SegmentEntry {
  ordinal: number;
}

async function storeSegment(
  pack: PackSpecification,
  entries: readonly ReadyEntry[],
  source: PackContents,
  { env }: UnitContext,
): Promise<UnitResult> {
  const storage = new PackStorage(env.ARTIFACTS, pack.tenantId, pack.id);
  const ordinals = entries.map(({ ordinal }) => ordinal);
  const objectKey = await storage.segmentKey(ordinals);
  const bytes = await writeSegment(entries, { at: pack.takenAt });
  await storage.put(objectKey, bytes);
  const noted = await noteSegment(env.DATABASE, pack.id, {
    objectKey,
    ordinals,
    objectBytes: bytes.byteLength,
    generated: source.generatedHashes,
  });
  if (noted) return WRITTEN;
  // Closed meanwhile: its cleanup may have been here already.
  await storage.remove(objectKey);
  return CLOSED;
}

function unavailable(reason: "missing" | "corrupt"): UnitResult {
  const what = reason === "missing" ? "is not in the store any more" : "is not what it was when the snapshot was taken";
  return {
    kind: "failed",
    reasonCode: "content_unavailable",
    message: `The recorded content ${what}. Take a new evidence snapshot, then make a new pack.`,
  };
}
