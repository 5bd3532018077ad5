/**
 * Prints the triggers that keep a tenant's rows as they are while the tenant moves to another database, for the migration of a table that is
 * new or made anew. Without names, those of all tables.
 *
 *   node scripts/make-fences.ts <table> …
 */
import { nameOf, tenantColumn } from "../src/database/exports/tenant-tables.ts";
import { fenceTriggers } from "../src/database/moves/fence-triggers.ts";
import { MOVED_TABLES } from "../src/database/moves/moved-tables.ts";

const names = process.argv.slice(2);
const statements = MOVED_TABLES.filter((entry) => names.length === 0 || names.includes(nameOf(entry))).flatMap(
  (entry) => fenceTriggers(entry, tenantColumn(entry)),
);
process.stdout.write(`${statements.join("--> statement-breakpoint\n")}\n`);
