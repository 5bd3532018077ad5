import { z } from "zod";
import { auditEventListSchema, auditHeadSchema } from "../audit-events.ts";
import { pageQuery, textFilter, timeFilter } from "./queries.ts";
import { tenantRoute } from "./route.ts";

const filters = {
  action: textFilter("Only events of this action: `operation.start`."),
  actorId: textFilter("Only what this person did."),
  targetId: textFilter("Only what was done to the thing with this id."),
  from: timeFilter("Only events from this time on."),
  until: timeFilter("Only events before this time."),
};

export const auditEventRoutes = {
  list: tenantRoute("audit.read", {
    method: "GET",
    path: "/audit-events",
    summary: "List who did what, newest first",
    query: z.strictObject({ ...filters, ...pageQuery() }),
    answer: auditEventListSchema,
  }),
  head: tenantRoute("audit.read", {
    method: "GET",
    path: "/audit-events/head",
    summary: "Show the end of the chain over the audit log",
    answer: auditHeadSchema,
  }),
  exportCsv: tenantRoute("audit.read", {
    method: "GET",
    path: "/audit-events/export.csv",
    summary: "Download the audit log as CSV, oldest first",
    description: "For a spreadsheet. The audit log notes each download; HEAD takes nothing and is not noted.",
    query: z.strictObject(filters),
    answerHeaders: { "Content-Disposition": "The file's name." },
    media: "text/csv",
    problems: ["forbidden_origin"],
  }),
  exportLines: tenantRoute("audit.read", {
    method: "GET",
    path: "/audit-events/export.jsonl",
    summary: "Download the audit log as JSON lines with the chain's hashes, oldest first",
    description:
      "What `npm run verify-audit` reads. Complete from a place on, since a chain with gaps proves nothing. The audit log notes each download; HEAD takes nothing and is not noted.",
    query: z.strictObject({
      after: z
        .string()
        .regex(/^\d{1,15}$/, "must be a whole number")
        .transform(Number)
        .default(0)
        .meta({
          description: "Only events behind this place: what an earlier export has not had.",
          sent: { type: "integer", minimum: 0, default: 0 },
        }),
    }),
    answerHeaders: { "Content-Disposition": "The file's name." },
    media: "application/x-ndjson",
    problems: ["forbidden_origin"],
  }),
};
