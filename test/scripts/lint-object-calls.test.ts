/** Durable Objects are called through one file. Each way around it is planted in a copy of the repository's layout. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PlantedSources } from "./planted-sources.ts";

let sources: PlantedSources;
beforeEach(() => {
  sources = new PlantedSources();
});
afterEach(() => sources.remove());

describe("a call to a Durable Object", () => {
  it("is found anywhere but in its one file", () => {
    const planted = [
      'export const f = (env: Env) => env.OPERATION_RUNS.getByName("run").proof();\n',
      'export const f = (env: Env) => env["TENANT_ACTIVITY"].getByName("tenant");\n',
      "export const f = (env: Env) => env[`OPERATION_RUNS`];\n",
      "export function f({ OPERATION_RUNS: runs }: Env) {\n  return runs;\n}\n",
      'const BINDING = "TENANT_ACTIVITY";\nexport const f = (env: Env) => env[BINDING];\n',
      'export const f = (env: Env) => Reflect.get(env, "OPERATION_RUNS");\n',
      'export type Runs = Env["OPERATION_RUNS"];\n',
    ];
    expect(sources.missedBy("object-calls", planted, (at) => `queue/planted${at}.ts`)).toEqual([]);
    const [call = ""] = planted;
    const home = "runs/edge/call-object.ts";
    expect(sources.missedBy("object-calls", [call], () => home)).toHaveLength(1);
  });
});
