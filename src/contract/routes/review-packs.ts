import { z } from "zod";
import { reviewPackListSchema, reviewPackOptionsSchema, reviewPackSchema } from "../review-packs.ts";
import { archiveDownload } from "./archive-download.ts";
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
    ...archiveDownload,
    path: "/review-packs/:packId/download",
    summary: "Download a review pack's archive",
    params: { packId },
    problems: ["forbidden_origin", "pack_not_ready", "pack_expired", "range_not_satisfiable", "content_unavailable"],
  }),
};
