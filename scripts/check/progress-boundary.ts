/**
 * Whether the operation types, as the product registers them, are what the standards say of them: every registered type is in
 * the table of docs/ui/enterprise-ui-standards.md with its mode, no type of the boundary is declared otherwise, and the table
 * itself agrees with the boundary.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { PHASED_TYPES, UNCOUNTED_TYPES, judgeProgressMode } from "../../src/contract/progress-boundary.ts";
import type { Verdict } from "./verdict.ts";

export const STANDARDS = "docs/ui/enterprise-ui-standards.md";

const declaredSchema = z.object({ type: z.string(), progressMode: z.string() });
export type DeclaredType = z.infer<typeof declaredSchema>;

/** What it gives is parsed, since these scripts are typed for Node and the operations for the Worker. */
const registrySchema = z.object({
  registeredOperations: z.custom<() => unknown>((value) => typeof value === "function"),
});

/** Importing the registry is itself a check: it refuses a declaration against the boundary. */
export async function judgeProgressBoundary(root: string): Promise<Verdict> {
  try {
    const registry: unknown = await import(pathToFileURL(path.join(root, "src/operations/registry.ts")).href);
    const { registeredOperations } = registrySchema.parse(registry);
    const declared = z.array(declaredSchema).parse(registeredOperations());
    const faults = boundaryFaults(declared, readFileSync(path.join(root, STANDARDS), "utf8"));
    return { passed: faults.length === 0, output: faults.join("\n") };
  } catch (error) {
    return { passed: false, output: String(error) };
  }
}

export function boundaryFaults(declared: readonly DeclaredType[], standards: string): string[] {
  const documented = documentedModes(standards);
  const faults: string[] = [];
  for (const { type, progressMode } of declared) {
    const contradiction = judgeProgressMode(type, progressMode);
    if (contradiction !== null) faults.push(contradiction);
    const mode = documented.get(type);
    if (mode === undefined) faults.push(`${type} is not in the table of ${STANDARDS}.`);
    else if (mode !== progressMode)
      faults.push(`${STANDARDS} says that ${type} is ${mode}; it is declared ${progressMode}.`);
  }
  for (const [type, mode] of documented) {
    const contradiction = judgeProgressMode(type, mode);
    if (contradiction !== null) faults.push(`${STANDARDS}: ${contradiction}`);
  }
  for (const type of [...PHASED_TYPES, ...UNCOUNTED_TYPES]) {
    if (!documented.has(type)) faults.push(`${type} is of the boundary and not in the table of ${STANDARDS}.`);
  }
  return faults;
}

/** The rows ``| `type` | mode | …`` of the page. */
function documentedModes(standards: string): Map<string, string> {
  const rows = standards.matchAll(/^\| `([a-z-]+\.[a-z-]+)` \| (counted|phased|uncounted) \|/gm);
  return new Map([...rows].map(([, type = "", mode = ""]) => [type, mode]));
}
