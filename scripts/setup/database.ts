/** The local D1 databases: migrations and demo data, applied to their files before the product is served from them. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { projectRoot } from "../dependencies.mjs";
import { claimStopSignals } from "../serve/stop-signals.ts";
import { DATABASES, demoDataStatements, type Statement } from "./demo-data.ts";
import { hashOf, makeOnce } from "./stamp.ts";
import { readWorkerConfig } from "./worker-config.ts";

const MIGRATIONS = path.join(projectRoot, "migrations");
/** drizzle-kit writes it between the statements of a migration. */
const STATEMENT_BREAK = "--> statement-breakpoint";

/** Brings the databases of a state folder up to date; returns at once when it is. The stamp lies in that folder and goes with it. */
export async function prepareDatabase(stateDirectory: string, secretsKey: string): Promise<void> {
  const inputs = [MIGRATIONS, path.join(import.meta.dirname, "demo-data.ts")];
  const hash = hashOf(inputs, secretsKey);
  await makeOnce(path.join(stateDirectory, "database.stamp"), hash, () =>
    withLocalDatabases(stateDirectory, async (databases) => {
      for (const database of Object.values(databases)) await applyMigrations(database);
      const { results } = await databases.DATABASE.prepare("select id, shard from tenants").all<Assigned>();
      const assigned = new Map(results.map(({ id, shard }) => [id, shard]));
      await runStatements(databases, await demoDataStatements(secretsKey, assigned));
    }),
  );
}

interface Assigned {
  id: string;
  shard: string;
}

/** Opens the databases of a state folder that no product is served from, and closes them again. */
export async function withLocalDatabases(
  stateDirectory: string,
  use: (databases: Databases) => Promise<void>,
): Promise<void> {
  const { options } = await readWorkerConfig("wrangler.toml");
  const runtime = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      port: 0,
      cf: false,
      resourcePersistencePath: stateDirectory,
      workers: [
        {
          name: "setup",
          d1Databases: options.d1Databases,
          modules: [{ type: "ESModule", path: "setup.js", contents: "export default {}" }],
        },
      ],
    }),
  );
  claimStopSignals();
  try {
    const [first, second] = await Promise.all(DATABASES.map((name) => runtime.getD1Database(name)));
    if (first === undefined || second === undefined) throw new Error("the demo has two databases");
    const databases: Databases = { DATABASE: first, SHARD_2: second };
    for (const name of Object.keys(options.d1Databases)) databases[name] ??= await runtime.getD1Database(name);
    await use(databases);
  } finally {
    await runtime.dispose();
  }
}

/** Runs the statements, in one transaction for each database; the control database is the last. */
export async function runStatements(databases: Databases, statements: readonly Statement[]): Promise<void> {
  for (const name of DATABASES.toReversed()) {
    const own = statements.filter(({ database = "DATABASE" }) => database === name);
    const database = databases[name];
    if (own.length > 0) await database.batch(own.map(({ sql, values }) => database.prepare(sql).bind(...values)));
  }
}

type Database = Awaited<ReturnType<Miniflare["getD1Database"]>>;
/** By their bindings: those that have demo data, and all others of wrangler.toml. */
type Databases = Record<(typeof DATABASES)[number], Database> & Record<string, Database>;

/** Applies each migration once, atomically, and keeps wrangler's own record of them, so that `wrangler d1` agrees. */
async function applyMigrations(database: Database): Promise<void> {
  await database
    .prepare(
      `create table if not exists d1_migrations
         (id integer primary key autoincrement, name text unique, applied_at timestamp default current_timestamp not null)`,
    )
    .run();
  const { results } = await database.prepare("select name from d1_migrations").all();
  const applied = new Set(results.map((row) => row["name"]));
  for (const name of readdirSync(MIGRATIONS).sort()) {
    if (!name.endsWith(".sql") || applied.has(name)) continue;
    const statements = readFileSync(path.join(MIGRATIONS, name), "utf8").split(STATEMENT_BREAK);
    await database.batch([
      ...statements.map((statement) => database.prepare(statement)),
      database.prepare("insert into d1_migrations (name) values (?)").bind(name),
    ]);
  }
}
