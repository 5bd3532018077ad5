/**
 * Starts the Graph simulator once for the suites that have no product's, and what passes only what Microsoft's types allow; tests read
 * both addresses.
 */
import type { TestProject } from "vitest/node";
import { startSchemaProxy } from "./schema-proxy/schema-proxy.ts";
import { startSimulator } from "./simulator-server.ts";

declare module "vitest" {
  export interface ProvidedContext {
    simulatorUrl: string;
    /** The same simulator, behind `schema-proxy`. */
    schemaProxyUrl: string;
  }
}

/** Projects whose tests ask for it. */
const WANTED_BY: ReadonlySet<string> = new Set(["node", "workers"]);

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (!project.vitest.projects.some(({ name }) => WANTED_BY.has(name))) return async () => {};
  const simulator = await startSimulator({ quiet: true });
  const proxy = await startSchemaProxy(simulator.url);
  project.provide("simulatorUrl", simulator.url);
  project.provide("schemaProxyUrl", proxy.url);
  return async () => {
    await proxy.stop();
    await simulator.stop();
  };
}
