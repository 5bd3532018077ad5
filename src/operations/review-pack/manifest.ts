/**
 * The manifest and its checksums. Neither waits for the other files to be written: what their hashes are is known from the
 * snapshot, or computed here by generating the few generated ones once more.
 */
import type { EvidenceSnapshot } from "../../contract/evidence.ts";
import { rfc8785Text } from "../../policies/canonical-json.ts";
import type { JsonObject } from "../../policies/json-value.ts";
import { readSnapshot } from "../../database/evidence/evidence-snapshots.ts";
import type { PackSpecification } from "../../database/review-packs/review-packs.ts";
import { evidenceDocuments, policyFactsSchema, type EvidenceStore } from "./evidence-documents.ts";
import { type Generated, type PackFile, packFiles } from "./pack-files.ts";
import type { TenantDatabase } from "../../database/databases.ts";

export const FORMAT = "tenantatlas.review-pack/1";

export interface Digest {
  bytes: number;
  hash: string;
}

/** Digests a generated file by generating it. */
export type DigestGenerated = (path: Generated) => Promise<Digest>;

export async function snapshotOf(database: TenantDatabase, pack: PackSpecification): Promise<EvidenceSnapshot> {
  const snapshot = await readSnapshot(database, { id: pack.tenantId, slug: pack.tenantSlug }, pack.snapshotId);
  if (snapshot === null) throw new Error("the pack's snapshot is not there");
  return snapshot;
}

/** Everything but itself and its checksums, in the archive's order. Chunks: the head, then a line a file. */
export async function* manifestJson(
  store: EvidenceStore,
  pack: PackSpecification,
  digestGenerated: DigestGenerated,
): AsyncGenerator<string> {
  const snapshot = await snapshotOf(store.DATABASE, pack);
  const takenAt = snapshot.takenAt;
  const head: JsonObject = {
    format: FORMAT,
    tenant: { id: pack.tenantId, slug: pack.tenantSlug, name: pack.tenantName },
    snapshot: {
      id: snapshot.id,
      takenAt,
      itemCount: snapshot.itemCount,
      exceptionCount: snapshot.exceptionCount,
      merkleRoot: snapshot.merkleRoot,
      operation: snapshot.runId,
    },
    include: { ...pack.include },
  };
  yield `{${Object.entries(head)
    .map(([name, value]) => `${JSON.stringify(name)}:${rfc8785Text(value)}`)
    .join(",\n")},\n"files":[`;
  let separator = "\n";
  for await (const { file, source } of withSources(store, pack, snapshot)) {
    if (file.path === "manifest.json" || file.path === "manifest.sha256") continue;
    const digest = file.kind === "generated" ? await digestGenerated(file.path) : file;
    yield separator + rfc8785Text({ path: file.path, bytes: digest.bytes, sha256: digest.hash, source });
    separator = ",\n";
  }
  yield "\n]}\n";
}

/** What `sha256sum -c` verifies: every file but this one. Paths hold no line break and no backslash, which would need escaping. */
export async function* manifestSums(
  store: EvidenceStore,
  pack: PackSpecification,
  digestGenerated: DigestGenerated,
): AsyncGenerator<string> {
  for await (const file of packFiles(store.DATABASE, pack)) {
    if (file.path === "manifest.sha256") continue;
    const { hash } = file.kind === "generated" ? await digestGenerated(file.path) : file;
    yield `${hash}  ${file.path}\n`;
  }
}

/** Files with where each comes from: the operation that saw it, Graph's request id, and when. */
async function* withSources(
  store: EvidenceStore,
  pack: PackSpecification,
  snapshot: EvidenceSnapshot,
): AsyncGenerator<{ file: PackFile; source: JsonObject }> {
  // Policies' files come in the order of their items' keys, so that both are walked through side by side.
  const policies = evidenceDocuments(store, pack, "policy/");
  for await (const file of packFiles(store.DATABASE, pack)) {
    if (file.kind !== "policy") {
      const kind = file.kind === "evidence" ? "evidence" : "snapshot";
      yield { file, source: { kind, operation: snapshot.runId, graphRequestId: null, time: snapshot.takenAt } };
      continue;
    }
    const next = await policies.next();
    if (next.done === true || next.value.key !== file.itemKey)
      throw new Error("policies and their items are not in step");
    const facts = policyFactsSchema.parse(next.value.facts);
    yield {
      file,
      source: {
        kind: "microsoft-graph",
        operation: facts.seenByOperation,
        graphRequestId: facts.graphRequestId,
        time: facts.lastSeenAt,
      },
    };
  }
}
