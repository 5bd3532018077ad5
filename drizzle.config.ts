import { defineConfig } from "drizzle-kit";

/** The tables of each subject: what migrations are generated from. */
export const TABLES = "./src/database/*/tables.ts";

export default defineConfig({
  dialect: "sqlite",
  schema: TABLES,
  out: "./migrations",
});
