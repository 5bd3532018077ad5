import { z } from "zod";
import { MAX_ACCEPTANCE_DAYS } from "../acceptances.ts";
import {
  acceptedFindingsSchema,
  acceptFindingSchema,
  acceptFindingsSchema,
  findingDetailSchema,
  findingKindSchema,
  findingListSchema,
  findingRemedySchema,
  findingStatusSchema,
  severitySchema,
} from "../baselines.ts";
import { choiceFilter, pageQuery, textFilter } from "./queries.ts";
import { tenantRoute } from "./route.ts";

const findingId = z.string().meta({ description: "The finding's id." });

export const findingRoutes = {
  list: tenantRoute("baseline.read", {
    method: "GET",
    path: "/findings",
    summary: "List the tenant's findings, the worst first",
    query: z.strictObject({
      ...pageQuery(),
      kind: choiceFilter(findingKindSchema, "Only findings of this kind."),
      severity: choiceFilter(severitySchema, "Only findings of this severity."),
      status: choiceFilter(findingStatusSchema, "Only findings with this status."),
      baselineId: textFilter("Only findings of this baseline."),
    }),
    answer: findingListSchema,
  }),
  show: tenantRoute("baseline.read", {
    method: "GET",
    path: "/findings/:findingId",
    summary: "Show a finding, with its differences and its history",
    params: { findingId },
    answer: findingDetailSchema,
    problems: ["content_unavailable"],
  }),
  remedy: tenantRoute("backup.read", {
    method: "GET",
    path: "/findings/:findingId/remedy",
    summary: "Find the backup that holds a finding's policy as its baseline has it",
    description: "What is found can be given to `policy.restore-preview`. Reads what is stored; writes nothing.",
    params: { findingId },
    answer: findingRemedySchema,
  }),
  acceptMany: tenantRoute("finding.accept", {
    method: "POST",
    path: "/findings/accept",
    summary: "Accept many findings for a time, with one reason",
    description: `Each finding by itself: one that cannot be accepted keeps no other from it, and the answer tells what became of each. \`until\` lies in the future, at most ${MAX_ACCEPTANCE_DAYS} days from now.`,
    body: acceptFindingsSchema,
    answer: acceptedFindingsSchema,
  }),
  accept: tenantRoute("finding.accept", {
    method: "POST",
    path: "/findings/:findingId/accept",
    summary: "Accept a finding for a time",
    description: `\`until\` lies in the future, at most ${MAX_ACCEPTANCE_DAYS} days from now.`,
    params: { findingId },
    body: acceptFindingSchema,
    answer: findingDetailSchema,
    problems: ["finding_changed", "finding_resolved", "content_unavailable"],
  }),
  reopen: tenantRoute("finding.accept", {
    method: "POST",
    path: "/findings/:findingId/reopen",
    summary: "Reopen an accepted finding",
    description: "A finding that is open already stays as it is.",
    params: { findingId },
    answer: findingDetailSchema,
    problems: ["finding_resolved", "content_unavailable"],
  }),
};
