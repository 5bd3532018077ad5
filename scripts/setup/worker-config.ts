import { unstable_readConfig } from "wrangler";
import { z } from "zod";

/** What set-up needs of a Worker's wrangler configuration; wrangler's own type for it comes without its parts. */
const configSchema = z.object({
  name: z.string(),
  /** The entry module's absolute path. */
  main: z.string(),
  d1_databases: z.array(z.object({ binding: z.string(), database_id: z.string() })),
});

/** @param configPath absolute path of a wrangler.toml */
export function readWorkerConfig(configPath: string): z.infer<typeof configSchema> {
  const config: unknown = unstable_readConfig({ config: configPath });
  return configSchema.parse(config);
}
