/** Whether what the simulator and the reading of policy files know of Graph's types is what Microsoft's published types give. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { KINDS_FILE, kindsModule } from "../graph-schema/kinds-module.ts";
import { SCHEMA_FILE, schemaModule } from "../graph-schema/schema-module.ts";
import type { Verdict } from "./verdict.ts";

export function judgeGraphSchema(root: string): Verdict {
  try {
    const stale = [
      { file: SCHEMA_FILE, text: schemaModule(root) },
      { file: KINDS_FILE, text: kindsModule(root) },
    ].filter(({ file, text }) => readFileSync(path.join(root, file), "utf8") !== text);
    const files = stale.map(({ file }) => file).join(" and ");
    const passed = stale.length === 0;
    return { passed, output: passed ? "" : `Run node scripts/make-graph-schema.ts and commit ${files}.` };
  } catch (error) {
    return { passed: false, output: String(error) };
  }
}
