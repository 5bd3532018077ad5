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
  const folder = path.join(projectRoot, "migrations");
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .sort()) {
    database.exec(readFileSync(path.join(folder, file), "utf8").replaceAll("--> statement-breakpoint", ""));
  }
  return database;
}
