/** Items' documents as a pack's pages and tables read them. They were written by `evidence-snapshot/`, and are parsed again here. */
import { z } from "zod";
import { evidenceKindSchema } from "../../contract/evidence.ts";
import { listStoredItems, readPlaces } from "../../database/evidence/evidence-items.ts";
import { parseStoredJson } from "../../database/sql/stored-json.ts";
import { readDocumentsAt, type SnapshotPlace } from "../../storage/evidence-documents.ts";
import type { TenantEnv } from "../../database/databases.ts";

/** A document takes a kilobyte or two. Fewer at a time would take more queries than an invocation has for a large tenant. */
const DOCUMENTS_PER_PAGE = 1_000;

const documentSchema = z.object({
  key: z.string(),
  kind: evidenceKindSchema,
  title: z.string(),
  takenAt: z.string(),
  exception: z.object({ code: z.string(), message: z.string() }).nullable(),
  facts: z.record(z.string(), z.unknown()),
});
export type EvidenceDocument = z.infer<typeof documentSchema>;

/** Where the items of snapshots and their documents are. */
export type EvidenceStore = Pick<TenantEnv, "DATABASE" | "ARTIFACTS">;

/** A snapshot's documents in the order of their keys, 1,000 in memory at a time. `prefix` takes those whose key begins so. */
export async function* evidenceDocuments(
  { DATABASE, ARTIFACTS }: EvidenceStore,
  snapshot: SnapshotPlace,
  prefix = "",
): AsyncGenerator<EvidenceDocument> {
  let afterKey = prefix;
  for (;;) {
    const page = await listStoredItems(DATABASE, snapshot.snapshotId, afterKey, DOCUMENTS_PER_PAGE);
    const wanted = page.filter(({ key }) => key.startsWith(prefix));
    for (const document of await readDocumentsAt(ARTIFACTS, snapshot, wanted)) yield parsed(document);
    if (wanted.length < DOCUMENTS_PER_PAGE) return;
    afterKey = page.at(-1)?.key ?? afterKey;
  }
}

/** A topic's facts by a schema; null where the snapshot has no such item. */
export async function topicFacts<T>(
  { DATABASE, ARTIFACTS }: EvidenceStore,
  snapshot: SnapshotPlace,
  key: string,
  schema: z.ZodType<T>,
): Promise<T | null> {
  const places = await readPlaces(DATABASE, snapshot.snapshotId, [key]);
  const [document] = await readDocumentsAt(ARTIFACTS, snapshot, places);
  return document === undefined ? null : schema.parse(parsed(document).facts);
}

/** Throws where the document is gone: a complete snapshot has all of its documents. */
function parsed(document: string | null): EvidenceDocument {
  if (document === null) throw new Error("a document of the snapshot is not in the store, or not what it was");
  return documentSchema.parse(parseStoredJson(document));
}

/** A policy's facts. */
export const policyFactsSchema = z.object({
  family: z.string(),
  graphId: z.string(),
  name: z.string(),
  platform: z.string().nullable(),
  odataType: z.string().nullable(),
  version: z.int(),
  contentHash: z.string(),
  contentBytes: z.int(),
  assignmentCount: z.int().nullable(),
  lastModifiedAt: z.string().nullable(),
  firstSeenAt: z.string(),
  lastSeenAt: z.string(),
  seenByOperation: z.string(),
  graphRequestId: z.string().nullable(),
});

export const familyFactsSchema = z.object({
  family: z.string(),
  label: z.string(),
  policyCount: z.int(),
  complete: z.boolean(),
  lastCompleteAt: z.string().nullable(),
  lastAttemptAt: z.string().nullable(),
  readPermission: z.string(),
  lastReason: z.object({ code: z.string(), message: z.string() }).nullable(),
});

export const operationsFactsSchema = z.object({
  from: z.string(),
  until: z.string(),
  count: z.int(),
  listed: z.int(),
  counts: z.array(z.object({ type: z.string(), outcome: z.string(), runs: z.int() })),
  operations: z.array(
    z.object({
      id: z.string(),
      type: z.string(),
      status: z.string(),
      outcome: z.string(),
      summaryCounts: z.record(z.string(), z.int()),
      failureCode: z.string().nullable(),
      initiator: z.string().nullable(),
      createdAt: z.string(),
      completedAt: z.string().nullable(),
    }),
  ),
});

export const findingsFactsSchema = z.object({
  counts: z.record(z.string(), z.int()),
  listed: z.int(),
  findings: z.array(
    z.object({
      id: z.string(),
      baseline: z.string(),
      kind: z.string(),
      family: z.string(),
      graphId: z.string().nullable(),
      name: z.string(),
      severity: z.string(),
      status: z.string(),
      acceptedReason: z.string().nullable(),
      acceptedUntil: z.string().nullable(),
      firstSeenAt: z.string(),
      lastSeenAt: z.string(),
    }),
  ),
});

export const coverageFactsSchema = z.object({
  policies: z.int(),
  covered: z.int(),
  oldestBackupAt: z.string().nullable(),
});
