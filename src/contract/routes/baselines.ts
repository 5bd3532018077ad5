import { z } from "zod";
import {
  baselineComparisonDetailSchema,
  baselineComparisonListSchema,
  baselineDetailSchema,
  baselineListSchema,
  baselinePolicyListSchema,
  comparisonFindingListSchema,
  driftSchema,
  findingKindSchema,
  findingStatusSchema,
  severitySchema,
} from "../baselines.ts";
import { choiceFilter, pageQuery, textFilter, WHOLE_LIST_PAGE_SIZE } from "./queries.ts";
import { tenantRoute } from "./route.ts";

const MAX_POINTS = 500;

const baselineId = z.string().meta({ description: "The baseline's id." });
const comparisonId = z.string().meta({ description: "The comparison's id." });

export const baselineRoutes = {
  list: tenantRoute("baseline.read", {
    method: "GET",
    path: "/baselines",
    summary: "List baselines, newest first, each with its newest comparison",
    query: z.strictObject(pageQuery()),
    answer: baselineListSchema,
  }),
  show: tenantRoute("baseline.read", {
    method: "GET",
    path: "/baselines/:baselineId",
    summary: "Show a baseline with its families",
    params: { baselineId },
    answer: baselineDetailSchema,
  }),
  policies: tenantRoute("baseline.read", {
    method: "GET",
    path: "/baselines/:baselineId/policies",
    summary: "List a baseline's policies by name",
    params: { baselineId },
    query: z.strictObject({
      ...pageQuery(WHOLE_LIST_PAGE_SIZE),
      family: textFilter("Key of a family."),
      query: textFilter("Part of the name, in any case."),
    }),
    answer: baselinePolicyListSchema,
  }),
  drift: tenantRoute("baseline.read", {
    method: "GET",
    path: "/baselines/:baselineId/drift",
    summary: "List what each sealed comparison found, newest first",
    params: { baselineId },
    query: z.strictObject(pageQuery(MAX_POINTS)),
    answer: driftSchema,
  }),
};

export const comparisonRoutes = {
  list: tenantRoute("baseline.read", {
    method: "GET",
    path: "/baseline-comparisons",
    summary: "List comparisons, newest first",
    query: z.strictObject({ ...pageQuery(), baselineId: textFilter("Only comparisons with this baseline.") }),
    answer: baselineComparisonListSchema,
  }),
  show: tenantRoute("baseline.read", {
    method: "GET",
    path: "/baseline-comparisons/:comparisonId",
    summary: "Show a comparison, with what could be said of each family",
    params: { comparisonId },
    answer: baselineComparisonDetailSchema,
  }),
  findings: tenantRoute("baseline.read", {
    method: "GET",
    path: "/baseline-comparisons/:comparisonId/findings",
    summary: "List the findings as a comparison left them, the worst first",
    params: { comparisonId },
    query: z.strictObject({
      ...pageQuery(),
      kind: choiceFilter(findingKindSchema, "Only findings of this kind."),
      severity: choiceFilter(severitySchema, "Only findings of this severity."),
      status: choiceFilter(findingStatusSchema, "Only findings with this status."),
    }),
    answer: comparisonFindingListSchema,
  }),
};
