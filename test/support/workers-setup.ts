/**
 * Runs before each file of the "workers" project. Files of one worker share its runtime, so each begins with a database that has
 * the product's tables and no rows.
 */
import { applyD1Migrations, type D1Migration } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { cutAllAuditLogs } from "./audit-cut.ts";

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

for (const database of [env.DATABASE, env.SHARD_2]) {
  await applyD1Migrations(database, env.TEST_MIGRATIONS);
  const { results: tables } = await database
    .prepare(
      `select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' and name not like '_cf_%'
         and name <> 'd1_migrations'`,
    )
    .all<{ name: string }>();
  await database.batch([
    database.prepare("pragma defer_foreign_keys = on"),
    // A fence keeps the rows of a tenant that a test has moved.
    database.prepare("delete from tenant_fences"),
    cutAllAuditLogs(database),
    ...tables.map(({ name }) => database.prepare(`delete from "${name}"`)),
  ]);
}
