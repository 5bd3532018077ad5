/** Starts the Graph simulator once for all suites, and what passes only what Microsoft's types allow; tests read both addresses. */
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

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const simulator = await startSimulator({ quiet: true });
  const proxy = await startSchemaProxy(simulator.url);
  project.provide("simulatorUrl", simulator.url);
  project.provide("schemaProxyUrl", proxy.url);
  return async () => {
    await proxy.stop();
    await simulator.stop();
  };
}
