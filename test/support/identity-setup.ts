/** Starts the identity providers once for all suites; tests read their address with `inject("identityUrl")`. */
import type { TestProject } from "vitest/node";
import { startIdentityProvider } from "./identity-provider.ts";

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const provider = await startIdentityProvider();
  project.provide("identityUrl", provider.url);
  return () => provider.stop();
}
