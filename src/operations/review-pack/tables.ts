/** The pack's tables and lists: inventory, operations, findings. Chunks of text, each a page's worth at most. */
import { rfc8785Text } from "../../policies/canonical-json.ts";
import { csvRecord, UTF8_MARK } from "../../contract/csv.ts";
import { SUMMARY_KEYS } from "../../contract/summary-counts.ts";
import type { PackSpecification } from "../../database/review-packs/review-packs.ts";
import { familyByKey } from "../../graph/families.ts";
import {
  evidenceDocuments,
  findingsFactsSchema,
  operationsFactsSchema,
  policyFactsSchema,
  topicFacts,
  type EvidenceStore,
} from "./evidence-documents.ts";

/** Every policy of the snapshot, a record each. */
export async function* inventoryCsv(store: EvidenceStore, pack: PackSpecification): AsyncGenerator<string> {
  yield (
    UTF8_MARK +
    csvRecord([
      "family",
      "family label",
      "id",
      "name",
      "platform",
      "type",
      "version",
      "assignments",
      "last modified",
      "first seen",
      "last seen",
      "sha256",
      "bytes",
      "exception",
      "exception message",
    ])
  );
  for await (const { facts, exception } of evidenceDocuments(store, pack, "policy/")) {
    const policy = policyFactsSchema.parse(facts);
    yield csvRecord([
      policy.family,
      familyByKey(policy.family)?.label ?? policy.family,
      policy.graphId,
      policy.name,
      policy.platform,
      policy.odataType,
      policy.version,
      policy.assignmentCount,
      policy.lastModifiedAt,
      policy.firstSeenAt,
      policy.lastSeenAt,
      policy.contentHash,
      policy.contentBytes,
      exception?.code ?? null,
      exception?.message ?? null,
    ]);
  }
}

export async function* operationsCsv(store: EvidenceStore, pack: PackSpecification): AsyncGenerator<string> {
  yield (
    UTF8_MARK +
    csvRecord([
      "id",
      "operation",
      "status",
      "outcome",
      ...SUMMARY_KEYS,
      "failure",
      "started by",
      "requested",
      "completed",
    ])
  );
  const facts = await topicFacts(store, pack, "operations", operationsFactsSchema);
  for (const run of facts?.operations ?? []) {
    yield csvRecord([
      run.id,
      run.type,
      run.status,
      run.outcome,
      ...SUMMARY_KEYS.map((key) => run.summaryCounts[key] ?? null),
      run.failureCode,
      run.initiator,
      run.createdAt,
      run.completedAt,
    ]);
  }
}

export async function* operationsJson(store: EvidenceStore, pack: PackSpecification): AsyncGenerator<string> {
  const facts = await topicFacts(store, pack, "operations", operationsFactsSchema);
  yield `${rfc8785Text(facts === null ? null : { ...facts })}\n`;
}

export async function* findingsCsv(store: EvidenceStore, pack: PackSpecification): AsyncGenerator<string> {
  yield (
    UTF8_MARK +
    csvRecord([
      "id",
      "baseline",
      "kind",
      "severity",
      "status",
      "family",
      "policy id",
      "name",
      "accepted because",
      "accepted until",
      "first seen",
      "last seen",
    ])
  );
  const facts = await topicFacts(store, pack, "drift-findings", findingsFactsSchema);
  for (const finding of facts?.findings ?? []) {
    yield csvRecord([
      finding.id,
      finding.baseline,
      finding.kind,
      finding.severity,
      finding.status,
      finding.family,
      finding.graphId,
      finding.name,
      finding.acceptedReason,
      finding.acceptedUntil,
      finding.firstSeenAt,
      finding.lastSeenAt,
    ]);
  }
}

export async function* findingsJson(store: EvidenceStore, pack: PackSpecification): AsyncGenerator<string> {
  const facts = await topicFacts(store, pack, "drift-findings", findingsFactsSchema);
  yield `${rfc8785Text(facts === null ? null : { ...facts })}\n`;
}
