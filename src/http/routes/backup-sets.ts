import { z } from "zod";
import { meaningRules } from "../../graph/policy-meaning.ts";
import {
  backupSetStateFilterSchema,
  changeBackupSetSchema,
  createBackupSetSchema,
  type BackupSetItem,
  type ItemComparison,
} from "../../contract/backup-sets.ts";
import { diffPolicies } from "../../policies/policy-diff.ts";
import { servedChanges } from "../../policies/served-changes.ts";
import { auditEventStatement } from "../../database/tenancy/audit-events.ts";
import { listBackupSetItems, readBackupSetItem, readItem } from "../../database/backups/backup-set-items.ts";
import { archiveBackupSet } from "../../database/backups/backup-set-status.ts";
import {
  changeBackupSet,
  createBackupSet,
  listBackupSets,
  readBackupSet,
  readBackupSetStatus,
} from "../../database/backups/backup-sets.ts";
import { readPolicy } from "../../database/inventory/policies.ts";
import { invalidInput, orNotFound, pageQuery, readBody, readQuery } from "../requests.ts";
import { readStored, storedContent } from "../stored-content.ts";
import type { TenantRouter } from "../tenant-router.ts";

const filter = z.string().trim().min(1).max(200).nullable().default(null);
const flag = z.enum(["true", "false"]).transform((value) => value === "true");

const setsQuery = z.strictObject({
  ...pageQuery(),
  state: backupSetStateFilterSchema.default("all"),
  query: filter,
});
const itemsQuery = z.strictObject({
  ...pageQuery(),
  query: filter,
  family: filter,
  platform: filter,
  latest: flag.nullable().default(null),
});
const diffQuery = z.discriminatedUnion("against", [
  z.strictObject({ against: z.literal("inventory") }),
  z.strictObject({ against: z.literal("item"), itemId: z.string().min(1).max(200) }),
]);
const contentQuery = z.strictObject({ download: flag.default(false) });

export function addBackupSetRoutes(router: TenantRouter): void {
  router.get("/backup-sets", "backup.read", async (context) => {
    const query = readQuery(context, setsQuery);
    const page = await listBackupSets(context.env.DATABASE, { tenantId: context.get("tenant").id, ...query });
    return context.json(page);
  });

  router.post("/backup-sets", "backup.write", async (context) => {
    const { id: tenantId, slug } = context.get("tenant");
    const body = await readBody(context, createBackupSetSchema);
    const act = { tenantId, actorId: context.get("user").id, at: Date.now() };
    const id = await createBackupSet(context.env.DATABASE, act, body);
    const set = orNotFound(await readBackupSet(context.env.DATABASE, tenantId, id));
    return context.json(set, 201, { location: `/api/tenants/${slug}/backup-sets/${id}` });
  });

  router.get("/backup-sets/:backupSetId", "backup.read", async (context) => {
    const backupSetId = context.req.param("backupSetId");
    return context.json(orNotFound(await readBackupSet(context.env.DATABASE, context.get("tenant").id, backupSetId)));
  });

  router.patch("/backup-sets/:backupSetId", "backup.write", async (context) => {
    const tenantId = context.get("tenant").id;
    const backupSetId = context.req.param("backupSetId");
    const change = await readBody(context, changeBackupSetSchema);
    const act = { tenantId, backupSetId, actorId: context.get("user").id, at: Date.now() };
    await changeBackupSet(context.env.DATABASE, act, change);
    return context.json(orNotFound(await readBackupSet(context.env.DATABASE, tenantId, backupSetId)));
  });

  // What `backup-set.delete` does to many; a set that is archived already stays so.
  router.post("/backup-sets/:backupSetId/archive", "backup.delete", async (context) => {
    const tenantId = context.get("tenant").id;
    const backupSetId = context.req.param("backupSetId");
    const by = { kind: "member", userId: context.get("user").id } as const;
    await archiveBackupSet(context.env.DATABASE, { tenantId, backupSetId, at: Date.now(), by });
    return context.json(orNotFound(await readBackupSet(context.env.DATABASE, tenantId, backupSetId)));
  });

  router.get("/backup-sets/:backupSetId/items", "backup.read", async (context) => {
    const query = readQuery(context, itemsQuery);
    const key = { tenantId: context.get("tenant").id, backupSetId: context.req.param("backupSetId") };
    orNotFound(await readBackupSetStatus(context.env.DATABASE, key.tenantId, key.backupSetId));
    return context.json(await listBackupSetItems(context.env.DATABASE, { ...key, ...query }));
  });

  router.get("/backup-sets/:backupSetId/items/:itemId", "backup.read", async (context) => {
    const { backupSetId, itemId } = context.req.param();
    const key = { tenantId: context.get("tenant").id, backupSetId, itemId };
    return context.json(orNotFound(await readBackupSetItem(context.env.DATABASE, key)));
  });

  router.get("/backup-sets/:backupSetId/items/:itemId/diff", "backup.read", async (context) => {
    const query = readQuery(context, diffQuery);
    const { backupSetId, itemId } = context.req.param();
    const tenantId = context.get("tenant").id;
    const item = orNotFound(await readBackupSetItem(context.env.DATABASE, { tenantId, backupSetId, itemId }));
    return context.json(await compare(context.env, tenantId, item, query));
  });

  // The stored document itself. As a file it leaves the product, which the audit log tells.
  router.get("/backup-sets/:backupSetId/items/:itemId/content", "backup.read", async (context) => {
    const { download } = readQuery(context, contentQuery);
    const { backupSetId, itemId } = context.req.param();
    const tenantId = context.get("tenant").id;
    const item = orNotFound(await readBackupSetItem(context.env.DATABASE, { tenantId, backupSetId, itemId }));
    if (!download) return storedContent(context.env, tenantId, item.contentHash);
    const answer = await storedContent(context.env, tenantId, item.contentHash, asFile(item));
    await auditEventStatement(context.env.DATABASE, {
      tenantId,
      at: Date.now(),
      action: "backup-item.download",
      actorId: context.get("user").id,
      targetKind: "backup-item",
      targetId: itemId,
      detail: { backupSetId, family: item.family, name: item.name },
    }).run();
    return answer;
  });
}

/** Reads stored truth alone: "the tenant's version" is the newest of the inventory. */
async function compare(
  env: Env,
  tenantId: string,
  item: BackupSetItem,
  query: z.infer<typeof diffQuery>,
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
  database: D1Database,
  tenantId: string,
  item: BackupSetItem,
  query: z.infer<typeof diffQuery>,
): Promise<{ against: ItemComparison["against"]; contentHash: string }> {
  if (query.against === "item") {
    const other = orNotFound(await readItem(database, tenantId, query.itemId));
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
