import { z } from "zod";
import {
  evidenceItemListSchema,
  evidenceKindSchema,
  evidenceSnapshotListSchema,
  evidenceSnapshotSchema,
  evidenceVerificationSchema,
} from "../evidence.ts";
import { choiceFilter, pageQuery, textFilter, WHOLE_LIST_PAGE_SIZE } from "./queries.ts";
import { tenantRoute } from "./route.ts";

const snapshotId = z.string().meta({ description: "The snapshot's id." });

export const evidenceRoutes = {
  snapshots: tenantRoute("evidence.read", {
    method: "GET",
    path: "/evidence-snapshots",
    summary: "List evidence snapshots, newest first",
    query: z.strictObject(pageQuery()),
    answer: evidenceSnapshotListSchema,
  }),
  snapshot: tenantRoute("evidence.read", {
    method: "GET",
    path: "/evidence-snapshots/:snapshotId",
    summary: "Show an evidence snapshot",
    params: { snapshotId },
    answer: evidenceSnapshotSchema,
  }),
  items: tenantRoute("evidence.read", {
    method: "GET",
    path: "/evidence-snapshots/:snapshotId/items",
    summary: "List a snapshot's items in the order of their keys",
    description: "A snapshot that is not complete shows no items: a part of a snapshot is no evidence.",
    params: { snapshotId },
    query: z.strictObject({
      ...pageQuery(WHOLE_LIST_PAGE_SIZE),
      kind: choiceFilter(evidenceKindSchema, "Only items of this kind."),
      exceptions: choiceFilter(z.literal("only"), "Only items that an auditor should see first."),
      query: textFilter("Part of the title, in any case."),
    }),
    answer: evidenceItemListSchema,
  }),
  item: tenantRoute("evidence.read", {
    method: "GET",
    path: "/evidence-snapshots/:snapshotId/items/:itemId",
    summary: "Read an item's document",
    params: { snapshotId, itemId: z.string().meta({ description: "The item's id." }) },
    statuses: { 200: "The document, byte for byte as it was hashed." },
    answerHeaders: { ETag: "SHA-256 of the document." },
    media: "application/json",
  }),
  verification: tenantRoute("evidence.read", {
    method: "GET",
    path: "/evidence-snapshots/:snapshotId/verification",
    summary: "Recompute a snapshot from its stored documents",
    params: { snapshotId },
    answer: evidenceVerificationSchema,
  }),
};
