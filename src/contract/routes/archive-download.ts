import { z } from "zod";

/** What every download of an archive takes and answers. A route adds its path, its capability and its own refusals. */
export const archiveDownload = {
  method: "GET",
  description: "Answers one byte range. The audit log notes each download; HEAD takes nothing and is not noted.",
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
} as const;
