import { z } from "zod";
import { policyBackupListSchema } from "../backup-sets.ts";
import {
  familyStateListSchema,
  POLICY_SORTS,
  policyListSchema,
  policySchema,
  policyVersionListSchema,
  REMOVED_FILTERS,
} from "../inventory.ts";
import { readablePolicySchema, settingSearchSchema, versionComparisonSchema } from "../readable-policy.ts";
import { numberFrom1, pageQuery, textFilter, WHOLE_LIST_PAGE_SIZE } from "./queries.ts";
import { tenantRoute } from "./route.ts";

const policyId = z.string().meta({ description: "The policy's id in the inventory." });

export const inventoryRoutes = {
  policies: tenantRoute("inventory.read", {
    method: "GET",
    path: "/inventory/policies",
    summary: "List policies",
    query: z.strictObject({
      ...pageQuery(WHOLE_LIST_PAGE_SIZE),
      query: textFilter("Part of the name, in any case."),
      family: textFilter("Key of a family."),
      platform: textFilter("Only policies of this platform."),
      removed: z
        .enum(REMOVED_FILTERS)
        .default("hide")
        .meta({ description: "Policies that are gone from the tenant: left out, alone, or among the others." }),
      sort: z.enum(POLICY_SORTS).default("name").meta({
        description:
          "`name` and `family` ascend; `lastModified` begins with the newest and ends with those that tell no time.",
      }),
    }),
    answer: policyListSchema,
  }),
  policy: tenantRoute("inventory.read", {
    method: "GET",
    path: "/inventory/policies/:policyId",
    summary: "Show a policy, without its content",
    params: { policyId },
    answer: policySchema,
  }),
  versions: tenantRoute("inventory.read", {
    method: "GET",
    path: "/inventory/policies/:policyId/versions",
    summary: "List a policy's versions, newest first",
    params: { policyId },
    query: z.strictObject(pageQuery()),
    answer: policyVersionListSchema,
  }),
  content: tenantRoute("inventory.read", {
    method: "GET",
    path: "/inventory/policies/:policyId/content",
    summary: "Read a policy's stored document",
    params: { policyId },
    query: z.strictObject({
      version: numberFrom1("must be a version number", "Which version; the newest when absent."),
    }),
    statuses: { 200: "The document, word for word. Numbers in it may be larger than JavaScript's." },
    answerHeaders: { ETag: "SHA-256 of the document." },
    media: "application/json",
    problems: ["content_unavailable"],
  }),
  readable: tenantRoute("inventory.read", {
    method: "GET",
    path: "/inventory/policies/:policyId/readable",
    summary: "Show a policy's settings as label and value, and its assignments by name",
    description:
      "Reads what is stored; never asks Microsoft Graph. Names come from the inventory and, for callers who may read backups, from the newest backup of the policy.",
    params: { policyId },
    query: z.strictObject({
      version: numberFrom1("must be a version number", "Which version; the newest when absent."),
    }),
    answer: readablePolicySchema,
    problems: ["content_unavailable"],
  }),
  versionDiff: tenantRoute("inventory.read", {
    method: "GET",
    path: "/inventory/policies/:policyId/diff",
    summary: "Compare two versions of a policy",
    params: { policyId },
    query: z.strictObject({
      before: numberFrom1("must be a version number", "The one before `after` when absent."),
      after: numberFrom1("must be a version number", "The newest when absent."),
    }),
    answer: versionComparisonSchema,
    problems: ["content_unavailable"],
  }),
  settings: tenantRoute("inventory.read", {
    method: "GET",
    path: "/inventory/settings",
    summary: "Search the settings of all policies",
    description:
      "A step of a search: it looks at some policies and tells how many of how many it has looked at. Follow `nextCursor` until it is null, also after a step without a match.",
    query: z.strictObject({
      cursor: pageQuery().cursor,
      query: z
        .string()
        .trim()
        .min(2, "must have at least 2 characters")
        .max(200)
        .meta({ description: "Part of a label, a name or a value, in any case.", example: "homepage" }),
      family: textFilter("Key of a family."),
    }),
    answer: settingSearchSchema,
  }),
  backups: tenantRoute("backup.read", {
    method: "GET",
    path: "/inventory/policies/:policyId/backups",
    summary: "List the backup sets that hold a policy, newest item first",
    params: { policyId },
    query: z.strictObject(pageQuery()),
    answer: policyBackupListSchema,
  }),
  families: tenantRoute("inventory.read", {
    method: "GET",
    path: "/inventory/families",
    summary: "List all policy families, with what is known of each",
    answer: familyStateListSchema,
  }),
};
