import { inventoryRoutes } from "../../contract/routes/inventory.ts";
import { listPolicyBackups } from "../../database/backups/backup-set-items.ts";
import { listFamilyStates } from "../../database/inventory/inventory-families.ts";
import { listPolicies, listPolicyVersions, readPolicy, readPolicyVersion } from "../../database/inventory/policies.ts";
import { compareVersions } from "./compare-versions.ts";
import { readablePolicy } from "./readable-policy.ts";
import { searchSettings } from "./search-settings.ts";
import { orNotFound } from "../routing/requests.ts";
import { read } from "../routing/served.ts";
import { storedContent } from "./stored-content.ts";

export const inventoryReads = {
  policies: read(
    inventoryRoutes.policies,
    async ({ env, tenant, query }) => await listPolicies(env.DATABASE, { tenantId: tenant.id, ...query }),
  ),
  policy: read(inventoryRoutes.policy, async ({ env, tenant, params }) =>
    orNotFound(await readPolicy(env.DATABASE, tenant.id, params.policyId)),
  ),
  versions: read(inventoryRoutes.versions, async ({ env, tenant, params: { policyId }, query }) => {
    orNotFound(await readPolicy(env.DATABASE, tenant.id, policyId));
    return await listPolicyVersions(env.DATABASE, { tenantId: tenant.id, policyId, ...query });
  }),
  content: read(inventoryRoutes.content, async ({ env, tenant, params: { policyId }, query: { version } }) => {
    const stored =
      version === undefined
        ? await readPolicy(env.DATABASE, tenant.id, policyId)
        : await readPolicyVersion(env.DATABASE, { tenantId: tenant.id, policyId, versionNumber: version });
    return storedContent(env, tenant.id, orNotFound(stored).contentHash);
  }),
  readable: read(inventoryRoutes.readable, ({ env, tenant, params: { policyId }, query: { version } }) =>
    readablePolicy(env, tenant, policyId, version),
  ),
  versionDiff: read(inventoryRoutes.versionDiff, ({ env, tenant, params: { policyId }, query }) =>
    compareVersions(env, tenant.id, policyId, query),
  ),
  settings: read(inventoryRoutes.settings, ({ env, tenant, query }) => searchSettings(env, tenant.id, query)),
  backups: read(inventoryRoutes.backups, async ({ env, tenant, params: { policyId }, query }) => {
    orNotFound(await readPolicy(env.DATABASE, tenant.id, policyId));
    return await listPolicyBackups(env.DATABASE, { tenantId: tenant.id, policyId, ...query });
  }),
  families: read(inventoryRoutes.families, async ({ env, tenant }) => ({
    items: await listFamilyStates(env.DATABASE, tenant.id),
    nextCursor: null,
  })),
};
