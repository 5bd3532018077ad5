import type { z } from "zod";
import type { BackupSetItem, ItemComparison, ItemReference } from "../../contract/backup-sets.ts";
import { backupSetRoutes } from "../../contract/routes/backup-sets.ts";
import { listBackupSetItems, readBackupSetItem, readItem } from "../../database/backups/backup-set-items.ts";
import { recordedNames } from "../../database/backups/reference-names.ts";
import { listBackupSets, readBackupSet, readBackupSetStatus } from "../../database/backups/backup-sets.ts";
import { readPolicy } from "../../database/inventory/policies.ts";
import { listPlans } from "../../database/restore/restore-plans.ts";
import { familyByKey } from "../../graph/families.ts";
import { meaningRules } from "../../graph/policy-meaning.ts";
import { distinctReferences } from "../../graph/restore/references.ts";
import { diffPolicies } from "../../policies/policy-diff.ts";
import { servedChanges } from "../../policies/served-changes.ts";
import { invalidInput, orNotFound } from "../routing/requests.ts";
import { read, type ReadingEnv } from "../routing/served.ts";
import { readStored, storedContent } from "./stored-content.ts";
import { noteTakenFile } from "./taking-files.ts";
import type { TenantDatabase } from "../../database/databases.ts";

type DiffQuery = z.output<typeof backupSetRoutes.diff.query>;

export const backupSetReads = {
  list: read(
    backupSetRoutes.list,
    async ({ env, tenant, query }) => await listBackupSets(env.DATABASE, { tenantId: tenant.id, ...query }),
  ),
  show: read(backupSetRoutes.show, async ({ env, tenant, params }) =>
    orNotFound(await readBackupSet(env.DATABASE, tenant.id, params.backupSetId, Date.now())),
  ),
  items: read(backupSetRoutes.items, async ({ env, tenant, params: { backupSetId }, query }) => {
    const key = { tenantId: tenant.id, backupSetId };
    orNotFound(await readBackupSetStatus(env.DATABASE, key.tenantId, key.backupSetId));
    return await listBackupSetItems(env.DATABASE, { ...key, ...query });
  }),
  item: read(backupSetRoutes.item, async ({ env, tenant, params }) =>
    orNotFound(await readBackupSetItem(env.DATABASE, { ...params, tenantId: tenant.id })),
  ),
  references: read(backupSetRoutes.references, async ({ env, tenant, params }) => {
    const item = orNotFound(await readBackupSetItem(env.DATABASE, { ...params, tenantId: tenant.id }));
    return { references: await namedReferences(env, tenant.id, item) };
  }),
  diff: read(backupSetRoutes.diff, async ({ env, tenant, params, query }) => {
    const item = orNotFound(await readBackupSetItem(env.DATABASE, { ...params, tenantId: tenant.id }));
    return compare(env, tenant.id, item, query);
  }),
  // As a file the document leaves the product, so the audit log notes it.
  content: read(backupSetRoutes.content, async ({ env, request, tenant, user, params, query: { download } }) => {
    const { backupSetId, itemId } = params;
    const item = orNotFound(await readBackupSetItem(env.DATABASE, { tenantId: tenant.id, backupSetId, itemId }));
    if (!download) return storedContent(env, tenant.id, item.contentHash);
    const answer = await storedContent(env, tenant.id, item.contentHash, asFile(item));
    await noteTakenFile({
      env,
      request,
      tenantId: tenant.id,
      userId: user.id,
      action: "backup-item.download",
      target: { kind: "backup-item", id: itemId },
      detail: { backupSetId, family: item.family, name: item.name },
    });
    return answer;
  }),
  restorePlans: read(backupSetRoutes.restorePlans, async ({ env, tenant, params: { backupSetId }, query }) => {
    const key = { tenantId: tenant.id, backupSetId };
    orNotFound(await readBackupSetStatus(env.DATABASE, key.tenantId, key.backupSetId));
    return await listPlans(env.DATABASE, { ...key, ...query });
  }),
};

/** Nothing of an item whose family this version does not know. */
async function namedReferences(env: ReadingEnv, tenantId: string, item: BackupSetItem): Promise<ItemReference[]> {
  const family = familyByKey(item.family);
  if (family === null) return [];
  const { document } = await readStored(env, tenantId, item.contentHash);
  const things = distinctReferences(family.key, document).map((thing) => ({ runId: item.runId, ...thing }));
  const names = await recordedNames(env.DATABASE, tenantId, things);
  return things.map((thing) => ({ kind: thing.kind, id: thing.id, name: names.nameOf(thing) }));
}

/** Reads what is stored: "the tenant's version" is the newest of the inventory. */
async function compare(
  env: ReadingEnv,
  tenantId: string,
  item: BackupSetItem,
  query: DiffQuery,
): Promise<ItemComparison> {
  const other = await otherSide(env.DATABASE, tenantId, item, query);
  const [before, after] = await Promise.all([
    readStored(env, tenantId, item.contentHash),
    readStored(env, tenantId, other.contentHash),
  ]);
  const changes = servedChanges(diffPolicies(meaningRules(item.family), before.document, after.document));
  return { item, against: other.against, changes };
}

async function otherSide(
  database: TenantDatabase,
  tenantId: string,
  item: BackupSetItem,
  { itemId }: DiffQuery,
): Promise<{ against: ItemComparison["against"]; contentHash: string }> {
  if (itemId !== undefined) {
    const other = orNotFound(await readItem(database, tenantId, itemId));
    if (other.family !== item.family) {
      throw invalidInput([{ path: "itemId", message: "is a policy of another family" }]);
    }
    return { against: { kind: "item", item: other }, contentHash: other.contentHash };
  }
  const policy = orNotFound(await readPolicy(database, tenantId, item.policyId));
  const { id: policyId, name, versionNumber, contentHash, lastSeenAt, removedAt } = policy;
  return {
    against: { kind: "inventory", policyId, name, versionNumber, contentHash, lastSeenAt, removedAt },
    contentHash,
  };
}

function asFile({ family, graphId }: BackupSetItem): Record<string, string> {
  return { "content-disposition": `attachment; filename="${family}-${graphId.replace(/[^\w.-]/g, "_")}.json"` };
}
