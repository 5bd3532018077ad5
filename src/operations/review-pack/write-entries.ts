/** Writes archive entries: compressed, in their final form, durable, each once. */
import { z } from "zod";
import { ArchiveStorage } from "../../storage/archive-storage.ts";
import { type SegmentEntry, writeSegment } from "../../archives/segment.ts";
import { noteSegment } from "../../database/review-packs/review-pack-staging.ts";
import { type PackSpecification, readPackSpecification, placeOf } from "../../database/review-packs/review-packs.ts";
import type { RunUnitTask, UnitContext, UnitResult } from "../../runs/operation.ts";
import { survivingStorageOutage } from "../../runs/storage-outage.ts";
import { segmentsOf } from "../archive-making/segments-of.ts";
import { PackContents } from "./entry-content.ts";
import { type PackFile, packFileSchema } from "./pack-files.ts";

export const packUnitSchema = z.object({ packId: z.string(), file: packFileSchema });

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
  // Generated files are streams, and count for nothing.
  for (const together of segmentsOf(entries, ({ file }) => (file.kind === "generated" ? 0 : file.bytes))) {
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
  const storage = new ArchiveStorage(env.ARTIFACTS, placeOf(pack));
  const ordinals = entries.map(({ ordinal }) => ordinal);
  const objectKey = await storage.segmentKey(ordinals);
  const bytes = await writeSegment(entries, { at: pack.takenAt });
  await storage.put(objectKey, bytes);
  const noted = await noteSegment(
    env.DATABASE,
    { table: "review_packs", id: pack.id },
    {
      objectKey,
      ordinals,
      objectBytes: bytes.byteLength,
      generated: source.generatedHashes,
    },
  );
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
