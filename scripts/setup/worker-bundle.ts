import { mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { projectRoot } from "../dependencies.mjs";
import { runTool } from "../run-tool.ts";
import { hashOf, makeOnce } from "./stamp.ts";
import { readWorkerConfig } from "./worker-config.ts";

/** A Worker as `wrangler deploy` would upload it. */
export interface WorkerBundle {
  configPath: string;
  /** The one ES module that it consists of. */
  code: string;
}

const SHARED_INPUTS = ["package-lock.json", "tsconfig.json"];

/**
 * Bundles a Worker exactly as a deployment would (a dry run of it, which sends nothing), unless its sources are unchanged.
 * The Worker's sources are the folder of its main module and the product's `src`.
 */
export async function bundleWorker(configPath: string, runtimeDirectory: string): Promise<WorkerBundle> {
  const { main } = readWorkerConfig(path.join(projectRoot, configPath));
  const output = path.join(
    runtimeDirectory,
    "bundles",
    path.dirname(configPath) === "." ? "product" : path.dirname(configPath),
  );
  const inputs = [path.dirname(main), path.join(projectRoot, configPath), path.join(projectRoot, "src")];
  const shared = SHARED_INPUTS.map((input) => path.join(projectRoot, input));
  await makeOnce(path.join(output, "stamp"), hashOf([...inputs, ...shared]), async () => {
    rmSync(output, { recursive: true, force: true });
    // wrangler refuses a configuration whose assets folder does not exist, and the console may still be building.
    mkdirSync(path.join(projectRoot, "dist/dashboard"), { recursive: true });
    await runTool("wrangler", ["deploy", "--dry-run", "--outdir", output, "--config", configPath]);
  });
  const code = readFileSync(path.join(output, `${path.parse(main).name}.js`), "utf8");
  return { configPath: path.join(projectRoot, configPath), code };
}
