/** Starts the identity providers once for all suites that sign in; tests read their address with `inject("identityUrl")`. */
import type { TestProject } from "vitest/node";
import { startIdentityProvider } from "./identity-provider.ts";

/** The project whose tests do not ask for it. */
const UNWANTED_BY = "kills";

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (project.vitest.projects.every(({ name }) => name === UNWANTED_BY)) return async () => {};
  const provider = await startIdentityProvider();
  project.provide("identityUrl", provider.url);
  return () => provider.stop();
}
