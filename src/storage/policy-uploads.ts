/** Uploaded archives of policy files in R2, each with what was found in it, below its tenant's prefix. Neither is ever changed. */
import { tenantPrefix } from "./tenant-contents.ts";

export interface UploadPlace {
  tenantId: string;
  uploadId: string;
}

function keysOf({ tenantId, uploadId }: UploadPlace): { archive: string; findings: string } {
  if (!/^[A-Za-z0-9_-]+$/.test(uploadId)) throw new Error("An upload's id cannot stand in a key");
  const root = `${tenantPrefix(tenantId)}policy-files/${uploadId}`;
  return { archive: `${root}.zip`, findings: `${root}.json` };
}

/** Durable when it resolves. Rejects when R2 does. */
export async function putUpload(
  bucket: R2Bucket,
  place: UploadPlace,
  upload: { archive: Uint8Array; sha256: string; findings: unknown },
): Promise<void> {
  const { archive, findings } = keysOf(place);
  await bucket.put(archive, upload.archive, {
    httpMetadata: { contentType: "application/zip" },
    sha256: upload.sha256,
  });
  await bucket.put(findings, JSON.stringify(upload.findings), {
    httpMetadata: { contentType: "application/json; charset=utf-8" },
  });
}

/** What was found in the archive; null where it is gone. */
export async function readFindings(bucket: R2Bucket, place: UploadPlace): Promise<unknown> {
  const object = await bucket.get(keysOf(place).findings);
  if (object === null) return null;
  const findings: unknown = await object.json();
  return findings;
}

/** The archive's bytes, read at their places; null where it is gone. Reading rejects when R2 does, or has it no more. */
export async function archiveSource(
  bucket: R2Bucket,
  place: UploadPlace,
): Promise<{ bytes: number; read: (offset: number, length: number) => Promise<Uint8Array> } | null> {
  const key = keysOf(place).archive;
  const head = await bucket.head(key);
  if (head === null) return null;
  return {
    bytes: head.size,
    read: async (offset, length) => {
      const object = await bucket.get(key, { range: { offset, length } });
      if (object === null) throw new Error("the upload was removed while it was read");
      return new Uint8Array(await object.arrayBuffer());
    },
  };
}

/** Idempotent. */
export async function removeUpload(bucket: R2Bucket, place: UploadPlace): Promise<void> {
  const { archive, findings } = keysOf(place);
  await bucket.delete([archive, findings]);
}
