import { z } from "zod";
import { ARCHIVE_TYPE, MAX_UPLOAD_BYTES, policyUploadSchema, uploadNameSchema } from "../policy-files.ts";
import { tenantRoute } from "./route.ts";

export const policyFileRoutes = {
  upload: tenantRoute("backup.write", {
    method: "POST",
    path: "/policy-files",
    summary: "Upload a ZIP archive of policies that another tool has exported",
    description:
      "Says of each file what it is. Nothing is in the tenant's backups before the operation `backup-set.import` has taken it; an upload that is not imported is deleted after a day.",
    query: z.strictObject({
      name: uploadNameSchema.meta({
        description: "What the archive or the folder is called.",
        example: "Baseline.zip",
      }),
    }),
    upload: { media: ARCHIVE_TYPE, maxBytes: MAX_UPLOAD_BYTES },
    statuses: { 201: "What was found in it." },
    answerHeaders: { Location: "Address of the upload." },
    answer: policyUploadSchema,
    problems: ["archive_refused"],
  }),
  show: tenantRoute("backup.read", {
    method: "GET",
    path: "/policy-files/:uploadId",
    summary: "Show an upload, with what was found in it",
    params: { uploadId: z.string().meta({ description: "The upload's id." }) },
    answer: policyUploadSchema,
  }),
};
