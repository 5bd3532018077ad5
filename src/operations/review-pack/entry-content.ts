/** The content of a pack's files, and what their hashes are. */
import type { PackSpecification } from "../../database/review-packs/review-packs.ts";
import type { EntryContent } from "../../archives/segment.ts";
import { gathered } from "../../archives/text-chunks.ts";
import { eachOf } from "../../storage/each-of.ts";
import { readPayloadBytes } from "../../storage/payload-store.ts";
import { readPlaces } from "../../database/evidence/evidence-items.ts";
import { readDocumentsAt } from "../../storage/evidence-documents.ts";
import { hexOf, sha256Hex } from "../../digests/sha256.ts";
import { indexPage } from "./index-page.ts";
import { type Digest, manifestJson, manifestSums } from "./manifest.ts";
import type { Generated, PackFile } from "./pack-files.ts";
import { findingsCsv, findingsJson, inventoryCsv, operationsCsv, operationsJson } from "./tables.ts";
import type { TenantEnv } from "../../database/databases.ts";

export type FileContent =
  | { kind: "ready"; content: EntryContent }
  /** What the snapshot promised is not there, or is not what it was. */
  | { kind: "unavailable"; reason: "missing" | "corrupt" };

export class PackContents {
  readonly #env: TenantEnv;
  readonly #pack: PackSpecification;
  readonly #digests = new Map<Generated, Promise<Digest>>();
  readonly #hashes = new Map<Generated, Set<string>>();

  constructor(env: TenantEnv, pack: PackSpecification) {
    this.#env = env;
    this.#pack = pack;
  }

  /** SHA-256 of every generated file that was written or told of through this object. One each, or something is wrong. */
  get generatedHashes(): [Generated, string][] {
    return [...this.#hashes].flatMap(([path, hashes]) => [...hashes].map((hash): [Generated, string] => [path, hash]));
  }

  /**
   * Contents proven against the hashes that the snapshot gives them, all in memory but the generated ones. One query for all
   * evidence among them; from R2 one reading a policy, and one for some 50 documents of evidence.
   */
  async read(files: readonly PackFile[]): Promise<FileContent[]> {
    const { ARTIFACTS } = this.#env;
    const keys = files.flatMap((file) => (file.kind === "evidence" ? [file.itemKey] : []));
    const documents = await this.#documents(keys);
    return eachOf(files, async (file): Promise<FileContent> => {
      if (file.kind === "generated") return { kind: "ready", content: this.#generated(file.path) };
      if (file.kind === "evidence") return proven(documents.get(file.itemKey) ?? null, file.hash);
      const payload = await readPayloadBytes(ARTIFACTS, this.#pack.tenantId, file.hash);
      return payload.kind === "found"
        ? { kind: "ready", content: payload.bytes }
        : { kind: "unavailable", reason: payload.kind };
    });
  }

  /** Documents of evidence by the keys of their items; null where the document is gone. */
  async #documents(keys: readonly string[]): Promise<ReadonlyMap<string, string | null>> {
    if (keys.length === 0) return new Map();
    const places = await readPlaces(this.#env.DATABASE, this.#pack.snapshotId, keys);
    const documents = await readDocumentsAt(this.#env.ARTIFACTS, this.#pack, places);
    return new Map(places.map(({ key }, index) => [key, documents[index] ?? null]));
  }

  #digest(path: Generated): Promise<Digest> {
    const known = this.#digests.get(path) ?? this.#digestAnew(path);
    this.#digests.set(path, known);
    return known;
  }

  async #digestAnew(path: Generated): Promise<Digest> {
    let bytes = 0;
    for await (const chunk of this.#generated(path)) bytes += chunk.byteLength;
    const [hash = ""] = this.#hashes.get(path) ?? [];
    return { bytes, hash };
  }

  /** A generated file, as often as it is asked for: always the same bytes, unless something it is made with has changed meanwhile. */
  async *#generated(path: Generated): AsyncGenerator<Uint8Array> {
    const digest = new crypto.DigestStream("SHA-256");
    const writer = digest.getWriter();
    for await (const chunk of gathered(this.#text(path))) {
      await writer.write(chunk);
      yield chunk;
    }
    await writer.close();
    const hashes = this.#hashes.get(path) ?? new Set();
    this.#hashes.set(path, hashes.add(hexOf(await digest.digest)));
  }

  #text(path: Generated): AsyncGenerator<string> {
    const env = this.#env;
    const pack = this.#pack;
    const digest = (other: Generated): Promise<Digest> => this.#digest(other);
    switch (path) {
      case "index.html":
        return indexPage(env, pack);
      case "inventory.csv":
        return inventoryCsv(env, pack);
      case "operations.csv":
        return operationsCsv(env, pack);
      case "operations.json":
        return operationsJson(env, pack);
      case "findings.csv":
        return findingsCsv(env, pack);
      case "findings.json":
        return findingsJson(env, pack);
      case "manifest.json":
        return manifestJson(env, pack, digest);
      case "manifest.sha256":
        return manifestSums(env, pack, digest);
    }
  }
}

async function proven(text: string | null, hash: string): Promise<FileContent> {
  if (text === null) return { kind: "unavailable", reason: "missing" };
  const bytes = new TextEncoder().encode(text);
  if ((await sha256Hex(bytes)) !== hash) return { kind: "unavailable", reason: "corrupt" };
  return { kind: "ready", content: bytes };
}
