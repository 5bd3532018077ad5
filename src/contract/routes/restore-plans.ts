/** Plans are made by the operation `policy.restore-preview` and executed by `policy.restore`; here they are read. */
import { z } from "zod";
import {
  restoreActionSchema,
  restorePlanItemDetailSchema,
  restorePlanItemListSchema,
  restorePlanSchema,
} from "../restore.ts";
import { choiceFilter, flag, pageQuery, textFilter } from "./queries.ts";
import { tenantRoute } from "./route.ts";

const planId = z.string().meta({ description: "The plan's id." });
const ordinal = z
  .string()
  .regex(/^\d{1,9}$/)
  .transform(Number)
  .meta({
    description: "The item's place in the plan, from 0.",
    sent: { type: "integer", minimum: 0 },
  });

export const restorePlanRoutes = {
  show: tenantRoute("backup.read", {
    method: "GET",
    path: "/restore-plans/:planId",
    summary: "Show a restore plan: its options, its hash, its counts by action",
    params: { planId },
    answer: restorePlanSchema,
  }),
  items: tenantRoute("backup.read", {
    method: "GET",
    path: "/restore-plans/:planId/items",
    summary: "List a plan's items in the order in which they are written",
    description: "404 until the plan is ready.",
    params: { planId },
    query: z.strictObject({
      ...pageQuery(),
      action: choiceFilter(restoreActionSchema, "Only items with this action."),
      family: textFilter("Key of a family."),
      query: textFilter("Part of the name, in any case."),
      missing: flag("Only items with references that the tenant does not have."),
    }),
    answer: restorePlanItemListSchema,
  }),
  item: tenantRoute("backup.read", {
    method: "GET",
    path: "/restore-plans/:planId/items/:ordinal",
    summary: "Show an item of a plan: exact requests, differences, candidates, references",
    params: { planId, ordinal },
    answer: restorePlanItemDetailSchema,
    problems: ["content_unavailable"],
  }),
};
