/** Runs before each file of the "workers" project: storage is per file, so every file migrates its own D1. */
import { applyD1Migrations, type D1Migration } from "cloudflare:test";
import { env } from "cloudflare:workers";

declare global {
  namespace Cloudflare {
    interface Env {
      TEST_MIGRATIONS: D1Migration[];
      TENANTATLAS_LOCAL_MODE: string;
      TENANTATLAS_GRAPH_URL?: string;
      TENANTATLAS_SECRETS_KEY: string;
    }
  }
}

await applyD1Migrations(env.DATABASE, env.TEST_MIGRATIONS);
