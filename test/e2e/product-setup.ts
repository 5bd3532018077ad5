/**
 * One product for all files of this folder, started before the first of them and stopped after the last. Each file has tenants of its
 * own, so the files share nothing that they could disturb.
 */
import path from "node:path";
import type { TestProject } from "vitest/node";
import { readLocalSecrets } from "../../scripts/setup/local-secrets.ts";
import { prepareDatabase, runStatements, withLocalDatabases } from "../../scripts/setup/database.ts";
import { DATABASES, demoTenantStatements } from "../../scripts/setup/demo-data.ts";
import { projectRoot } from "../../scripts/dependencies.mjs";
import { productHome } from "../support/product.ts";
import { controlOf } from "../support/simulator-server.ts";
import { TENANTS } from "./tenants.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Addresses of the product that all files of test/e2e share, and of its simulated Graph. */
    product: { url: string; simulatorUrl: string };
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const home = await productHome();
  await addTenants(path.join(home.stateDirectory, "state/v3"));
  const product = await home.start();
  const control = controlOf(product.simulatorUrl);
  for (const { slug, simulated } of Object.values(TENANTS)) await control.createTenant(slug, simulated);
  project.provide("product", { url: product.url, simulatorUrl: product.simulatorUrl });
  return async () => {
    await product.stop();
    home.remove();
  };
}

/** Puts the tenants into the database before the product is started on it: the product itself has no way to make any. */
async function addTenants(stateDirectory: string): Promise<void> {
  const { secretsKey } = readLocalSecrets(projectRoot);
  await prepareDatabase(stateDirectory, secretsKey);
  await withLocalDatabases(stateDirectory, async (databases) => {
    // Every other tenant is in the second shard.
    for (const [at, tenant] of Object.values(TENANTS).entries()) {
      const shard = DATABASES[at % DATABASES.length];
      await runStatements(databases, await demoTenantStatements(secretsKey, { ...tenant, ...(shard && { shard }) }));
    }
  });
}
