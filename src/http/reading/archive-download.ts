import { openHold } from "../../database/retention/legal-holds.ts";
import { logEvent } from "../../observability/log.ts";
import { ArchiveStorage } from "../../storage/archive-storage.ts";
import { type ByteRange, readByteRange } from "../routing/byte-range.ts";
import { ApiError } from "../routing/problems.ts";
import type { ReadingEnv } from "../routing/served.ts";
import { noteTakenFile } from "./taking-files.ts";

/** An archive as its row tells of it. */
interface Archive {
  id: string;
  status: "writing" | "complete" | "failed" | "expired";
  archiveName: string;
  archiveBytes: number | null;
  archiveHash: string | null;
  expiresAt: string | null;
}

/** What the kinds of archives differ in: where they are, and what a download is called. */
const KINDS = {
  "review-pack": {
    folder: "review-packs",
    action: "review-pack.download",
    missing: "review_pack_missing",
    notReady: "pack_not_ready",
    expired: "pack_expired",
  },
  "tenant-export": {
    folder: "exports",
    action: "tenant-export.download",
    missing: "tenant_export_missing",
    notReady: "export_not_ready",
    expired: "export_expired",
  },
} as const;

interface Download {
  kind: keyof typeof KINDS;
  tenantId: string;
  userId: string;
  archive: Archive;
  /** The headers `Range` and `If-Range`. */
  range: { range: string | undefined; ifRange: string | undefined };
  request: Request;
}

/**
 * Streams the archive, or a part of it, and notes in the audit log who took it. Of a HEAD nothing is taken and nothing is noted. Throws the
 * kind's problems of an archive that is not ready or has expired, `range_not_satisfiable` or `content_unavailable`.
 */
export async function downloadArchive(env: ReadingEnv, download: Download): Promise<Response> {
  const { archive, tenantId, userId, request } = download;
  const { id, archiveBytes, archiveHash, expiresAt } = archive;
  const { folder, action, missing, notReady, expired } = KINDS[download.kind];
  // Its time is over when it is over, not when the cron comes by.
  const over = expiresAt !== null && Date.parse(expiresAt) <= Date.now();
  // What a legal hold keeps from being deleted can be taken as long.
  const held = over && archive.status === "complete" && (await openHold(env.DATABASE, tenantId)) !== null;
  if (archive.status === "expired" || (archive.status === "complete" && over && !held)) throw new ApiError(expired);
  if (archive.status !== "complete" || archiveBytes === null || archiveHash === null) throw new ApiError(notReady);
  const etag = `"${archiveHash}"`;
  const range = readByteRange(download.range, { bytes: archiveBytes, etag });
  if (range.kind === "unsatisfiable") {
    throw new ApiError("range_not_satisfiable", { headers: { "content-range": `bytes */${archiveBytes}` } });
  }
  const answer = {
    status: range.kind === "part" ? 206 : 200,
    headers: headersOf(archive.archiveName, archiveBytes, etag, range),
  };
  if (request.method === "HEAD") return new Response(null, answer);
  const { archiveKey } = new ArchiveStorage(env.ARTIFACTS, { folder, tenantId, id });
  const part = range.kind === "part" ? { range: { offset: range.offset, length: range.length } } : {};
  const object = await env.ARTIFACTS.get(archiveKey, part);
  if (object === null) {
    logEvent("error", missing, { archiveId: id, tenantId });
    throw new ApiError("content_unavailable");
  }
  await noteTakenFile({
    env,
    request,
    tenantId,
    userId,
    action,
    target: { kind: download.kind, id },
    detail: { archive: archive.archiveName, ...rangeDetail(range) },
    isPart: range.kind === "part",
  });
  return new Response(object.body, answer);
}

function headersOf(name: string, archiveBytes: number, etag: string, range: ByteRange): Record<string, string> {
  return {
    "content-type": "application/zip",
    "content-length": String(range.kind === "part" ? range.length : archiveBytes),
    // The name is made of a slug and digits: it needs no quoting and no second spelling, and has both for what comes later.
    "content-disposition": `attachment; filename="${name.replace(/[^\w.-]/g, "_")}"; filename*=UTF-8''${encodeURIComponent(name)}`,
    "accept-ranges": "bytes",
    etag,
    ...(range.kind === "part"
      ? { "content-range": `bytes ${range.offset}-${range.offset + range.length - 1}/${archiveBytes}` }
      : {}),
  };
}

function rangeDetail(range: ByteRange): Record<string, number> {
  return range.kind === "part" ? { firstByte: range.offset, bytes: range.length } : {};
}
