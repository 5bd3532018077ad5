import { z } from "zod";
import { evidenceKindSchema } from "../../contract/evidence.ts";
import { listItems, readItemDocument } from "../../database/evidence/evidence-items.ts";
import { listSnapshots, readSnapshot } from "../../database/evidence/evidence-snapshots.ts";
import { verifySnapshot } from "../../operations/evidence-snapshot/verify-snapshot.ts";
import { orNotFound, pageQuery, readQuery } from "../requests.ts";
import type { TenantRouter } from "../tenant-router.ts";

const MAX_ITEMS = 1_000;

const snapshotsQuery = z.strictObject(pageQuery());
const itemsQuery = z.strictObject({
  ...pageQuery(MAX_ITEMS),
  kind: evidenceKindSchema.nullable().default(null),
  exceptions: z.literal("only").nullable().default(null),
  query: z.string().trim().min(1).max(200).nullable().default(null),
});

export function addEvidenceRoutes(router: TenantRouter): void {
  router.get("/evidence-snapshots", "evidence.read", async (context) => {
    const query = readQuery(context, snapshotsQuery);
    return context.json(await listSnapshots(context.env.DATABASE, context.get("tenant"), query));
  });

  router.get("/evidence-snapshots/:snapshotId", "evidence.read", async (context) => {
    const tenant = context.get("tenant");
    return context.json(orNotFound(await readSnapshot(context.env.DATABASE, tenant, context.req.param("snapshotId"))));
  });

  // A part of a snapshot is no evidence: what is not complete shows no items.
  router.get("/evidence-snapshots/:snapshotId/items", "evidence.read", async (context) => {
    const query = readQuery(context, itemsQuery);
    const { DATABASE } = context.env;
    const tenant = context.get("tenant");
    const { id, status } = orNotFound(await readSnapshot(DATABASE, tenant, context.req.param("snapshotId")));
    if (status !== "complete") return context.json({ items: [], nextCursor: null });
    return context.json(await listItems(DATABASE, { snapshotId: id, ...query }));
  });

  // The bytes that were hashed, word for word.
  router.get("/evidence-snapshots/:snapshotId/items/:itemId", "evidence.read", async (context) => {
    const { DATABASE } = context.env;
    const tenant = context.get("tenant");
    const { id, status } = orNotFound(await readSnapshot(DATABASE, tenant, context.req.param("snapshotId")));
    const found = status === "complete" ? await readItemDocument(DATABASE, id, context.req.param("itemId")) : null;
    const { document, itemHash } = orNotFound(found);
    return new Response(document, {
      headers: { "content-type": "application/json; charset=utf-8", etag: `"${itemHash}"` },
    });
  });

  router.get("/evidence-snapshots/:snapshotId/verification", "evidence.read", async (context) => {
    const { DATABASE } = context.env;
    const tenant = context.get("tenant");
    const snapshot = orNotFound(await readSnapshot(DATABASE, tenant, context.req.param("snapshotId")));
    return context.json(await verifySnapshot(DATABASE, snapshot, Date.now()));
  });
}
