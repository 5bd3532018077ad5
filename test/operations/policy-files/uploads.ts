/** Uploads of a tenant and their imports, whose units a test executes itself. For the Workers runtime. */
import { sourceInMemory } from "../../../src/archives/open-archive.ts";
import { writeSegment } from "../../../src/archives/segment.ts";
import { insertUpload, newUploadId, noteStored } from "../../../src/database/policy-files/policy-uploads.ts";
import { newSetStatements } from "../../../src/database/backups/backup-set-changes.ts";
import { sha256Hex } from "../../../src/digests/sha256.ts";
import { importFiles } from "../../../src/operations/policy-files/import-files.ts";
import { policyCountOf, reportOf, surveyArchive } from "../../../src/policy-files/archive-survey.ts";
import type { RunUnitTask, UnitContext, UnitResult } from "../../../src/runs/operation.ts";
import { putUpload } from "../../../src/storage/policy-uploads.ts";
import { newRunId, planned } from "../backup-sets/backups.ts";
import { env } from "../../support/environment.ts";

export function zipOf(folder: Record<string, unknown>): Promise<Uint8Array> {
  const entries = Object.entries(folder).map(([path, content]) => ({
    path,
    content:
      content instanceof Uint8Array
        ? content
        : new TextEncoder().encode(typeof content === "string" ? content : JSON.stringify(content)),
  }));
  return writeSegment(entries, { at: 0 });
}

/** As the route stores it. */
export async function uploaded(tenantId: string, archive: Uint8Array, createdAt = Date.now()): Promise<string> {
  const survey = await surveyArchive(sourceInMemory(archive));
  if (survey.kind === "refused") throw new Error(survey.reason);
  const { findings } = survey;
  const [id, sha256] = [newUploadId(), await sha256Hex(archive)];
  await insertUpload(env.DATABASE, {
    id,
    tenantId,
    name: "Folder.zip",
    bytes: archive.byteLength,
    sha256,
    fileCount: findings.length,
    policyCount: policyCountOf(findings),
    report: reportOf(findings),
    createdAt,
    createdBy: "user-owner",
  });
  await putUpload(env.ARTIFACTS, { tenantId, uploadId: id }, { archive, sha256, findings });
  await noteStored(env.DATABASE, id, createdAt);
  return id;
}

export interface ImportRun {
  runId: string;
  backupSetId: string;
  tasks: RunUnitTask[];
}

/** A run of an import with its set, planned and not yet executed. */
export async function importRun(tenantId: string, uploadId: string, context: UnitContext): Promise<ImportRun> {
  const input = importFiles.inputSchema.parse({ uploadId, name: "Imported" });
  const prepared = await importFiles.prepare?.(tenantId, input, env);
  if (prepared?.kind !== "ready" || prepared.newSet === undefined) throw new Error(JSON.stringify(prepared));
  const runId = newRunId();
  const act = { tenantId, actorId: "user-owner", at: Date.now() };
  await env.DATABASE.batch([
    env.DATABASE.prepare(
      `insert into operation_runs (id, tenant_id, type, status, outcome, input, identity, initiator_id, version, created_at, updated_at)
       values (?1, ?2, 'backup-set.import', 'running', 'pending', '{}', ?1, 'user-owner', 1, 0, 0)`,
    ).bind(runId, tenantId),
    ...newSetStatements(env.DATABASE, act, prepared.newSet, runId),
  ]);
  return { runId, backupSetId: prepared.newSet.id, tasks: await planned(importFiles, tenantId, input, context, runId) };
}

export function taken(run: ImportRun, context: UnitContext): Promise<UnitResult[]> {
  const { executeMany } = importFiles;
  if (executeMany === undefined) throw new Error("files are taken together");
  return executeMany(run.tasks, context);
}
