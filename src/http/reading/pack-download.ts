import type { ReviewPack } from "../../contract/review-packs.ts";
import { openHold } from "../../database/retention/legal-holds.ts";
import { logEvent } from "../../observability/log.ts";
import { PackStorage } from "../../storage/pack-storage.ts";
import { type ByteRange, readByteRange } from "../routing/byte-range.ts";
import { ApiError } from "../routing/problems.ts";
import type { ReadingEnv } from "../routing/served.ts";
import { noteTakenFile } from "./taking-files.ts";

interface Download {
  tenantId: string;
  userId: string;
  pack: ReviewPack;
  /** The headers `Range` and `If-Range`. */
  range: { range: string | undefined; ifRange: string | undefined };
  request: Request;
}

/**
 * Streams the archive, or a part of it, and notes in the audit log who took it. Of a HEAD nothing is taken and nothing is noted. Throws `pack_expired`, `pack_not_ready`, `range_not_satisfiable` or `content_unavailable`.
 */
export async function downloadPack(env: ReadingEnv, download: Download): Promise<Response> {
  const { pack, tenantId, userId, request } = download;
  const { archiveBytes, archiveHash, expiresAt } = pack;
  // Its time is over when it is over, not when the cron comes by.
  const over = expiresAt !== null && Date.parse(expiresAt) <= Date.now();
  // What a legal hold keeps from being deleted can be taken as long.
  const held = over && pack.status === "complete" && (await openHold(env.DATABASE, tenantId)) !== null;
  if (pack.status === "expired" || (pack.status === "complete" && over && !held)) throw new ApiError("pack_expired");
  if (pack.status !== "complete" || archiveBytes === null || archiveHash === null) throw new ApiError("pack_not_ready");
  const etag = `"${archiveHash}"`;
  const range = readByteRange(download.range, { bytes: archiveBytes, etag });
  if (range.kind === "unsatisfiable") {
    throw new ApiError("range_not_satisfiable", { headers: { "content-range": `bytes */${archiveBytes}` } });
  }
  const answer = {
    status: range.kind === "part" ? 206 : 200,
    headers: headersOf(pack.archiveName, archiveBytes, etag, range),
  };
  if (request.method === "HEAD") return new Response(null, answer);
  const { archiveKey } = new PackStorage(env.ARTIFACTS, tenantId, pack.id);
  const part = range.kind === "part" ? { range: { offset: range.offset, length: range.length } } : {};
  const object = await env.ARTIFACTS.get(archiveKey, part);
  if (object === null) {
    logEvent("error", "review_pack_missing", { packId: pack.id, tenantId });
    throw new ApiError("content_unavailable");
  }
  await noteTakenFile({
    env,
    request,
    tenantId,
    userId,
    action: "review-pack.download",
    target: { kind: "review-pack", id: pack.id },
    detail: { archive: pack.archiveName, ...rangeDetail(range) },
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
