/**
 * Whether each environment of wrangler.toml has every binding and variable of the Worker, with resources of its own. Wrangler inherits
 * neither, and says nothing of a single one that is missing: the Worker would fail when it is used.
 */
import path from "node:path";
import { z } from "zod";
import type { Verdict } from "./verdict.ts";

/** The environments that `npm run deploy` knows. */
export const ENVIRONMENTS = ["staging", "production"] as const;

const configSchema = z.object({
  name: z.string(),
  d1_databases: z.array(
    z.object({
      binding: z.string(),
      database_name: z.string(),
      database_id: z.string().optional(),
      migrations_dir: z.string().default("none"),
    }),
  ),
  r2_buckets: z.array(z.object({ binding: z.string(), bucket_name: z.string() })),
  queues: z.object({
    producers: z.array(z.object({ binding: z.string(), queue: z.string() })),
    consumers: z.array(z.looseObject({ queue: z.string(), dead_letter_queue: z.string().optional() })),
  }),
  durable_objects: z.object({ bindings: z.array(z.object({ name: z.string(), class_name: z.string() })) }),
  analytics_engine_datasets: z.array(z.object({ binding: z.string(), dataset: z.string() })),
  ratelimits: z.array(
    z.object({ name: z.string(), namespace_id: z.string(), simple: z.object({ limit: z.int(), period: z.int() }) }),
  ),
  vars: z.record(z.string(), z.unknown()),
  routes: z
    .array(z.union([z.string(), z.looseObject({ pattern: z.string(), custom_domain: z.boolean().optional() })]))
    .optional(),
  version_metadata: z.object({ binding: z.string() }).optional(),
});
export type DeploymentConfig = z.infer<typeof configSchema>;

/** The bench build serves the product's handlers: what they reach has to be there too. */
export const BENCH = "bench/wrangler.toml";

/** The configuration of an environment as wrangler reads it; without a name, the one that is served locally. */
export async function readDeployment(
  root: string,
  environment?: string,
  file = "wrangler.toml",
): Promise<DeploymentConfig> {
  const { unstable_readConfig } = await import("wrangler");
  const config: unknown = unstable_readConfig({
    config: path.join(root, file),
    ...(environment === undefined ? {} : { env: environment }),
  });
  return configSchema.parse(config);
}

/** Compares every environment with the Worker's own configuration. */
export async function judgeDeployments(root: string): Promise<Verdict> {
  const base = await readDeployment(root);
  const faults = deadLetterFaults("wrangler.toml", base);
  for (const environment of ENVIRONMENTS) {
    const config = await readDeployment(root, environment);
    faults.push(...deadLetterFaults(`env.${environment}`, config), ...environmentFaults(environment, base, config));
  }
  faults.push(...benchFaults(base, await readDeployment(root, undefined, BENCH)));
  return { passed: faults.length === 0, output: faults.join("\n") };
}

/** What the bench build lacks of the Worker. It has bindings of its own beside, migrations that its driver applies, and no limits. Pure. */
export function benchFaults(base: DeploymentConfig, bench: DeploymentConfig): string[] {
  const found = shapeOf(bench);
  const databases = base.d1_databases.map((database) => ({ ...database, migrations_dir: "none" }));
  return shapeOf({ ...base, d1_databases: databases, ratelimits: [] })
    .filter((line) => !found.includes(line))
    .map((line) => `${BENCH} lacks ${line}`);
}

/** What an environment lacks, has beside, or shares with the configuration that it is compared with. Pure. */
export function environmentFaults(environment: string, base: DeploymentConfig, config: DeploymentConfig): string[] {
  const faults: string[] = [];
  const [expected, found] = [shapeOf(base), shapeOf(config)];
  for (const line of expected) if (!found.includes(line)) faults.push(`env.${environment} lacks ${line}`);
  for (const line of found)
    if (!expected.includes(line)) faults.push(`env.${environment} has ${line}, which the Worker has not`);
  const names = new Set(resourcesOf(base));
  for (const name of resourcesOf(config)) if (names.has(name)) faults.push(`env.${environment} shares ${name}`);
  return faults;
}

/** Batches of the dead-letter queue are told from live ones by its name, which the Worker has as a variable. Pure. */
export function deadLetterFaults(where: string, { queues, vars }: DeploymentConfig): string[] {
  const named = vars["DEAD_LETTER_QUEUE"];
  const used = queues.consumers.flatMap(({ dead_letter_queue: queue }) => (queue === undefined ? [] : [queue]));
  const faults = used.filter((queue) => queue !== named).map((queue) => `${where}: DEAD_LETTER_QUEUE is not ${queue}`);
  for (const queue of used) {
    if (!queues.consumers.some((consumer) => consumer.queue === queue))
      faults.push(`${where}: nothing consumes ${queue}`);
  }
  return used.length === 0 ? [`${where} has no dead-letter queue`] : faults;
}

/** Everything of a configuration but the names of its resources, a line each. */
function shapeOf(config: DeploymentConfig): string[] {
  return [
    ...config.d1_databases.map(({ binding, migrations_dir }) => `D1 ${binding} with ${migrations_dir}`),
    ...config.r2_buckets.map(({ binding }) => `R2 ${binding}`),
    ...config.queues.producers.map(({ binding }) => `queue ${binding}`),
    ...config.queues.consumers.map(
      ({ queue: _queue, dead_letter_queue: dead, ...settings }) =>
        `consumer ${JSON.stringify({ ...settings, deadLetters: dead !== undefined })}`,
    ),
    ...config.durable_objects.bindings.map(({ name, class_name }) => `objects ${name} of ${class_name}`),
    ...config.analytics_engine_datasets.map(({ binding }) => `dataset ${binding}`),
    ...config.ratelimits.map(({ name, simple }) => `limit ${name} of ${simple.limit} in ${simple.period} s`),
    ...Object.keys(config.vars).map((name) => `variable ${name}`),
    ...(config.version_metadata === undefined ? [] : [`version ${config.version_metadata.binding}`]),
  ];
}

function resourcesOf({
  d1_databases,
  r2_buckets,
  queues,
  analytics_engine_datasets,
  ratelimits,
}: DeploymentConfig): string[] {
  return [
    ...d1_databases.map(({ database_name }) => `database ${database_name}`),
    ...r2_buckets.map(({ bucket_name }) => `bucket ${bucket_name}`),
    ...queues.consumers.map(({ queue }) => `queue ${queue}`),
    ...analytics_engine_datasets.map(({ dataset }) => `dataset ${dataset}`),
    // Limits of one namespace share their counters, across Workers too.
    ...ratelimits.map(({ namespace_id: id }) => `limits' namespace ${id}`),
  ];
}
