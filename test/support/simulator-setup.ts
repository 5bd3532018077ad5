/** Starts the Graph simulator once for the suites that have no product's; tests read its address with `inject("simulatorUrl")`. */
import type { TestProject } from "vitest/node";
import { startSimulator } from "./simulator-server.ts";

declare module "vitest" {
  export interface ProvidedContext {
    simulatorUrl: string;
  }
}

/** Projects whose tests ask for it. */
const WANTED_BY: ReadonlySet<string> = new Set(["node", "workers"]);

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (!project.vitest.projects.some(({ name }) => WANTED_BY.has(name))) return async () => {};
  const simulator = await startSimulator({ quiet: true });
  project.provide("simulatorUrl", simulator.url);
  return () => simulator.stop();
}
