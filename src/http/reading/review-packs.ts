import { reviewPackRoutes } from "../../contract/routes/review-packs.ts";
import { countItems } from "../../database/evidence/evidence-items.ts";
import { newestCompleteSnapshotId, readSnapshot } from "../../database/evidence/evidence-snapshots.ts";
import { listPacks, readPack } from "../../database/review-packs/review-packs.ts";
import { readTenantSettings } from "../../database/tenancy/tenant-settings.ts";
import { orNotFound } from "../routing/requests.ts";
import { read } from "../routing/served.ts";
import { downloadArchive } from "./archive-download.ts";

/** index.html, inventory.csv, manifest.json, manifest.sha256. */
const ALWAYS = 4;
/** A table and a JSON document. */
const FILES_OF_A_LIST = 2;

export const reviewPackReads = {
  list: read(reviewPackRoutes.list, async ({ env, tenant, query }) => await listPacks(env.DATABASE, tenant, query)),
  options: read(reviewPackRoutes.options, async ({ env, tenant, query: { evidenceSnapshotId } }) => {
    const { DATABASE } = env;
    const id = evidenceSnapshotId ?? (await newestCompleteSnapshotId(DATABASE, tenant.id));
    const found = id === null ? null : await readSnapshot(DATABASE, tenant, id);
    if (evidenceSnapshotId !== undefined) orNotFound(found);
    const snapshot = found?.status === "complete" ? found : null;
    const counted = snapshot === null ? { items: 0, policies: 0 } : await countItems(DATABASE, snapshot.id);
    const { reviewPackRetentionDays } = await readTenantSettings(DATABASE, tenant.id);
    return {
      snapshot: snapshot === null ? null : { id: snapshot.id, takenAt: snapshot.takenAt, itemCount: counted.items },
      always: ALWAYS,
      parts: {
        rawPolicies: counted.policies,
        evidence: counted.items,
        operations: FILES_OF_A_LIST,
        findings: FILES_OF_A_LIST,
      },
      retentionDays: reviewPackRetentionDays,
    };
  }),
  show: read(reviewPackRoutes.show, async ({ env, tenant, params }) =>
    orNotFound(await readPack(env.DATABASE, tenant, params.packId)),
  ),
  download: read(reviewPackRoutes.download, async ({ env, tenant, user, params, headers, request }) => {
    const pack = orNotFound(await readPack(env.DATABASE, tenant, params.packId));
    const range = { range: headers.Range, ifRange: headers["If-Range"] };
    return downloadArchive(env, {
      kind: "review-pack",
      tenantId: tenant.id,
      userId: user.id,
      archive: pack,
      range,
      request,
    });
  }),
};
