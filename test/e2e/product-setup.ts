/**
 * One product for all files of this folder, started before the first of them and stopped after the last. Each file has tenants of its
 * own, so the files share nothing that they could disturb.
 */
import type { TestProject } from "vitest/node";
import { addTenants } from "../support/add-tenants.ts";
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
  // The product itself has no way to make any that the simulator has.
  await addTenants(home.stateDirectory, Object.values(TENANTS));
  const product = await home.start();
  const control = controlOf(product.simulatorUrl);
  for (const { slug, simulated } of Object.values(TENANTS)) await control.createTenant(slug, simulated);
  project.provide("product", { url: product.url, simulatorUrl: product.simulatorUrl });
  return async () => {
    await product.stop();
    home.remove();
  };
}
