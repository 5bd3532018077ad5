/** Units of `backup-set.import`: the policies of files into the set. Payloads first, then the items. */
import { z } from "zod";
import type { ArchivedFile } from "../../archives/open-archive.ts";
import { recordNames } from "../../database/backups/reference-names.ts";
import { addImportedItems, type ImportedItem, readImportState } from "../../database/policy-files/imported-items.ts";
import { setOfUpload } from "../../database/policy-files/policy-uploads.ts";
import { readUploadState } from "../../database/policy-files/policy-uploads.ts";
import type { TenantEnv } from "../../database/databases.ts";
import { sha256Hex } from "../../digests/sha256.ts";
import { failed } from "../../graph-work/failure-results.ts";
import { policyFacts } from "../../graph/policy-facts.ts";
import { canonicalText, comparableText } from "../../policies/canonical-json.ts";
import { bytesOrReason, openUpload, partly } from "../../policy-files/archive-survey.ts";
import { partsByName } from "../../policy-files/file-paths.ts";
import { type FileFinding, fileFindingsSchema, type FoundPolicy } from "../../policy-files/findings.ts";
import { type FileReading, type PolicyInFile, readPolicyFile } from "../../policy-files/read-policy-file.ts";
import { nameOfPolicy, type ToldName } from "../../policy-files/told-names.ts";
import type { RunUnitTask, UnitContext, UnitResult } from "../../runs/operation.ts";
import { survivingStorageOutage } from "../../runs/storage-outage.ts";
import { archiveSource, readFindings } from "../../storage/policy-uploads.ts";
import { putPayload } from "../../storage/payload-store.ts";

const AGAIN = "Retry the failed files later.";
const unitInputSchema = z.object({ uploadId: z.string(), at: z.int().min(0) });

/** An upload as the units of an execution share it. */
interface OpenUpload {
  uploadId: string;
  /** Of its policies: when they were uploaded. Milliseconds since the epoch. */
  createdAt: number;
  findings: FileFinding[];
  files: ReadonlyMap<string, ArchivedFile>;
}

/**
 * A result for each file, in the order of the tasks. Idempotent: what is in the set already is answered as it was.
 *
 * D1: 1 query for the upload; for a file with policies 2 queries and 1 batch, and 1 batch for names. R2: the findings, the archive by blocks of a
 * MiB, and a write for each policy that is new.
 */
export async function takeFiles(tasks: readonly RunUnitTask[], context: UnitContext): Promise<UnitResult[]> {
  let shared: Promise<OpenUpload | null> | null = null;
  const results: UnitResult[] = [];
  for (const task of tasks) {
    const { uploadId, at } = unitInputSchema.parse(task.input);
    const result = await survivingStorageOutage(task, AGAIN, async () => {
      shared ??= openShared(task.tenantId, uploadId, context.env);
      const upload = await shared.catch((error: unknown) => {
        shared = null;
        throw error;
      });
      if (upload === null) return failed("upload_gone", "The upload is not kept any more. Upload the files again.");
      const finding = upload.findings[at];
      if (finding === undefined) throw new RangeError("a unit stands for a file of its upload");
      return take(finding, upload, task, context.env);
    });
    results.push(result);
  }
  return results;
}

async function openShared(tenantId: string, uploadId: string, env: TenantEnv): Promise<OpenUpload | null> {
  const place = { tenantId, uploadId };
  const state = await readUploadState(env.DATABASE, tenantId, uploadId);
  const source = state?.readable === true ? await archiveSource(env.ARTIFACTS, place) : null;
  const findings = source === null ? null : await readFindings(env.ARTIFACTS, place);
  if (state === null || source === null || findings === null) return null;
  const opening = await openUpload(source);
  if (opening.kind === "refused") throw new TypeError(`an upload that was taken is refused: ${opening.reason}`);
  return {
    uploadId,
    createdAt: state.createdAt,
    findings: fileFindingsSchema.parse(findings),
    files: new Map(opening.files.map((file) => [file.path, file])),
  };
}

async function take(finding: FileFinding, upload: OpenUpload, task: RunUnitTask, env: TenantEnv): Promise<UnitResult> {
  switch (finding.kind) {
    case "policy":
      return takePolicies(finding, upload, task, env);
    case "reference":
      return takeNames(finding, upload, task, env);
    case "part":
      return { kind: "succeeded" };
    case "copy":
      return {
        kind: "skipped",
        reasonCode: "copy",
        message: `It says the same as ${finding.of}, from which the policy was taken.`,
      };
    case "skipped":
      return { kind: "skipped", reasonCode: finding.reasonCode, message: finding.reason };
    case "other_model":
    case "not_understood":
      return failed(finding.reasonCode, finding.reason);
  }
}

