/**
 * Files that other tools have exported, over HTTP: a ZIP archive of them is uploaded, and the operation `backup-set.import` makes a backup set of
 * what it holds. Server and console build and parse by these schemas. How files are understood: docs/importing.md.
 */
import { z } from "zod";
import { createBackupSetSchema } from "./backup-sets.ts";

const timestamp = z.iso.datetime();

export const MAX_UPLOAD_BYTES = 25 * 1_024 * 1_024;
/** Files and folders of an archive. */
export const MAX_UPLOAD_ENTRIES = 5_000;
/** Hours in which an upload can be imported. */
export const UPLOAD_HOURS = 24;
/** Problems and notices that an upload is shown with; the run of its import names all. */
export const MAX_SHOWN_FILES = 100;
export const ARCHIVE_TYPE = "application/zip";

/** What a file of an upload is; each is one of them. In the order in which they are told. */
export const FILE_KINDS = {
  policy: "policies",
  part: "parts of policies",
  reference: "with names of groups and users",
  copy: "copies of other files",
  skipped: "left out",
  other_model: "of another kind",
  not_understood: "not understood",
} as const;
export const fileKindSchema = z.enum([
  "policy",
  "part",
  "reference",
  "copy",
  "skipped",
  "other_model",
  "not_understood",
]);
export type FileKind = z.infer<typeof fileKindSchema>;

const count = z.int().min(0);
export const fileCountsSchema = z.object({
  policy: count,
  part: count,
  reference: count,
  copy: count,
  skipped: count,
  other_model: count,
  not_understood: count,
});
export type FileCounts = z.infer<typeof fileCountsSchema>;

/** What was found in an upload, as it is kept. */
export const uploadReportSchema = z.object({
  /** Their sum is `fileCount`. */
  counts: fileCountsSchema,
  /** In catalogue order. Their sum is `policyCount`. */
  families: z.array(z.object({ key: z.string(), label: z.string(), policyCount: z.int().min(1) })),
  /** Files that are not understood, or of another kind, the first of them by path. */
  problems: z.array(z.object({ path: z.string(), kind: fileKindSchema, reasonCode: z.string(), reason: z.string() })),
  /** What should be known of files that are taken, the first of them by path. */
  notices: z.array(z.object({ path: z.string(), text: z.string() })),
});
export type UploadReport = z.infer<typeof uploadReportSchema>;

/** `POST …/policy-files?name=`: 201. `GET …/policy-files/:uploadId`. */
export const policyUploadSchema = z.object({
  id: z.string(),
  /** What the archive or the folder was called. */
  name: z.string(),
  bytes: z.int().min(1),
  /** Files in it; all counts are exact. */
  fileCount: count,
  policyCount: count,
  ...uploadReportSchema.shape,
  createdAt: timestamp,
  createdBy: z.object({ id: z.string(), name: z.string() }).nullable(),
  /** Until when it can be imported; null once it was. */
  usableUntil: timestamp.nullable(),
  /** The run that imports it, or did; null while none has begun. */
  runId: z.string().nullable(),
});
export type PolicyUpload = z.infer<typeof policyUploadSchema>;

/** Input of `backup-set.import`. It makes a backup set; one of each upload. */
export const importRequestSchema = z.strictObject({
  uploadId: z.string().min(1).max(100).meta({ description: "An upload that was not imported yet." }),
  name: createBackupSetSchema.shape.name.meta({ description: "Of the backup set." }),
});

/** Letters of the name of an upload. */
export const uploadNameSchema = z
  .string()
  .trim()
  .min(1, "must not be empty")
  .max(200, "must have at most 200 characters")
  .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), "must not contain control characters");
