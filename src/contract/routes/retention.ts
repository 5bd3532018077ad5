import { z } from "zod";
import { PREVIEW_MINUTES, retentionChangeSchema, retentionPreviewSchema, retentionRulesSchema } from "../retention.ts";
import { tenantRoute } from "./route.ts";

const shown = z.object({ rules: retentionRulesSchema });

export const retentionRoutes = {
  show: tenantRoute("tenant.read", {
    method: "GET",
    path: "/retention",
    summary: "Show how long records are kept",
    answer: shown,
  }),
  preview: tenantRoute("settings.manage", {
    method: "POST",
    path: "/retention/preview",
    summary: "Count what rules would remove now",
    description: "Changes nothing. The counts are exact at the moment that the answer names.",
    body: z.strictObject({ rules: retentionRulesSchema }),
    answer: retentionPreviewSchema,
  }),
  change: tenantRoute("settings.manage", {
    method: "POST",
    path: "/retention",
    summary: "Change how long records are kept",
    description: `Takes the preview that a person has seen, by its moment and its hash, for ${PREVIEW_MINUTES} minutes. If anything of it is not so any more, nothing is saved.`,
    body: retentionChangeSchema,
    answer: shown,
    peopleOnly: true,
    problems: ["preview_changed"],
  }),
};
