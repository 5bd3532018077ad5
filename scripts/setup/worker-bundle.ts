import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { projectRoot } from "../dependencies.mjs";
import { runTool } from "../run-tool.ts";
import { hashOf } from "./stamp.ts";
import { readWorkerConfig, type WorkerConfig } from "./worker-config.ts";

/** A Worker as `wrangler deploy` would upload it. */
export interface WorkerBundle {
  config: WorkerConfig;
  /** The one ES module that it consists of. */
  code: string;
}

const SHARED_INPUTS = ["package-lock.json", "tsconfig.json"];
const FOLDER = path.join(projectRoot, "dist/workers");

/**
 * Bundles a Worker exactly as a deployment would (a dry run of it, which sends nothing), unless its sources are unchanged.
 * The Worker's sources are the folder of its main module and the product's `src`. Several starts may do it at the same time.
 */
export async function bundleWorker(configPath: string): Promise<WorkerBundle> {
  const config = await readWorkerConfig(configPath);
  const inputs = [path.dirname(config.main), path.join(projectRoot, configPath), path.join(projectRoot, "src")];
  const shared = SHARED_INPUTS.map((input) => path.join(projectRoot, input));
  const name = path.dirname(configPath) === "." ? "product" : path.dirname(configPath);
  const file = `${name}-${hashOf([...inputs, ...shared])}.js`;
  if (!existsSync(path.join(FOLDER, file))) await bundle(configPath, `${path.parse(config.main).name}.js`, name, file);
  return { config, code: readFileSync(path.join(FOLDER, file), "utf8") };
}

async function bundle(configPath: string, made: string, name: string, file: string): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const output = mkdtempSync(path.join(FOLDER, "making-"));
  try {
    // wrangler refuses a configuration whose assets folder does not exist, and the console may still be building.
    mkdirSync(path.join(projectRoot, "dist/dashboard"), { recursive: true });
    await runTool("wrangler", ["deploy", "--dry-run", "--outdir", output, "--config", configPath]);
    renameSync(path.join(output, made), path.join(FOLDER, file));
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
  for (const former of readdirSync(FOLDER))
    if (former.startsWith(`${name}-`) && former !== file) rmSync(path.join(FOLDER, former), { force: true });
}
