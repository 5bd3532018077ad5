import type { Context } from "hono";
import { z } from "zod";
import { PackStorage } from "../../storage/pack-storage.ts";
import type { ReviewPack, ReviewPackOptions } from "../../contract/review-packs.ts";
import { auditEventStatement } from "../../database/tenancy/audit-events.ts";
import { countItems } from "../../database/evidence/evidence-items.ts";
import { newestCompleteSnapshotId, readSnapshot } from "../../database/evidence/evidence-snapshots.ts";
import { listPacks, readPack } from "../../database/review-packs/review-packs.ts";
import { readTenantSettings } from "../../database/tenancy/tenant-settings.ts";
import { logEvent } from "../../observability/log.ts";
import { type ByteRange, readByteRange } from "../byte-range.ts";
import type { TenantEnvironment } from "../context.ts";
import { ApiError } from "../problems.ts";
import { orNotFound, pageQuery, readQuery } from "../requests.ts";
import type { TenantRouter } from "../tenant-router.ts";

const packsQuery = z.strictObject(pageQuery());
const optionsQuery = z.strictObject({ evidenceSnapshotId: z.string().min(1).max(100).optional() });
/** index.html, inventory.csv, manifest.json, manifest.sha256. */
const ALWAYS = 4;
/** A table and a JSON document. */
const FILES_OF_A_LIST = 2;

export function addReviewPackRoutes(router: TenantRouter): void {
  router.get("/review-packs", "review-pack.read", async (context) => {
    const query = readQuery(context, packsQuery);
    return context.json(await listPacks(context.env.DATABASE, context.get("tenant"), query));
  });

  router.get("/review-packs/options", "review-pack.read", async (context) => {
    const { evidenceSnapshotId } = readQuery(context, optionsQuery);
    const { DATABASE } = context.env;
    const tenant = context.get("tenant");
    const id = evidenceSnapshotId ?? (await newestCompleteSnapshotId(DATABASE, tenant.id));
    const found = id === null ? null : await readSnapshot(DATABASE, tenant, id);
    if (evidenceSnapshotId !== undefined) orNotFound(found);
    const snapshot = found?.status === "complete" ? found : null;
    const counted = snapshot === null ? { items: 0, policies: 0 } : await countItems(DATABASE, snapshot.id);
    const { reviewPackRetentionDays } = await readTenantSettings(DATABASE, tenant.id);
    const options: ReviewPackOptions = {
      snapshot: snapshot === null ? null : { id: snapshot.id, takenAt: snapshot.takenAt, itemCount: counted.items },
      always: ALWAYS,
      parts: {
        rawPolicies: counted.policies,
        evidence: counted.items,
        operations: FILES_OF_A_LIST,
        findings: FILES_OF_A_LIST,
      },
      retentionDays: reviewPackRetentionDays,
    };
    return context.json(options);
  });

  router.get("/review-packs/:packId", "review-pack.read", async (context) => {
    return context.json(
      orNotFound(await readPack(context.env.DATABASE, context.get("tenant"), context.req.param("packId"))),
    );
  });

  router.get("/review-packs/:packId/download", "review-pack.download", async (context) => {
    const pack = orNotFound(await readPack(context.env.DATABASE, context.get("tenant"), context.req.param("packId")));
    return download(context, pack);
  });
}

/** Streams the archive, or a part of it, and notes who took it. A HEAD request takes nothing, and is not noted. */
async function download(context: Context<TenantEnvironment>, pack: ReviewPack): Promise<Response> {
  const { archiveBytes, archiveHash, expiresAt } = pack;
  // Its time is over when it is over, not when the cron comes by.
  const over = expiresAt !== null && Date.parse(expiresAt) <= Date.now();
  if (pack.status === "expired" || (pack.status === "complete" && over)) throw new ApiError("pack_expired");
  if (pack.status !== "complete" || archiveBytes === null || archiveHash === null) throw new ApiError("pack_not_ready");
  const etag = `"${archiveHash}"`;
  const { req, env } = context;
  const range = readByteRange(
    { range: req.header("range"), ifRange: req.header("if-range") },
    { bytes: archiveBytes, etag },
  );
  if (range.kind === "unsatisfiable") {
    throw new ApiError("range_not_satisfiable", { headers: { "content-range": `bytes */${archiveBytes}` } });
  }
  const answer = {
    status: range.kind === "part" ? 206 : 200,
    headers: headersOf(pack.archiveName, archiveBytes, etag, range),
  };
  if (req.method === "HEAD") return new Response(null, answer);
  const tenant = context.get("tenant");
  const { archiveKey } = new PackStorage(env.ARTIFACTS, tenant.id, pack.id);
  const part = range.kind === "part" ? { range: { offset: range.offset, length: range.length } } : {};
  const object = await env.ARTIFACTS.get(archiveKey, part);
  if (object === null) {
    logEvent("error", "review_pack_missing", { packId: pack.id, tenantId: tenant.id });
    throw new ApiError("content_unavailable");
  }
  await auditEventStatement(env.DATABASE, {
    tenantId: tenant.id,
    at: Date.now(),
    action: "review-pack.download",
    actorId: context.get("user").id,
    targetKind: "review-pack",
    targetId: pack.id,
    detail: { archive: pack.archiveName, ...rangeDetail(range) },
  }).run();
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
