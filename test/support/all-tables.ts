/** The tables of all subjects, as the migrations are made from them, and a database with all migrations. */
import { globSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { is, Table } from "drizzle-orm";
import { TABLES } from "../../drizzle.config.ts";
import { projectRoot } from "../../scripts/dependencies.mjs";

export async function allTables(): Promise<Table[]> {
  const files = globSync(TABLES, { cwd: projectRoot });
  const modules = await Promise.all(
    files.map(async (file): Promise<object> => import(pathToFileURL(path.join(projectRoot, file)).href)),
  );
  return modules.flatMap((module) => Object.values(module)).filter((value): value is Table => is(value, Table));
}

export function migratedDatabase(): DatabaseSync {
  const database = new DatabaseSync(":memory:");
  for (const migration of migrations()) database.exec(migration.sql);
  return database;
}

/** A database as it was before a migration, and what does the migration and all after it: for tests that rows survive. */
export function beforeMigration(name: string): { database: DatabaseSync; migrate: () => void } {
  const all = migrations();
  const at = all.findIndex((migration) => migration.name === name);
  if (at < 0) throw new Error(`no migration is called ${name}`);
  const database = new DatabaseSync(":memory:");
  for (const { sql } of all.slice(0, at)) database.exec(sql);
  return {
    database,
    migrate: () => {
      for (const { sql } of all.slice(at)) database.exec(sql);
    },
  };
}

function migrations(): { name: string; sql: string }[] {
  const folder = path.join(projectRoot, "migrations");
  return readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .sort()
    .map((file) => ({
      name: file.replace(/^\d+_|\.sql$/g, ""),
      sql: readFileSync(path.join(folder, file), "utf8").replaceAll("--> statement-breakpoint", ""),
    }));
}