type PolicyFinding = Extract<FileFinding, { kind: "policy" }>;

async function takePolicies(
  finding: PolicyFinding,
  upload: OpenUpload,
  task: RunUnitTask,
  env: TenantEnv,
): Promise<UnitResult> {
  const { tenantId, runId, ordinal } = task;
  const target = { tenantId, runId, backupSetId: setOfUpload(upload.uploadId) };
  const wanted = finding.policies.map((policy) => ({ ...policy, id: `${runId}-${ordinal}-${policy.at}` }));
  const before = await readImportState(env.DATABASE, target, wanted);
  if (before.made + before.held < wanted.length) {
    if (!before.setActive) return SET_NOT_ACTIVE;
    const reading = await readAgain(finding, upload);
    const found = new Map(reading.policies.map((policy) => [policy.at, policy]));
    const items: ImportedItem[] = [];
    const names: ToldName[] = [...reading.names];
    for (const each of wanted) {
      const policy = found.get(each.at);
      if (policy === undefined) throw new TypeError("a file is read as it was when it was uploaded");
      items.push(await stored(policy, each, upload.createdAt, tenantId, env));
      names.push(...nameOfPolicy(policy.family, each.graphId, policy.document));
    }
    await recordNames(env.DATABASE, target, names);
    await addImportedItems(env.DATABASE, target, items);
  }
  const { setActive, made, held } = await readImportState(env.DATABASE, target, wanted);
  if (made + held < wanted.length) return setActive ? contended : SET_NOT_ACTIVE;
  const counters = { created: made, unchanged: held };
  if (finding.unread.length > 0)
    return { kind: "failed", reasonCode: "partly_understood", message: partly(finding), counters };
  if (made > 0) return { kind: "succeeded", counters };
  return {
    kind: "skipped",
    reasonCode: "unchanged",
    message: "The set already holds what is in this file.",
    counters,
  };
}

const SET_NOT_ACTIVE = failed(
  "set_not_active",
  "The backup set was archived or deleted meanwhile. Nothing of this file was added to it.",
);

const contended: UnitResult = {
  kind: "deferred",
  delaySeconds: 5,
  reasonCode: "contended",
  message: `The set was changed at the same time. ${AGAIN}`,
};

/** Puts the payload into R2. Its row follows within the turn, well before an unreferenced payload may be freed. */
async function stored(
  { family, document }: PolicyInFile,
  { id, graphId }: FoundPolicy & { id: string },
  capturedAt: number,
  tenantId: string,
  env: TenantEnv,
): Promise<ImportedItem> {
  // The id that it goes by here, also where the file tells none; what there is one of in a tenant tells none itself.
  const whole = family.single === null ? { ...document, [family.reading.idProperty]: graphId } : document;
  const { hash, bytes } = await putPayload(env.ARTIFACTS, tenantId, canonicalText(whole));
  const { lastModifiedAt: _lastModifiedAt, ...facts } = policyFacts(family, graphId, whole);
  return {
    ...facts,
    id,
    family: family.key,
    contentHash: hash,
    contentBytes: bytes,
    comparableHash: await sha256Hex(comparableText(whole)),
    capturedAt,
  };
}

async function takeNames(
  finding: FileFinding,
  upload: OpenUpload,
  { tenantId, runId }: RunUnitTask,
  env: TenantEnv,
): Promise<UnitResult> {
  const bytes = await bytesOf(finding.path, upload);
  const reading = readPolicyFile(finding.path, bytes);
  const backupSetId = setOfUpload(upload.uploadId);
  if (reading.kind === "reference") await recordNames(env.DATABASE, { tenantId, backupSetId, runId }, reading.names);
  return { kind: "succeeded" };
}

async function readAgain(
  { path, parts }: PolicyFinding,
  upload: OpenUpload,
): Promise<Extract<FileReading, { kind: "policies" }>> {
  const roles = partsByName([path, ...parts]);
  const joined = [];
  for (const part of parts) {
    const role = roles.get(part)?.role;
    if (role !== undefined) joined.push({ role, bytes: await bytesOf(part, upload) });
  }
  const reading = readPolicyFile(path, await bytesOf(path, upload), joined);
  if (reading.kind !== "policies") throw new TypeError("a file is read as it was when it was uploaded");
  return reading;
}

async function bytesOf(path: string, { files }: OpenUpload): Promise<Uint8Array> {
  const file = files.get(path);
  const bytes = file === undefined ? "it is not there" : await bytesOrReason(() => file.read());
  if (typeof bytes === "string") throw new TypeError(`a file of an upload cannot be read again: ${bytes}`);
  return bytes;
}
