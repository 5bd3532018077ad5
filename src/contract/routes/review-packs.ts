import { z } from "zod";
import { reviewPackListSchema, reviewPackOptionsSchema, reviewPackSchema } from "../review-packs.ts";
import { pageQuery } from "./queries.ts";
import { tenantRoute } from "./route.ts";

const packId = z.string().meta({ description: "The review pack's id." });

export const reviewPackRoutes = {
  list: tenantRoute("review-pack.read", {
    method: "GET",
    path: "/review-packs",
    summary: "List review packs, newest first",
    query: z.strictObject(pageQuery()),
    answer: reviewPackListSchema,
  }),
  options: tenantRoute("review-pack.read", {
    method: "GET",
    path: "/review-packs/options",
    summary: "Show how many files each part would add to a new pack",
    query: z.strictObject({
      evidenceSnapshotId: z
        .string()
        .min(1)
        .max(100)
        .optional()
        .meta({ description: "The snapshot that the pack would show; the newest complete one when absent." }),
    }),
    answer: reviewPackOptionsSchema,
  }),
  show: tenantRoute("review-pack.read", {
    method: "GET",
    path: "/review-packs/:packId",
    summary: "Show a review pack",
    params: { packId },
    answer: reviewPackSchema,
  }),
  download: tenantRoute("review-pack.download", {
    method: "GET",
    path: "/review-packs/:packId/download",
    summary: "Download a review pack's archive",
    description: "Answers one byte range. The audit log notes each download; HEAD takes nothing and is not noted.",
    params: { packId },
    headers: {
      Range: z.string().optional().meta({ description: "A part of the archive." }),
      "If-Range": z.string().optional().meta({ description: "The archive's `ETag`; with another, the whole is sent." }),
    },
    statuses: { 200: "The archive.", 206: "The part of the archive." },
    answerHeaders: {
      "Content-Disposition": "The archive's name.",
      "Accept-Ranges": "`bytes`",
      ETag: "SHA-256 of the archive.",
    },
    media: "application/zip",
    problems: ["forbidden_origin", "pack_not_ready", "pack_expired", "range_not_satisfiable", "content_unavailable"],
  }),
};
