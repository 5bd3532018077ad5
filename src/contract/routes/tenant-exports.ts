import { z } from "zod";
import { tenantExportListSchema, tenantExportSchema } from "../tenant-exports.ts";
import { pageQuery } from "./queries.ts";
import { tenantRoute } from "./route.ts";

const exportId = z.string().meta({ description: "The export's id." });

export const tenantExportRoutes = {
  list: tenantRoute("tenant.export", {
    method: "GET",
    path: "/exports",
    summary: "List exports of everything, newest first",
    query: z.strictObject(pageQuery()),
    answer: tenantExportListSchema,
  }),
  show: tenantRoute("tenant.export", {
    method: "GET",
    path: "/exports/:exportId",
    summary: "Show an export",
    params: { exportId },
    answer: tenantExportSchema,
  }),
  download: tenantRoute("tenant.export", {
    method: "GET",
    path: "/exports/:exportId/download",
    summary: "Download an export's archive",
    description: "Answers one byte range. The audit log notes each download; HEAD takes nothing and is not noted.",
    params: { exportId },
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
    problems: [
      "forbidden_origin",
      "export_not_ready",
      "export_expired",
      "range_not_satisfiable",
      "content_unavailable",
    ],
  }),
};
