import { z } from "zod";
import {
  backupSetDetailSchema,
  backupSetItemListSchema,
  backupSetItemSchema,
  backupSetListSchema,
  backupSetOriginFilterSchema,
  backupSetStateFilterSchema,
  changeBackupSetSchema,
  createBackupSetSchema,
  itemComparisonSchema,
  itemReferencesSchema,
} from "../backup-sets.ts";
import { restorePlanListSchema } from "../restore.ts";
import { flag, flagFilter, pageQuery, textFilter } from "./queries.ts";
import { tenantRoute } from "./route.ts";

const backupSetId = z.string().meta({ description: "The backup set's id." });
const itemId = z.string().meta({ description: "The item's id." });

export const backupSetRoutes = {
  list: tenantRoute("backup.read", {
    method: "GET",
    path: "/backup-sets",
    summary: "List backup sets: active ones, then archived ones, each by name",
    query: z.strictObject({
      ...pageQuery(),
      state: backupSetStateFilterSchema.default("all").meta({ description: "Only sets in this state." }),
      origin: backupSetOriginFilterSchema.default("kept").meta({
        description:
          "`kept`: sets of captured policies and of imported files. `standard`: those that gold standards were prepared in. `undo`: what restores have replaced.",
      }),
      query: textFilter("Part of the name, in any case."),
    }),
    answer: backupSetListSchema,
  }),
  create: tenantRoute("backup.write", {
    method: "POST",
    path: "/backup-sets",
    summary: "Create a backup set",
    body: createBackupSetSchema,
    statuses: { 201: "The set, empty." },
    answerHeaders: { Location: "Address of the set." },
    answer: backupSetDetailSchema,
    problems: ["too_many_backup_sets"],
  }),
  show: tenantRoute("backup.read", {
    method: "GET",
    path: "/backup-sets/:backupSetId",
    summary: "Show a backup set, with what it holds by family",
    params: { backupSetId },
    answer: backupSetDetailSchema,
  }),
  change: tenantRoute("backup.write", {
    method: "PATCH",
    path: "/backup-sets/:backupSetId",
    summary: "Change a backup set's name or description",
    description: "What is absent stays.",
    params: { backupSetId },
    body: changeBackupSetSchema,
    answer: backupSetDetailSchema,
  }),
  archive: tenantRoute("backup.delete", {
    method: "POST",
    path: "/backup-sets/:backupSetId/archive",
    summary: "Archive a backup set",
    description:
      "A set that is archived already stays as it is. The operation `backup-set.delete` does the same to many.",
    params: { backupSetId },
    answer: backupSetDetailSchema,
  }),
  items: tenantRoute("backup.read", {
    method: "GET",
    path: "/backup-sets/:backupSetId/items",
    summary: "List the items of a backup set by name",
    params: { backupSetId },
    query: z.strictObject({
      ...pageQuery(),
      query: textFilter("Part of the name, in any case."),
      family: textFilter("Key of a family."),
      platform: textFilter("Only items of this platform."),
      latest: flagFilter("`true`: only the newest item of each policy. `false`: only the older ones."),
    }),
    answer: backupSetItemListSchema,
  }),
  item: tenantRoute("backup.read", {
    method: "GET",
    path: "/backup-sets/:backupSetId/items/:itemId",
    summary: "Show an item of a backup set",
    params: { backupSetId, itemId },
    answer: backupSetItemSchema,
  }),
  references: tenantRoute("backup.read", {
    method: "GET",
    path: "/backup-sets/:backupSetId/items/:itemId/references",
    summary: "List what an item's policy refers to, by the names at the time of the backup",
    params: { backupSetId, itemId },
    answer: itemReferencesSchema,
    problems: ["content_unavailable"],
  }),
  diff: tenantRoute("backup.read", {
    method: "GET",
    path: "/backup-sets/:backupSetId/items/:itemId/diff",
    summary: "Compare an item with the inventory or with another item",
    description: "Reads what is stored; never asks Microsoft Graph.",
    params: { backupSetId, itemId },
    query: z
      .strictObject({
        against: z.enum(["inventory", "item"]).meta({
          description: "`inventory`: the newest version of the inventory. `item`: the item that `itemId` names.",
        }),
        itemId: z.string().min(1).max(200).optional().meta({
          description: "With `against=item`: an item of the same family, in any set of the tenant.",
        }),
      })
      .superRefine(({ against, itemId: other }, context) => {
        if (against === "item" && other === undefined) {
          context.addIssue({ code: "custom", path: ["itemId"], message: "is missing" });
        }
        if (against === "inventory" && other !== undefined) {
          context.addIssue({ code: "custom", path: ["itemId"], message: "is not known here" });
        }
      }),
    answer: itemComparisonSchema,
    problems: ["content_unavailable"],
  }),
  content: tenantRoute("backup.read", {
    method: "GET",
    path: "/backup-sets/:backupSetId/items/:itemId/content",
    summary: "Read an item's stored document",
    params: { backupSetId, itemId },
    query: z.strictObject({ download: flag("Answer as a file. The audit log notes the download.") }),
    statuses: { 200: "The document, word for word. Numbers in it may be larger than JavaScript's." },
    answerHeaders: { ETag: "SHA-256 of the document.", "Content-Disposition": "With `download`: the file's name." },
    media: "application/json",
    problems: ["forbidden_origin", "content_unavailable"],
  }),
  restorePlans: tenantRoute("backup.read", {
    method: "GET",
    path: "/backup-sets/:backupSetId/restore-plans",
    summary: "List a set's restore plans, newest first, each with the runs that executed it",
    params: { backupSetId },
    query: z.strictObject(pageQuery()),
    answer: restorePlanListSchema,
  }),
};
