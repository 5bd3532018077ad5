/** Starts the Graph simulator once for all suites; tests read its address with `inject("simulatorUrl")`. */
import type { TestProject } from "vitest/node";
import { startSimulator } from "./simulator-server.ts";

declare module "vitest" {
  export interface ProvidedContext {
    simulatorUrl: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const simulator = await startSimulator({ quiet: true });
  project.provide("simulatorUrl", simulator.url);
  return () => simulator.stop();
}
