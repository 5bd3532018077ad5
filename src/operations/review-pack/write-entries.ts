/** Writes archive entries: compressed, in their final form, durable, each once. */
import { z } from "zod";
import { PackStorage } from "../../artifacts/archive/pack-storage.ts";
import { writeSegment } from "../../artifacts/archive/segment.ts";
import { noteSegment, type PackSpecification, readPackSpecification } from "../../database/review-packs.ts";
import type { RunUnitTask, UnitContext, UnitResult } from "../operation.ts";
import { PackContents } from "./entry-content.ts";
import { packFileSchema } from "./pack-files.ts";

export const packUnitSchema = z.object({ packId: z.string(), file: packFileSchema });

/** Content that one segment holds at most, as far as it is known beforehand; a single larger file has one of its own. */
const MAX_SEGMENT_BYTES = 4 * 1024 * 1024;

const WRITTEN: UnitResult = { kind: "succeeded", counters: { created: 1 } };
const CLOSED: UnitResult = {
  kind: "failed",
  reasonCode: "pack_closed",
  message: "The pack was closed before this file was written.",
};

/**
 * Writes the tasks' entries as segments: an object in R2 and a row in D1 for each. Durable when it resolves. Repeated, it writes
 * the same bytes to the same place; entries that are in two segments are the same in both.
 */
export async function writeEntries(tasks: RunUnitTask[], context: UnitContext): Promise<UnitResult[]> {
  const units = tasks.map((task) => ({ ordinal: task.ordinal, ...packUnitSchema.parse(task.input) }));
  const [first] = units;
  if (first === undefined) return [];
  const pack = await readPackSpecification(context.env.DATABASE, first.packId);
  if (pack === null || pack.status !== "writing") return tasks.map(() => CLOSED);
  const contents = await new PackContents(context.env, pack).read(units.map(({ file }) => file));

  const results: UnitResult[] = [];
  let segment: Entry[] = [];
  let segmentBytes = 0;
  const flush = async (): Promise<void> => {
    const result = segment.length === 0 ? WRITTEN : await storeSegment(pack, segment, context);
    for (const { index } of segment) results[index] = result;
    segment = [];
    segmentBytes = 0;
  };
  for (const [index, { ordinal, file }] of units.entries()) {
    const content = contents[index];
    if (content?.kind !== "ready") {
      results[index] = unavailable(content?.reason ?? "missing");
      continue;
    }
    const bytes = file.kind === "generated" ? 0 : file.bytes;
    if (segmentBytes + bytes > MAX_SEGMENT_BYTES) await flush();
    segment.push({ index, ordinal, path: file.path, content: content.content });
    segmentBytes += bytes;
  }
  await flush();
  return results;
}

interface Entry {
  index: number;
  ordinal: number;
  path: string;
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

async function storeSegment(pack: PackSpecification, entries: Entry[], { env }: UnitContext): Promise<UnitResult> {
  const storage = new PackStorage(env.ARTIFACTS, pack.tenantId, pack.id);
  const ordinals = entries.map(({ ordinal }) => ordinal);
  const objectKey = await storage.segmentKey(ordinals);
  const bytes = await writeSegment(entries, { at: pack.takenAt });
  await storage.put(objectKey, bytes);
  const noted = await noteSegment(env.DATABASE, pack.id, { objectKey, ordinals, objectBytes: bytes.byteLength });
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
