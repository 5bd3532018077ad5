/** Records items: reads what each is to tell, writes its canonical JSON once. */
import type { Change } from "../../contract/changes.ts";
import { tellChanges } from "../../database/changes/told-changes.ts";
import type { JsonObject } from "../../policies/json-value.ts";
import { rfc8785Text } from "../../policies/canonical-json.ts";
import { eachOf } from "../../storage/each-of.ts";
import { readPayload } from "../../storage/payload-store.ts";
import { putDocuments } from "../../storage/evidence-documents.ts";
import { sha256Hex } from "../../digests/sha256.ts";
import { insertItems, type NewEvidenceItem } from "../../database/evidence/evidence-recording.ts";
import { familyByKey } from "../../graph/families.ts";
import { assignmentsOf } from "../../graph/policy-facts.ts";
import { survivingStorageOutage } from "../../runs/storage-outage.ts";
import type { RunUnitTask, UnitContext, UnitResult } from "../../runs/operation.ts";
import {
  type EvidenceInput,
  evidenceInputSchema,
  evidenceKey,
  type FamilyInput,
  type PolicyInput,
} from "./evidence-input.ts";
import { type EvidenceException, familyException, policyException } from "./exceptions.ts";
import { fitting, MAX_LIST_BYTES } from "./fitting.ts";
import { readTopic } from "./topics.ts";

const AGAIN = "Start again later.";
const CREATED: UnitResult = { kind: "succeeded", counters: { created: 1 } };

interface RecordedItem extends NewEvidenceItem {
  document: string;
}

interface Facts {
  title: string;
  facts: JsonObject;
  exception: EvidenceException | null;
  contentHash: string | null;
  contentBytes: number | null;
  auditPlace: number | null;
}

/**
 * Records the items of the tasks together. Durable when it resolves; repeated, it inserts nothing more and answers the same.
 * R2: one reading for each policy, and one object for all documents. D1: the topics' queries, and one statement for every 400 kB of items.
 */
export async function recordItems(tasks: RunUnitTask[], context: UnitContext): Promise<UnitResult[]> {
  const items = new Map<RunUnitTask, RecordedItem>();
  const changes = startOnce(() => changesOf(tasks, context));
  const results = await eachOf(tasks, (task) =>
    survivingStorageOutage(task, AGAIN, async () => {
      const input = evidenceInputSchema.parse(task.input);
      const facts = await readFacts(input, task, context, changes);
      if ("kind" in facts) return facts;
      items.set(task, await itemOf(input, facts));
      return CREATED;
    }),
  );
  const [first] = tasks;
  if (first === undefined || items.size === 0) return results;
  const stored = await survivingStorageOutage(first, AGAIN, async () => {
    const { DATABASE, ARTIFACTS } = context.env;
    const recorded = [...items.values()];
    const place = { tenantId: first.tenantId, snapshotId: recorded[0]?.snapshotId ?? "" };
    const segment = await putDocuments(
      ARTIFACTS,
      place,
      recorded.map(({ document }) => document),
    );
    await insertItems(
      DATABASE,
      segment,
      recorded.map(({ document: _document, ...item }) => item),
    );
    return CREATED;
  });
  return results.map((result, index) => (tasks[index] !== undefined && items.has(tasks[index]) ? stored : result));
}

/** Who changed policies last, by the items' keys. */
type Changes = () => Promise<ReadonlyMap<string, Change>>;

/** The latest change of each policy among the tasks, until it was listed. Two queries. */
async function changesOf(tasks: readonly RunUnitTask[], context: UnitContext): Promise<ReadonlyMap<string, Change>> {
  const inputs = tasks.map((task) => evidenceInputSchema.parse(task.input));
  const keys: string[] = [];
  const questions = inputs.flatMap(({ item, takenAt }) => {
    if (item.kind !== "policy") return [];
    keys.push(evidenceKey(item));
    return {
      family: item.family,
      graphId: item.graphId,
      after: 0,
      until: Math.min(item.lastSeenAt, takenAt),
      removal: false,
    };
  });
  const told = await tellChanges(context.env.DATABASE, tasks[0]?.tenantId ?? "", questions, context.now());
  return new Map(told.flatMap((change, index) => (keys[index] === undefined ? [] : [[keys[index], change]])));
}

