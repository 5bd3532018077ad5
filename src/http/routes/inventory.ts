import { z } from "zod";
import { listPolicyBackups } from "../../database/backups/backup-set-items.ts";
import { listFamilyStates } from "../../database/inventory/inventory-families.ts";
import {
  listPolicies,
  listPolicyVersions,
  POLICY_SORTS,
  readPolicy,
  readPolicyVersion,
  REMOVED_FILTERS,
} from "../../database/inventory/policies.ts";
import { orNotFound, pageQuery, readQuery } from "../requests.ts";
import { storedContent } from "../stored-content.ts";
import type { TenantRouter } from "../tenant-router.ts";

const MAX_POLICIES = 1_000;

const filter = z.string().trim().min(1).max(200).nullable().default(null);
const policiesQuery = z.strictObject({
  ...pageQuery(MAX_POLICIES),
  query: filter,
  family: filter,
  platform: filter,
  removed: z.enum(REMOVED_FILTERS).default("hide"),
  sort: z.enum(POLICY_SORTS).default("name"),
});
const versionsQuery = z.strictObject(pageQuery());
const backupsQuery = z.strictObject(pageQuery());
const contentQuery = z.strictObject({
  version: z
    .string()
    .regex(/^[1-9]\d{0,8}$/, "must be a version number")
    .transform(Number)
    .optional(),
});

export function addInventoryRoutes(router: TenantRouter): void {
  router.get("/inventory/policies", "inventory.read", async (context) => {
    const query = readQuery(context, policiesQuery);
    const page = await listPolicies(context.env.DATABASE, { tenantId: context.get("tenant").id, ...query });
    return context.json(page);
  });

  router.get("/inventory/policies/:policyId", "inventory.read", async (context) => {
    const { id } = context.get("tenant");
    return context.json(orNotFound(await readPolicy(context.env.DATABASE, id, context.req.param("policyId"))));
  });

  router.get("/inventory/policies/:policyId/versions", "inventory.read", async (context) => {
    const query = readQuery(context, versionsQuery);
    const policyId = context.req.param("policyId");
    const tenantId = context.get("tenant").id;
    orNotFound(await readPolicy(context.env.DATABASE, tenantId, policyId));
    return context.json(await listPolicyVersions(context.env.DATABASE, { tenantId, policyId, ...query }));
  });

  // The stored document itself: the newest version, or the one that is asked for.
  router.get("/inventory/policies/:policyId/content", "inventory.read", async (context) => {
    const { version } = readQuery(context, contentQuery);
    const tenantId = context.get("tenant").id;
    const policyId = context.req.param("policyId");
    const stored =
      version === undefined
        ? await readPolicy(context.env.DATABASE, tenantId, policyId)
        : await readPolicyVersion(context.env.DATABASE, { tenantId, policyId, versionNumber: version });
    return storedContent(context.env, tenantId, orNotFound(stored).contentHash);
  });

  // Which sets hold it, and as what: newest first.
  router.get("/inventory/policies/:policyId/backups", "backup.read", async (context) => {
    const query = readQuery(context, backupsQuery);
    const policyId = context.req.param("policyId");
    const tenantId = context.get("tenant").id;
    orNotFound(await readPolicy(context.env.DATABASE, tenantId, policyId));
    return context.json(await listPolicyBackups(context.env.DATABASE, { tenantId, policyId, ...query }));
  });

  router.get("/inventory/families", "inventory.read", async (context) => {
    const items = await listFamilyStates(context.env.DATABASE, context.get("tenant").id);
    return context.json({ items, nextCursor: null });
  });
}
