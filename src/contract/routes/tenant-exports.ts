import { z } from "zod";
import { tenantExportListSchema, tenantExportSchema } from "../tenant-exports.ts";
import { archiveDownload } from "./archive-download.ts";
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
    ...archiveDownload,
    path: "/exports/:exportId/download",
    summary: "Download an export's archive",
    params: { exportId },
    problems: [
      "forbidden_origin",
      "export_not_ready",
      "export_expired",
      "range_not_satisfiable",
      "content_unavailable",
    ],
  }),
};
