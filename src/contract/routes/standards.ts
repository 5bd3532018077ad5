import { z } from "zod";
import {
  changedFollowingSchema,
  changedStandardSchema,
  followedPolicyListSchema,
  followingListSchema,
  followingSchema,
  newFollowingSchema,
  newStandardSchema,
  newVersionSchema,
  standardDetailSchema,
  standardListSchema,
  standardPolicyListSchema,
  standardTenantListSchema,
} from "../standards.ts";
import { pageQuery, textFilter, WHOLE_LIST_PAGE_SIZE } from "./queries.ts";
import { tenantRoute } from "./route.ts";

const standardId = z.string().meta({ description: "The standard's id." });
const followingId = z.string().meta({ description: "The id of what the tenant follows, which is that of a baseline." });
const number = z
  .string()
  .regex(/^[1-9]\d{0,3}$/)
  .meta({ description: "The version's number." });

export const standardRoutes = {
  list: tenantRoute("baseline.read", {
    method: "GET",
    path: "/standards",
    summary: "List the gold standards that the tenant keeps, by name",
    query: z.strictObject(pageQuery()),
    answer: standardListSchema,
  }),
  create: tenantRoute("baseline.capture", {
    method: "POST",
    path: "/standards",
    summary: "Make a gold standard, without a version",
    body: newStandardSchema,
    statuses: { 201: "Made." },
    answerHeaders: { Location: "Address of the standard." },
    answer: standardDetailSchema,
    problems: ["too_many_standards"],
  }),
  show: tenantRoute("baseline.read", {
    method: "GET",
    path: "/standards/:standardId",
    summary: "Show a gold standard with its versions, newest first",
    params: { standardId },
    answer: standardDetailSchema,
  }),
  change: tenantRoute("baseline.capture", {
    method: "PATCH",
    path: "/standards/:standardId",
    summary: "Rename a gold standard, describe it, or take it out of use",
    description: "What is absent stays. Versions never change.",
    params: { standardId },
    body: changedStandardSchema,
    answer: standardDetailSchema,
  }),
  addVersion: tenantRoute("baseline.capture", {
    method: "POST",
    path: "/standards/:standardId/versions",
    summary: "Make the next version of a gold standard",
    description:
      "Of a sealed baseline or a backup set of the tenant. Takes the capability to read backups as well. Tenants that follow the standard keep their version until they choose another.",
    params: { standardId },
    body: newVersionSchema,
    statuses: { 201: "Made." },
    answer: standardDetailSchema,
    problems: ["standard_changed", "forbidden"],
  }),
  policies: tenantRoute("baseline.read", {
    method: "GET",
    path: "/standards/:standardId/versions/:number/policies",
    summary: "List the policies of a version by name",
    params: { standardId, number },
    query: z.strictObject({
      ...pageQuery(WHOLE_LIST_PAGE_SIZE),
      family: textFilter("Key of a family."),
      query: textFilter("Part of the name, in any case."),
    }),
    answer: standardPolicyListSchema,
  }),
  tenants: tenantRoute("baseline.read", {
    method: "GET",
    path: "/standards/:standardId/tenants",
    summary: "List those of the caller's tenants that follow a gold standard, each with what was last found",
    description: "Only tenants in which the caller may read baselines. Nothing tells of others.",
    params: { standardId },
    answer: standardTenantListSchema,
  }),
};

export const followingRoutes = {
  list: tenantRoute("baseline.read", {
    method: "GET",
    path: "/followed-standards",
    summary: "List the gold standards that the tenant follows, newest first",
    answer: followingListSchema,
  }),
  follow: tenantRoute("baseline.capture", {
    method: "POST",
    path: "/followed-standards",
    summary: "Begin to follow a gold standard",
    description:
      "Takes the capabilities to read baselines and backups in the home tenant as well: its policies become readable here. Nothing is written to the tenant.",
    body: newFollowingSchema,
    statuses: { 201: "Followed." },
    answerHeaders: { Location: "Address of what is followed." },
    answer: followingSchema,
    problems: ["followed_already", "too_many_followed", "forbidden"],
  }),
  show: tenantRoute("baseline.read", {
    method: "GET",
    path: "/followed-standards/:followingId",
    summary: "Show a gold standard that the tenant follows",
    params: { followingId },
    answer: followingSchema,
  }),
  change: tenantRoute("baseline.capture", {
    method: "PATCH",
    path: "/followed-standards/:followingId",
    summary: "Choose another version, and what holds for this tenant",
    description: "What is absent stays. The next comparison goes by it.",
    params: { followingId },
    body: changedFollowingSchema,
    answer: followingSchema,
  }),
  stop: tenantRoute("baseline.capture", {
    method: "POST",
    path: "/followed-standards/:followingId/stop",
    summary: "Stop following a gold standard",
    description:
      "Nothing is compared with it any more. What was found stays as history; nothing is written to the tenant.",
    params: { followingId },
    body: z.strictObject({}),
    answer: z.object({ done: z.literal(true) }),
  }),
  policies: tenantRoute("baseline.read", {
    method: "GET",
    path: "/followed-standards/:followingId/policies",
    summary: "List the policies of a followed standard by name, each with the tenant's policy that was found to be it",
    params: { followingId },
    query: z.strictObject({ ...pageQuery(WHOLE_LIST_PAGE_SIZE), query: textFilter("Part of the name, in any case.") }),
    answer: followedPolicyListSchema,
  }),
};
