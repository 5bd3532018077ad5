/** Whether the schema of Graph that the simulator knows is what Microsoft's published types give. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { SCHEMA_FILE, schemaModule } from "../graph-schema/schema-module.ts";
import type { Verdict } from "./verdict.ts";

export function judgeGraphSchema(root: string): Verdict {
  try {
    const passed = readFileSync(path.join(root, SCHEMA_FILE), "utf8") === schemaModule(root);
    return { passed, output: passed ? "" : `Run node scripts/make-graph-schema.ts and commit ${SCHEMA_FILE}.` };
  } catch (error) {
    return { passed: false, output: String(error) };
  }
}
