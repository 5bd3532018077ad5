/** Which runs: what the list of a tenant's runs filters by, and what is done to all runs that match. */
import { z } from "zod";
import { timestamp } from "./lists.ts";

/** The most runs that one run over a filter takes. */
export const MAX_MATCHING_RUNS = 1_000;

/** Conditions that lists and runs over a filter share. Each narrows; one that is absent does not. */
export const runFilters = {
  type: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .meta({ description: "Only runs of this operation type.", example: "inventory.sync" }),
  startedBy: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: "Only runs that the person with this id started." }),
  from: z.iso.datetime().optional().meta({ description: "Only runs started from this time on." }),
  until: z.iso.datetime().optional().meta({ description: "Only runs started before this time." }),
};

export const runFilterSchema = z.strictObject(runFilters);
export type RunFilter = z.infer<typeof runFilterSchema>;

/**
 * Input of `operations.cancel` and `operations.retry`. Which runs match is decided once, when the run is planned; a run that started later is
 * not among them.
 */
export const matchingRunsRequestSchema = z.strictObject({ filter: runFilterSchema.default({}) });

/** What is done to runs that match. */
export const RUN_ACTS = ["cancel", "retry"] as const;
export type MatchingAct = (typeof RUN_ACTS)[number];

/** How many runs match now: exact as of a time. */
export const matchingRunsSchema = z.object({ runs: z.int().min(0), asOf: timestamp });
export type MatchingRuns = z.infer<typeof matchingRunsSchema>;
