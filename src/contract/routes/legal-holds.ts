import { z } from "zod";
import { legalHoldListSchema, legalHoldSchema, liftedLegalHoldSchema, newLegalHoldSchema } from "../legal-holds.ts";
import { tenantRoute } from "./route.ts";

export const legalHoldRoutes = {
  list: tenantRoute("tenant.read", {
    method: "GET",
    path: "/legal-holds",
    summary: "List legal holds, open ones first",
    description: "While one is open, nothing of the tenant is deleted: docs/retention.md says what that covers.",
    answer: legalHoldListSchema,
  }),
  place: tenantRoute("legal-hold.manage", {
    method: "POST",
    path: "/legal-holds",
    summary: "Place a legal hold",
    description: "Holds from the moment of the answer. A deletion that was done before stays done.",
    statuses: { 201: "Placed" },
    body: newLegalHoldSchema,
    answer: legalHoldSchema,
    peopleOnly: true,
    problems: ["too_many_holds"],
  }),
  lift: tenantRoute("legal-hold.manage", {
    method: "POST",
    path: "/legal-holds/:holdId/lift",
    summary: "Lift a legal hold",
    description: "When no other is open, retention goes on where it stopped, and deletions are possible again.",
    params: { holdId: z.string().meta({ description: "The hold's id." }) },
    body: liftedLegalHoldSchema,
    answer: legalHoldSchema,
    peopleOnly: true,
    problems: ["hold_lifted"],
  }),
};
