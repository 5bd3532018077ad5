/**
 * The file map of a pack: a function of its snapshot and its options alone, so that it is the same whenever it is asked for.
 * It comes in pages, in the order of the files' keys, which is the archive's order and the order of the run's units.
 */
import { z } from "zod";
import { folderName, uniqueFileName } from "../../archives/file-names.ts";
import { sha256Hex } from "../../digests/sha256.ts";
import { familyOf, kindOf } from "../../database/evidence/item-key.ts";
import { listPackItems, type PackItem } from "../../database/evidence/evidence-items.ts";
import { decodeOpaque, encodeOpaque } from "../../database/sql/opaque-id.ts";
import type { PackSpecification } from "../../database/review-packs/review-packs.ts";
import type { TenantDatabase } from "../../database/databases.ts";

export const GENERATED = [
  "index.html",
  "inventory.csv",
  "findings.csv",
  "findings.json",
  "operations.csv",
  "operations.json",
  "manifest.json",
  "manifest.sha256",
] as const;
export type Generated = (typeof GENERATED)[number];

/** Where a file's content is. */
export const packFileSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("generated"), path: z.enum(GENERATED) }),
  z.object({ kind: z.literal("evidence"), path: z.string(), itemKey: z.string(), hash: z.string(), bytes: z.int() }),
  z.object({ kind: z.literal("policy"), path: z.string(), itemKey: z.string(), hash: z.string(), bytes: z.int() }),
]);
export type PackFile = z.infer<typeof packFileSchema>;

export interface PlacedFile {
  /** Ascends over the whole map. */
  key: string;
  file: PackFile;
}

/** Units of a page of the plan come from so many items; whoever goes through the whole map takes more of them at a time. */
const ITEMS_PER_PAGE = 500;
const ITEMS_PER_LARGE_PAGE = 2_000;
/** Ends of the map: `0…` comes first, `9…` last. */
type Part = "head" | "evidence" | "policies" | "tail";

interface Position {
  part: Part;
  /** Items up to this key are done. */
  afterKey: string;
}

/** A page of the map; `cursor` is null for the first. One query. */
export async function packFilePage(
  database: TenantDatabase,
  pack: PackSpecification,
  cursor: string | null,
  itemsPerPage = ITEMS_PER_PAGE,
): Promise<{ files: PlacedFile[]; nextCursor: string | null }> {
  const position = readCursor(cursor);
  switch (position.part) {
    case "head":
      return { files: headFiles(pack), nextCursor: writeCursor({ part: partAfter("head", pack), afterKey: "" }) };
    case "evidence":
    case "policies": {
      const policiesOnly = position.part === "policies";
      const items = await listPackItems(database, pack.snapshotId, {
        afterKey: position.afterKey,
        policiesOnly,
        limit: itemsPerPage,
      });
      const files = await Promise.all(items.map(policiesOnly ? policyFile : evidenceFile));
      const last = items.length === itemsPerPage ? items.at(-1) : undefined;
      const next =
        last === undefined
          ? { part: partAfter(position.part, pack), afterKey: "" }
          : { part: position.part, afterKey: last.key };
      return { files, nextCursor: writeCursor(next) };
    }
    case "tail": {
      const files = (["manifest.json", "manifest.sha256"] as const).map((path) => generatedFile(9, path));
      return { files, nextCursor: null };
    }
  }
}

/** The whole map. One query for every 2,000 items. */
export async function* packFiles(database: TenantDatabase, pack: PackSpecification): AsyncGenerator<PackFile> {
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof packFilePage>> = await packFilePage(
      database,
      pack,
      cursor,
      ITEMS_PER_LARGE_PAGE,
    );
    for (const { file } of page.files) yield file;
    cursor = page.nextCursor;
  } while (cursor !== null);
}

function partAfter(part: Part, { include }: PackSpecification): Part {
  if (part === "head" && include.evidence) return "evidence";
  if ((part === "head" || part === "evidence") && include.rawPolicies) return "policies";
  return "tail";
}

function headFiles({ include }: PackSpecification): PlacedFile[] {
  const files = [generatedFile(0, "index.html"), generatedFile(1, "inventory.csv")];
  if (include.findings) files.push(generatedFile(2, "findings.csv"), generatedFile(2, "findings.json"));
  if (include.operations) files.push(generatedFile(2, "operations.csv"), generatedFile(2, "operations.json"));
  return files;
}

function generatedFile(section: number, path: Generated): PlacedFile {
  return { key: `${section}/${path}`, file: { kind: "generated", path } };
}

async function evidenceFile(item: PackItem): Promise<PlacedFile> {
  const path = `evidence/${await evidencePath(item)}`;
  const { key, itemHash: hash, itemBytes: bytes } = item;
  return { key: `3/${key}`, file: { kind: "evidence", path, itemKey: key, hash, bytes } };
}

async function evidencePath(item: PackItem): Promise<string> {
  const kind = kindOf(item.key);
  if (kind === "policy") return `policies/${await policyPath(item)}`;
  if (kind === "family") return `families/${folderName(familyOf(item.key) ?? "")}.json`;
  return `${folderName(kind)}.json`;
}

async function policyFile(item: PackItem): Promise<PlacedFile> {
  if (item.contentHash === null || item.contentBytes === null)
    throw new Error("a policy's item has its document's hash");
  const path = `policies/${await policyPath(item)}`;
  return {
    key: `4/${item.key}`,
    file: { kind: "policy", path, itemKey: item.key, hash: item.contentHash, bytes: item.contentBytes },
  };
}

/** `<family>/<name>--<id>.json`; the id is what follows the family in the item's key. */
async function policyPath({ key, title }: PackItem): Promise<string> {
  const folder = folderName(familyOf(key) ?? "");
  const id = key.slice(`policy/${folder}/`.length);
  return `${folder}/${uniqueFileName(title, id, await sha256Hex(id))}`;
}

function writeCursor({ part, afterKey }: Position): string {
  return `${part}.${encodeOpaque(afterKey)}`;
}

function readCursor(cursor: string | null): Position {
  if (cursor === null) return { part: "head", afterKey: "" };
  const [part, after = ""] = cursor.split(".");
  if (part !== "evidence" && part !== "policies" && part !== "tail") throw new Error("a cursor names a part");
  return { part, afterKey: decodeOpaque(after, Infinity) ?? "" };
}
