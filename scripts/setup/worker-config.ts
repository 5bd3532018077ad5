import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { projectRoot } from "../dependencies.mjs";
import { hashOf } from "./stamp.ts";

const configSchema = z.object({
  name: z.string(),
  /** The entry module's absolute path. */
  main: z.string(),
  /** Its variables that are no secrets. */
  vars: z.record(z.string(), z.string()).default({}),
  /** Bindings, assets, queues and objects, as Miniflare takes them. */
  options: z.looseObject({
    d1Databases: z.record(z.string(), z.object({ id: z.string() })).default({}),
    queueConsumers: z.record(z.string(), z.looseObject({})).default({}),
  }),
});
const keptSchema = z.object({ hash: z.string(), config: configSchema });

/** What set-up and service need of a Worker's wrangler configuration. */
export type WorkerConfig = z.infer<typeof configSchema>;

const LOCKFILE = path.join(projectRoot, "package-lock.json");
const FOLDER = path.join(projectRoot, "dist/worker-configs");

/**
 * Reads a Worker's wrangler configuration as wrangler does. What was read is kept until the file or wrangler changes: loading wrangler
 * is half of the processor time that a start takes. Several starts may do it at the same time.
 *
 * @param configPath path of a wrangler.toml, from the project's root
 * @param folder where it is kept
 */
export async function readWorkerConfig(configPath: string, folder = FOLDER): Promise<WorkerConfig> {
  const source = path.resolve(projectRoot, configPath);
  const hash = hashOf([source, LOCKFILE]);
  const file = path.join(folder, `${configPath.replaceAll("/", "-")}.json`);
  const kept = readKept(file);
  if (kept?.hash === hash) return kept.config;
  const config = await askWrangler(source);
  mkdirSync(folder, { recursive: true });
  const making = `${file}.${process.pid}`;
  writeFileSync(making, JSON.stringify({ hash, config }));
  renameSync(making, file);
  return config;
}

function readKept(file: string): z.infer<typeof keptSchema> | null {
  try {
    return keptSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return null;
  }
}

async function askWrangler(source: string): Promise<WorkerConfig> {
  const { unstable_getMiniflareWorkerOptions, unstable_readConfig } = await import("wrangler");
  const config: unknown = unstable_readConfig({ config: source });
  const { main, workerOptions } = unstable_getMiniflareWorkerOptions(source);
  // `modulesRules` say how to read modules from disk; what is served is one module, handed over as it is. `bindings` are the variables
  // with the values of .dev.vars: secrets, and each start gives its own.
  const { modulesRules: _, bindings: __, ...options } = workerOptions;
  return configSchema.parse({ ...z.looseObject({}).parse(config), main, options });
}
