/** Complete snapshots made of whole cloth: items in D1 and documents in R2, as big as a test wants them. For the Workers runtime. */
import { rfc8785Text } from "../../src/policies/canonical-json.ts";
import { addLeaves, EMPTY_MERKLE, merkleRoot } from "../../src/digests/merkle.ts";
import { putDocuments } from "../../src/storage/evidence-documents.ts";
import { putPayload } from "../../src/storage/payload-store.ts";
import { sha256Hex } from "../../src/digests/sha256.ts";
import { insertItems, type NewEvidenceItem } from "../../src/database/evidence/evidence-recording.ts";
import { closeSnapshot, openSnapshot } from "../../src/database/evidence/evidence-snapshots.ts";
import { env } from "../support/environment.ts";

export interface RecordedPolicy {
  id: string;
  name: string;
  /** The document's text, whatever it is. */
  text: string;
}

const TAKEN_AT = Date.parse("2026-11-24T12:00:00Z");

export async function recordedSnapshot(
  tenantId: string,
  policies: readonly RecordedPolicy[],
  id = crypto.randomUUID(),
) {
  const snapshotId = `evs_${id}`;
  const opened = { id: snapshotId, tenantId, runId: `run_${id}`, takenAt: TAKEN_AT, initiatorId: null };
  await openSnapshot(env.DATABASE, opened);
  const items: (NewEvidenceItem & { document: string })[] = [];
  for (const { id: graphId, name, text } of policies) {
    const { hash, bytes } = await putPayload(env.ARTIFACTS, tenantId, text);
    items.push(
      await item(snapshotId, "policy", `policy/settingsCatalog/${graphId}`, name, {
        family: "settingsCatalog",
        graphId,
        name,
        platform: "windows",
        odataType: null,
        version: 1,
        contentHash: hash,
        contentBytes: bytes,
        assignmentCount: 1,
        lastModifiedAt: null,
        firstSeenAt: "2026-11-24T11:00:00.000Z",
        lastSeenAt: "2026-11-24T11:00:00.000Z",
        seenByOperation: "run_sync",
        graphRequestId: "request-1",
      }),
    );
  }
  items.push(
    await item(snapshotId, "family", "family/settingsCatalog", "Settings catalog", {
      family: "settingsCatalog",
      label: "Settings catalog",
      policyCount: policies.length,
      complete: true,
      lastCompleteAt: "2026-11-24T11:00:00.000Z",
      lastAttemptAt: "2026-11-24T11:00:00.000Z",
      readPermission: "DeviceManagementConfiguration.Read.All",
      lastReason: null,
    }),
  );
  // As many to an object as a consumer records together.
  for (let first = 0; first < items.length; first += 50) {
    const some = items.slice(first, first + 50);
    const documents = some.map(({ document }) => document);
    await insertItems(
      env.DATABASE,
      await putDocuments(env.ARTIFACTS, { tenantId, snapshotId }, documents),
      some.map(({ document: _document, ...item }) => item),
    );
  }
  const hashes = items.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map(({ itemHash }) => itemHash);
  const root = (await merkleRoot(await addLeaves(EMPTY_MERKLE, hashes))) ?? "";
  const end = { at: TAKEN_AT, itemCount: items.length, exceptionCount: 0, merkleRoot: root };
  await closeSnapshot(env.DATABASE, snapshotId, { status: "complete", ...end });
  return { snapshotId, items: items.length };
}

async function item(
  snapshotId: string,
  kind: "policy" | "family",
  key: string,
  title: string,
  facts: Record<string, string | number | boolean | null>,
): Promise<NewEvidenceItem & { document: string }> {
  const takenAt = new Date(TAKEN_AT).toISOString();
  const document = rfc8785Text({ key, kind, title, takenAt, exception: null, facts });
  const bytes = new TextEncoder().encode(document);
  return {
    snapshotId,
    key,
    title,
    exception: null,
    contentHash: kind === "policy" ? String(facts["contentHash"]) : null,
    contentBytes: kind === "policy" ? Number(facts["contentBytes"]) : null,
    itemHash: await sha256Hex(bytes),
    itemBytes: bytes.byteLength,
    auditPlace: null,
    document,
  };
}

/** A JSON document of about so many bytes that does not compress. */
export function incompressible(bytes: number): string {
  const random = new Uint8Array(Math.ceil((bytes * 3) / 4));
  for (let at = 0; at < random.length; at += 65_536) crypto.getRandomValues(random.subarray(at, at + 65_536));
  let binary = "";
  for (let at = 0; at < random.length; at += 8_192) binary += String.fromCharCode(...random.subarray(at, at + 8_192));
  return JSON.stringify({ scriptContent: btoa(binary) });
}
