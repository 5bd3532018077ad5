import { evidenceRoutes } from "../../contract/routes/evidence.ts";
import { listItems, readItemPlace } from "../../database/evidence/evidence-items.ts";
import { listSnapshots, readSnapshot } from "../../database/evidence/evidence-snapshots.ts";
import { readDocumentsAt } from "../../storage/evidence-documents.ts";
import { verifySnapshot } from "./verify-snapshot.ts";
import { orNotFound } from "../routing/requests.ts";
import { read } from "../routing/served.ts";

export const evidenceReads = {
  snapshots: read(
    evidenceRoutes.snapshots,
    async ({ env, tenant, query }) => await listSnapshots(env.DATABASE, tenant, query),
  ),
  snapshot: read(evidenceRoutes.snapshot, async ({ env, tenant, params }) =>
    orNotFound(await readSnapshot(env.DATABASE, tenant, params.snapshotId)),
  ),
  // A part of a snapshot is no evidence: what is not complete shows no items.
  items: read(evidenceRoutes.items, async ({ env, tenant, params, query }) => {
    const { id, status } = orNotFound(await readSnapshot(env.DATABASE, tenant, params.snapshotId));
    if (status !== "complete") return { items: [], nextCursor: null };
    return await listItems(env.DATABASE, { snapshotId: id, ...query });
  }),
  // The bytes that were hashed.
  item: read(evidenceRoutes.item, async ({ env, tenant, params }) => {
    const { id, status } = orNotFound(await readSnapshot(env.DATABASE, tenant, params.snapshotId));
    const found = status === "complete" ? await readItemPlace(env.DATABASE, id, params.itemId) : null;
    const place = orNotFound(found);
    const [document = null] = await readDocumentsAt(env.ARTIFACTS, { tenantId: tenant.id, snapshotId: id }, [place]);
    return new Response(orNotFound(document), {
      headers: { "content-type": "application/json; charset=utf-8", etag: `"${place.itemHash}"` },
    });
  }),
  verification: read(evidenceRoutes.verification, async ({ env, tenant, params }) => {
    const snapshot = orNotFound(await readSnapshot(env.DATABASE, tenant, params.snapshotId));
    return verifySnapshot(env, tenant.id, snapshot, Date.now());
  }),
};