/** The same promise for all who ask. */
function startOnce<Value>(start: () => Promise<Value>): () => Promise<Value> {
  let started: Promise<Value> | null = null;
  return () => (started ??= start());
}

async function readFacts(
  input: EvidenceInput,
  task: RunUnitTask,
  context: UnitContext,
  changes: Changes,
): Promise<Facts | UnitResult> {
  const { item, takenAt } = input;
  const { tenantId, runId } = task;
  switch (item.kind) {
    case "policy":
      return policyFacts(item, tenantId, context, (await changes()).get(evidenceKey(item)));
    case "family":
      return familyFacts(item, takenAt);
    default: {
      // Not frozen by the plan: they are far too large for a unit. They say themselves when they were read.
      const readAt = new Date(context.now()).toISOString();
      const { title, facts, exception, auditPlace } = await readTopic(item.kind, context.env.DATABASE, {
        tenantId,
        runId,
        takenAt,
      });
      return { title, facts: { ...facts, readAt }, exception, contentHash: null, contentBytes: null, auditPlace };
    }
  }
}

async function policyFacts(
  policy: PolicyInput,
  tenantId: string,
  context: UnitContext,
  change: Change | undefined,
): Promise<Facts | UnitResult> {
  const payload = await readPayload(context.env.ARTIFACTS, tenantId, policy.contentHash);
  if (payload.kind !== "found") {
    const what = payload.kind === "missing" ? "is not in the store" : "is not what it was when it was stored";
    return {
      kind: "failed",
      reasonCode: "content_unavailable",
      message: `The stored content of this policy ${what}. Sync the inventory, then take a new snapshot.`,
    };
  }
  const family = familyByKey(policy.family);
  const assigned = family === null ? null : assignmentsOf(family, payload.document);
  const assignments = Array.isArray(assigned) ? fitting(assigned, MAX_LIST_BYTES) : assigned;
  const cut = Array.isArray(assigned) && Array.isArray(assignments) && assignments.length < assigned.length;
  return {
    title: policy.name,
    facts: {
      family: policy.family,
      graphId: policy.graphId,
      name: policy.name,
      platform: policy.platform,
      odataType: policy.odataType,
      version: policy.versionNumber,
      contentHash: policy.contentHash,
      contentBytes: policy.contentBytes,
      assignmentCount: policy.assignmentCount,
      assignments,
      ...(cut ? { assignmentsListed: assignments.length } : {}),
      lastModifiedAt: policy.lastModifiedAt,
      firstSeenAt: new Date(policy.firstSeenAt).toISOString(),
      lastSeenAt: new Date(policy.lastSeenAt).toISOString(),
      seenByOperation: policy.lastSeenRunId,
      graphRequestId: policy.lastRequestId,
      ...(change === undefined ? {} : { change }),
      ...(policy.unread
        ? { couldNotBeRead: { since: new Date(policy.unread.since).toISOString(), message: policy.unread.message } }
        : {}),
    },
    exception: policyException(policy, payload.document),
    contentHash: policy.contentHash,
    contentBytes: policy.contentBytes,
    auditPlace: null,
  };
}

function familyFacts(family: FamilyInput, takenAt: number): Facts {
  const { kind: _kind, label, ...facts } = family;
  const complete = family.lastCompleteAt !== null && family.lastOutcome === "succeeded";
  return {
    title: label,
    facts: { ...facts, label, complete },
    exception: familyException(family, takenAt),
    contentHash: null,
    contentBytes: null,
    auditPlace: null,
  };
}

async function itemOf(
  { snapshotId, takenAt, item }: EvidenceInput,
  { title, facts, exception, contentHash, contentBytes, auditPlace }: Facts,
): Promise<RecordedItem> {
  const key = evidenceKey(item);
  const document = rfc8785Text({
    key,
    kind: item.kind,
    title,
    takenAt: new Date(takenAt).toISOString(),
    exception: exception === null ? null : { ...exception },
    facts,
  });
  const bytes = new TextEncoder().encode(document);
  return {
    snapshotId,
    key,
    title,
    exception,
    contentHash,
    contentBytes,
    itemHash: await sha256Hex(bytes),
    itemBytes: bytes.byteLength,
    auditPlace,
    document,
  };
}
