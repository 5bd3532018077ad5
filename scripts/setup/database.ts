/** The local D1 databases: migrations and demo data, applied to their files before the product is served from them. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { z } from "zod";
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
      const [tenants = []] = await databases.DATABASE([{ sql: "select id, shard from tenants", values: [] }]);
      const assigned = new Map(tenants.map(({ id, shard }) => [String(id), String(shard)]));
      await runStatements(databases, await demoDataStatements(secretsKey, assigned));
    }),
  );
}

/**
 * Runs a list of statements inside the runtime: asked for one by one from outside, each statement is some blocking calls, and the
 * migrations of a new state took four seconds of processor time.
 */
const SETUP_WORKER = `export default {
  async fetch(request, env) {
    const { name, statements } = await request.json();
    const database = env[name];
    try {
      const done = await database.batch(statements.map(({ sql, values }) => database.prepare(sql).bind(...values)));
      return Response.json({ rows: done.map(({ results }) => results) });
    } catch (error) {
      return Response.json({ error: String(error) });
    }
  },
};`;

const answerSchema = z.union([
  z.object({ rows: z.array(z.array(z.record(z.string(), z.unknown()))) }),
  z.object({ error: z.string() }),
]);

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
          modules: [{ type: "ESModule", path: "setup.js", contents: SETUP_WORKER }],
        },
      ],
    }),
  );
  claimStopSignals();
  try {
    const opened =
      (name: string): Database =>
      async (statements) => {
        const body = JSON.stringify({ name, statements });
        const response = await runtime.dispatchFetch("http://setup/", { method: "POST", body });
        const answer = answerSchema.parse(await response.json());
        if ("error" in answer) throw new Error(`${name}: ${answer.error}`);
        return answer.rows;
      };
    const databases: Databases = { DATABASE: opened("DATABASE"), SHARD_2: opened("SHARD_2") };
    for (const name of Object.keys(options.d1Databases)) databases[name] ??= opened(name);
    await use(databases);
  } finally {
    await runtime.dispose();
  }
}

/** Runs the statements, in one transaction for each database; the control database is the last. */
export async function runStatements(databases: Databases, statements: readonly Statement[]): Promise<void> {
  for (const name of DATABASES.toReversed()) {
    const own = statements.filter(({ database = "DATABASE" }) => database === name);
    if (own.length > 0) await databases[name](own);
  }
}

/** Runs the statements in one transaction, and gives the rows that each of them answers. */
type Database = (statements: readonly Pick<Statement, "sql" | "values">[]) => Promise<Record<string, unknown>[][]>;
/** By their bindings: those that have demo data, and all others of wrangler.toml. */
type Databases = Record<(typeof DATABASES)[number], Database> & Record<string, Database>;

/** Applies each migration once, atomically, and keeps wrangler's own record of them, so that `wrangler d1` agrees. */
async function applyMigrations(database: Database): Promise<void> {
  await database([
    {
      sql: `create table if not exists d1_migrations
              (id integer primary key autoincrement, name text unique, applied_at timestamp default current_timestamp not null)`,
      values: [],
    },
  ]);
  const [records = []] = await database([{ sql: "select name from d1_migrations", values: [] }]);
  const applied = new Set(records.map(({ name }) => name));
  for (const name of readdirSync(MIGRATIONS).sort()) {
    if (!name.endsWith(".sql") || applied.has(name)) continue;
    const statements = readFileSync(path.join(MIGRATIONS, name), "utf8").split(STATEMENT_BREAK);
    await database([
      ...statements.map((sql) => ({ sql, values: [] })),
      { sql: "insert into d1_migrations (name) values (?)", values: [name] },
    ]);
  }
}
