/** A review pack, verified from its file alone: nothing is asked of a server. */
import { createHash } from "node:crypto";
import { openAsBlob } from "node:fs";
import { BlobReader, type FileEntry, Uint8ArrayWriter, ZipReader } from "@zip.js/zip.js";
import { CommandError, EXIT } from "../exit-codes.ts";
import { clean } from "../output/clean.ts";
import { judgeEvidence, manifestSchema } from "./evidence.ts";

/** Faults that are told one by one. */
const FAULTS_TOLD = 20;
const CHECKSUM = /^([0-9a-f]{64}) [ *](.+)$/;
const MANIFEST = "manifest.json";
const CHECKSUMS = "manifest.sha256";

export interface PackVerdict {
  files: number;
  /** Recomputed; null for a pack without evidence. */
  merkleRoot: string | null;
  faults: string[];
  lines: string[];
}

/** @param expectedRoot a Merkle root that was kept elsewhere. @throws CommandError for what is no review pack */
export async function judgePack(file: string, expectedRoot: string | undefined): Promise<PackVerdict> {
  const entries = await entriesOf(file);
  const names = [...entries.keys()];
  // All files of a pack stand in one folder of its name.
  const folder = names.find((name) => name.endsWith(CHECKSUMS))?.slice(0, -CHECKSUMS.length);
  if (folder === undefined) throw new CommandError(`${file} is no review pack: it has no ${CHECKSUMS}.`);
  const bytesOf = async (name: string): Promise<Buffer | null> => {
    const entry = entries.get(folder + name);
    return entry === undefined ? null : Buffer.from(await entry.getData(new Uint8ArrayWriter()));
  };
  const faults: string[] = [];
  const listed = new Set([folder + CHECKSUMS]);
  const evidence: Buffer[] = [];
  const checksums = (await bytesOf(CHECKSUMS))?.toString("utf8") ?? "";
  for (const line of checksums.split("\n").filter((text) => text !== "")) {
    const [, hash, name] = CHECKSUM.exec(line) ?? [];
    if (hash === undefined || name === undefined) {
      faults.push(`${CHECKSUMS} has a line that is no checksum`);
      continue;
    }
    listed.add(folder + name);
    const bytes = await bytesOf(name);
    if (bytes === null) faults.push(`${name} is missing`);
    else if (createHash("sha256").update(bytes).digest("hex") !== hash)
      faults.push(`${name} is not what its checksum says`);
    else if (name.startsWith("evidence/") && name.endsWith(".json")) evidence.push(bytes);
  }
  for (const name of names) if (!listed.has(name)) faults.push(`${name} stands in no checksum`);
  const verdict = evidence.length === 0 ? null : await judgeItems(await bytesOf(MANIFEST), evidence, expectedRoot);
  if (verdict !== null && !verdict.matches) faults.push("the evidence is not what was recorded");
  if (verdict === null && expectedRoot !== undefined)
    faults.push("the pack holds no evidence to compare the root with");
  return {
    files: names.length,
    merkleRoot: verdict?.root ?? null,
    faults,
    lines: [
      `files       ${names.length}`,
      ...(verdict?.lines ?? ["The pack holds no evidence."]),
      ...faults.slice(0, FAULTS_TOLD).map((fault) => `FAULT       ${clean(fault)}`),
      ...(faults.length > FAULTS_TOLD ? [`            and ${faults.length - FAULTS_TOLD} more`] : []),
      faults.length === 0 ? "Every file is what the pack's checksums say." : "THE PACK IS NOT WHAT IT SAYS.",
    ],
  };
}

async function judgeItems(manifest: Buffer | null, items: Buffer[], expectedRoot: string | undefined) {
  if (manifest === null) throw new CommandError(`The pack has no ${MANIFEST}.`, { code: EXIT.failed });
  const { snapshot } = manifestSchema.parse(JSON.parse(manifest.toString("utf8")));
  return judgeEvidence({ root: snapshot.merkleRoot, itemCount: snapshot.itemCount, items }, expectedRoot);
}

async function entriesOf(file: string): Promise<Map<string, FileEntry>> {
  try {
    const archive = new ZipReader(new BlobReader(await openAsBlob(file)));
    const entries = await archive.getEntries();
    return new Map(entries.flatMap((entry) => (entry.directory ? [] : [[entry.filename, entry]])));
  } catch {
    throw new CommandError(`${file} cannot be opened as a ZIP archive.`);
  }
}
