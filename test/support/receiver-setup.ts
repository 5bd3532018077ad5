/** Starts the receiver of news once for tests in the Workers runtime, which ask it over HTTP. */
import type { TestProject } from "vitest/node";
import { startReceiver } from "./receiver.ts";

declare module "vitest" {
  export interface ProvidedContext {
    receiverUrl: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (!project.vitest.projects.some(({ name }) => name === "workers")) return async () => {};
  const receiver = await startReceiver();
  project.provide("receiverUrl", receiver.url);
  return () => receiver.stop();
}
