/**
 * Schedules over tenants, over HTTP: runs over tenants that begin by themselves. They have the times, the history and the rules of a tenant's schedules
 * (`schedules.ts`); each belongs to the person who made it, and nobody else sees it.
 */
import { z } from "zod";
import { chosenHowSchema, portfolioTypeSchema, standardFault, tenantSelectionSchema } from "./portfolio.ts";
import { portfolioRunSchema } from "./portfolio.ts";
import { listOf } from "./lists.ts";
import { MAX_STEPS, newScheduleSchema, occurrenceSchema, type OccurrenceReason, scheduleSchema } from "./schedules.ts";

/** Of a person, those that were removed not counted. */
export const MAX_PORTFOLIO_SCHEDULES = 20;

/** What is started in each tenant, as a run over tenants of its own. */
export const portfolioStepSchema = z
  .strictObject({
    type: portfolioTypeSchema,
    standardId: z.string().min(1).max(100).optional().meta({ description: "The gold standard that it is about." }),
  })
  .superRefine((step, context) => {
    const fault = standardFault(step);
    if (fault !== null) context.addIssue({ code: "custom", path: ["standardId"], message: fault });
  });
export type PortfolioStep = z.infer<typeof portfolioStepSchema>;

export const newPortfolioScheduleSchema = newScheduleSchema.omit({ steps: true, spreadMinutes: true }).extend({
  steps: z.array(portfolioStepSchema).min(1).max(MAX_STEPS).meta({
    description:
      "One after the other, each over all of the tenants; each begins when the one before has ended, and not at all if that failed or was canceled.",
  }),
  tenants: tenantSelectionSchema.meta({
    description:
      "Looked up anew at each start, and sealed for it: of these, the tenants in which the person may start it.",
  }),
});
export type NewPortfolioSchedule = z.output<typeof newPortfolioScheduleSchema>;

export const changedPortfolioScheduleSchema = newPortfolioScheduleSchema.extend({
  version: z.int().min(1).meta({ description: "Of the schedule as the person has seen it." }),
});

export const portfolioScheduleSchema = scheduleSchema
  .omit({ steps: true, spreadMinutes: true, owner: true, createdBy: true })
  .extend({
    steps: z.array(portfolioStepSchema),
    chosen: chosenHowSchema,
    /** Of a list: the ids of those of its tenants that are still the person's. Null for all others. */
    listed: z.array(z.string()).nullable(),
  });
export type PortfolioSchedule = z.infer<typeof portfolioScheduleSchema>;
export const portfolioScheduleListSchema = z.object({ items: z.array(portfolioScheduleSchema) });

export const portfolioOccurrenceSchema = occurrenceSchema.omit({ runs: true }).extend({
  /** In the order of the steps, as far as they have begun, as the person may see them. One that is gone by retention is not among them. */
  runs: z.array(portfolioRunSchema),
});
export type PortfolioOccurrence = z.infer<typeof portfolioOccurrenceSchema>;
export const portfolioOccurrenceListSchema = listOf(portfolioOccurrenceSchema);

/** In words, where a schedule over tenants is told otherwise than one of a tenant. */
export const PORTFOLIO_OCCURRENCE_REASONS: Partial<Record<OccurrenceReason, string>> = {
  owner_may_not: "You may start this in none of the chosen tenants any more.",
  refused: "The operation over tenants could not be started.",
  run_failed: "It failed in every tenant.",
  run_canceled: "An operation over tenants of it was canceled.",
};
