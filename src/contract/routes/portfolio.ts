import { z } from "zod";
import {
  newPortfolioRunSchema,
  portfolioRunListSchema,
  portfolioRunSchema,
  portfolioTenantListSchema,
  portfolioStateSchema,
  startedPortfolioRunSchema,
} from "../portfolio.ts";
import { proofSchema } from "../runs.ts";
import { choiceFilter, pageQuery } from "./queries.ts";
import { route } from "./route.ts";

const params = { runId: z.string().meta({ description: "The run's id." }) };
const STARTED = {
  statuses: {
    200: "The same is under way already, or the request was seen before: this is that run.",
    202: "The run is queued.",
  },
  answer: startedPortfolioRunSchema,
};

export const portfolioRoutes = {
  start: route("signed-in", {
    method: "POST",
    path: "/api/me/portfolio-runs",
    summary: "Start an operation in many tenants, as one run",
    description:
      "Takes the operation's capability in each tenant of a list. Its units are tenants: one counts when the operation in it has ended. With an `Idempotency-Key` a repetition gets the same run.",
    headers: {
      "Idempotency-Key": z
        .string()
        .regex(/^[\x21-\x7e]{1,255}$/, "must be 1 to 255 printable characters without spaces")
        .optional()
        .meta({ description: "Names this request. The same key with another body is refused." }),
    },
    body: newPortfolioRunSchema,
    ...STARTED,
    peopleOnly: true,
    problems: ["idempotency_key_reused", "too_many_portfolio_runs", "forbidden", "invalid_input"],
  }),
  list: route("signed-in", {
    method: "GET",
    path: "/api/me/portfolio-runs",
    summary: "List runs over tenants that hold some of the caller's, newest first",
    query: z.strictObject({
      ...pageQuery(),
      state: z
        .enum(["active", "finished"])
        .optional()
        .meta({ description: "Only runs that are under way, or that are over." }),
    }),
    answer: portfolioRunListSchema,
    peopleOnly: true,
  }),
  show: route("signed-in", {
    method: "GET",
    path: "/api/me/portfolio-runs/:runId",
    summary: "Show a run over tenants: those of its tenants that the caller may see",
    params,
    answer: portfolioRunSchema,
    peopleOnly: true,
    problems: ["not_found"],
  }),
  tenants: route("signed-in", {
    method: "GET",
    path: "/api/me/portfolio-runs/:runId/tenants",
    summary: "List the tenants of a run, each with its operation",
    params,
    query: z.strictObject({
      ...pageQuery(),
      state: choiceFilter(portfolioStateSchema, "Only tenants in this state."),
    }),
    answer: portfolioTenantListSchema,
    peopleOnly: true,
    problems: ["not_found"],
  }),
  cancel: route("signed-in", {
    method: "POST",
    path: "/api/me/portfolio-runs/:runId/cancel",
    summary: "Cancel a run over tenants, with the operations that it started",
    description:
      "Who started it may, and who may cancel operations in all of its tenants. What has ended stays; an operation that another person had started goes on.",
    params,
    answer: portfolioRunSchema,
    peopleOnly: true,
    problems: ["not_found", "forbidden", "run_already_completed", "unavailable"],
  }),
  pause: route("signed-in", {
    method: "POST",
    path: "/api/me/portfolio-runs/:runId/pause",
    summary: "Pause a run over tenants, with the operations that it started",
    params,
    answer: portfolioRunSchema,
    peopleOnly: true,
    problems: ["not_found", "forbidden", "nothing_to_pause", "unavailable"],
  }),
  resume: route("signed-in", {
    method: "POST",
    path: "/api/me/portfolio-runs/:runId/resume",
    summary: "Resume a run over tenants, with the operations that were paused with it",
    params,
    answer: portfolioRunSchema,
    peopleOnly: true,
    problems: ["not_found", "forbidden", "nothing_to_pause", "unavailable"],
  }),
  retry: route("signed-in", {
    method: "POST",
    path: "/api/me/portfolio-runs/:runId/retry",
    summary: "Start a new run over the tenants that failed",
    description:
      "In the caller's name, over those of the failed tenants in which the caller may start the operation. A tenant is taken once. In a tenant whose operation failed in part, only what failed is done again.",
    params,
    ...STARTED,
    peopleOnly: true,
    problems: ["not_found", "run_not_completed", "nothing_to_retry", "too_many_portfolio_runs"],
  }),
  proof: route("signed-in", {
    method: "GET",
    path: "/api/me/portfolio-runs/:runId/proof",
    summary: "Recount a run over tenants from its ledger, beside what readers are shown",
    description: "For those who may cancel it.",
    params,
    answer: proofSchema,
    peopleOnly: true,
    problems: ["not_found", "forbidden", "unavailable"],
  }),
};
