/** Puts tenants of the demo people into a product's databases before it is started on them. Node only. */
import path from "node:path";
import { projectRoot } from "../../scripts/dependencies.mjs";
import { prepareDatabase, runStatements, withLocalDatabases } from "../../scripts/setup/database.ts";
import { DATABASES, type DemoTenant, demoTenantStatements } from "../../scripts/setup/demo-data.ts";
import { readLocalSecrets } from "../../scripts/setup/local-secrets.ts";

/** Every other tenant is in the second shard. @param home the state folder of the product's home */
export async function addTenants(home: string, tenants: readonly DemoTenant[]): Promise<void> {
  const stateDirectory = path.join(home, "state/v3");
  const { secretsKey } = readLocalSecrets(projectRoot);
  await prepareDatabase(stateDirectory, secretsKey);
  await withLocalDatabases(stateDirectory, async (databases) => {
    for (const [at, tenant] of tenants.entries()) {
      const shard = DATABASES[at % DATABASES.length];
      await runStatements(databases, await demoTenantStatements(secretsKey, { ...tenant, ...(shard && { shard }) }));
    }
  });
}
