/** What a tenant has in R2: uploads under way, then all objects below its prefix. */
import {
  advance,
  countStatement,
  type Deletion,
  listUploads,
  type Position,
  refuseStatement,
} from "../../../database/offboarding/removal.ts";
import { errorFields, logEvent } from "../../../observability/log.ts";
import { ArchiveStorage } from "../../../storage/archive-storage.ts";
import { tenantPrefix } from "../../../storage/tenant-contents.ts";
import type { StepResult } from "./step-result.ts";
import type { TenantEnv } from "../../../database/databases.ts";

const OBJECTS_A_STEP = 500;
/** Refusals of the same objects after which each is tried by itself. */
const MAX_FAILURES = 3;
const AGAIN_MS = 60_000;

/** Uploads that are noted in D1. R2 lists none to a Worker; one that was never noted has no byte, and ends by itself within a week. */
export async function abortUploads(env: TenantEnv, deletion: Deletion): Promise<StepResult> {
  const { tenantId } = deletion;
  const uploads = await listUploads(env.DATABASE, tenantId);
  for (const { folder, id, uploadId } of uploads) {
    await new ArchiveStorage(env.ARTIFACTS, { folder, tenantId, id }).abortUpload(uploadId);
  }
  const count = countStatement(env.DATABASE, deletion, { kind: "uploads", name: "", removed: uploads.length });
  return { kind: "on", deletion: await advance(env.DATABASE, deletion, { step: "contents", after: "" }, [count]) };
}

/**
 * Removes some objects. They are noted and counted before, in one transaction, and removed after it: a crash in between repeats the removal,
 * which changes nothing, and counts nothing again.
 */
export async function removeContents(env: TenantEnv, deletion: Deletion): Promise<StepResult> {
  const { position } = deletion;
  if (position.pending.length > 0) return removePending(env, deletion);
  const { objects } = await env.ARTIFACTS.list({
    prefix: tenantPrefix(deletion.tenantId),
    limit: OBJECTS_A_STEP,
    ...(position.after === "" ? {} : { startAfter: position.after }),
  });
  if (objects.length === 0) {
    const next = { step: "rows", phase: "Deleting records", after: "", table: 0 } as const;
    return { kind: "on", deletion: await advance(env.DATABASE, deletion, next) };
  }
  const pending = objects.map(({ key, size }) => ({ key, bytes: size }));
  const count = countStatement(env.DATABASE, deletion, { kind: "objects", name: "", ...sumOf(pending) });
  return { kind: "on", deletion: await advance(env.DATABASE, deletion, { pending }, [count]) };
}

async function removePending(env: TenantEnv, deletion: Deletion): Promise<StepResult> {
  const { pending, failures } = deletion.position;
  const after = pending.at(-1)?.key ?? "";
  try {
    await env.ARTIFACTS.delete(pending.map(({ key }) => key));
  } catch (error) {
    logEvent("warn", "offboarding_objects_refused", { offboardingId: deletion.id, failures, ...errorFields(error) });
    if (failures + 1 >= MAX_FAILURES) return removeEach(env, deletion);
    await advance(env.DATABASE, deletion, { failures: failures + 1 });
    return { kind: "later", afterMs: AGAIN_MS };
  }
  return { kind: "on", deletion: await advance(env.DATABASE, deletion, { pending: [], failures: 0, after }) };
}

/** Each object by itself: what R2 does not let go, by a lock of the bucket for example, is named, and is not counted as removed. */
async function removeEach(env: TenantEnv, deletion: Deletion): Promise<StepResult> {
  const { pending } = deletion.position;
  const refused: Position["pending"] = [];
  for (const object of pending) {
    try {
      await env.ARTIFACTS.delete(object.key);
    } catch {
      refused.push(object);
    }
  }
  const { removed, bytes } = sumOf(refused);
  const keys = refused.map(({ key }) => key);
  const next = { pending: [], failures: 0, after: pending.at(-1)?.key ?? "" };
  const statements = [
    countStatement(env.DATABASE, deletion, { kind: "objects", name: "", removed: -removed, bytes: -bytes }),
    refuseStatement(env.DATABASE, deletion.id, keys),
  ];
  return { kind: "on", deletion: await advance(env.DATABASE, deletion, next, statements) };
}

function sumOf(objects: readonly { bytes: number }[]): { removed: number; bytes: number } {
  return { removed: objects.length, bytes: objects.reduce((sum, { bytes }) => sum + bytes, 0) };
}
