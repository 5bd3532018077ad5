/** Items' documents as a pack's pages and tables read them. They were written by `evidence-snapshot/`, and are parsed again here. */
import { z } from "zod";
import { evidenceKindSchema } from "../../contract/evidence.ts";
import { listDocuments, readDocuments } from "../../database/evidence/evidence-items.ts";
import { parseStoredJson } from "../../database/sql/stored-json.ts";

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

/** A snapshot's documents in the order of their keys, 1,000 in memory at a time. `prefix` takes those whose key begins so. */
export async function* evidenceDocuments(
  database: D1Database,
  snapshotId: string,
  prefix = "",
): AsyncGenerator<EvidenceDocument> {
  let afterKey = prefix;
  for (;;) {
    const page = await listDocuments(database, snapshotId, afterKey, DOCUMENTS_PER_PAGE);
    for (const { key, document } of page) {
      if (!key.startsWith(prefix)) return;
      yield documentSchema.parse(parseStoredJson(document));
    }
    if (page.length < DOCUMENTS_PER_PAGE) return;
    afterKey = page.at(-1)?.key ?? afterKey;
  }
}

/** A topic's facts by a schema; null where the snapshot has no such item. */
export async function topicFacts<T>(
  database: D1Database,
  snapshotId: string,
  key: string,
  schema: z.ZodType<T>,
): Promise<T | null> {
  const document = (await readDocuments(database, snapshotId, [key])).get(key);
  return document === undefined ? null : schema.parse(documentSchema.parse(parseStoredJson(document)).facts);
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
