/**
 * Writes the schema of Graph that the simulator knows, and what the reading of policy files knows of it, from Microsoft's published type declarations. Run it after a change of their
 * version or of `scripts/graph-schema/`; `npm run check` tells when it is due.
 *
 *   node scripts/make-graph-schema.ts
 */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { projectRoot } from "./dependencies.mjs";
import { KINDS_FILE, kindsModule } from "./graph-schema/kinds-module.ts";
import { SCHEMA_FILE, schemaModule } from "./graph-schema/schema-module.ts";

writeFileSync(path.join(projectRoot, SCHEMA_FILE), schemaModule(projectRoot));
writeFileSync(path.join(projectRoot, KINDS_FILE), kindsModule(projectRoot));
