/**
 * Whether the table of operation types, the standards and the specifications say the same: every type is in the table of
 * docs/ui/enterprise-ui-standards.md with its mode and unit, and the types that are excluded from counting are those that a
 * specification excludes, in the mode that it says.
 */
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { OPERATION_TYPES, operationTypes } from "../../src/contract/operation-types.ts";
import { PORTFOLIO_OPERATION } from "../../src/contract/portfolio.ts";
import { judgeProgressMode } from "../../src/contract/progress-boundary.ts";
import type { Verdict } from "./verdict.ts";

export const STANDARDS = "docs/ui/enterprise-ui-standards.md";
const SPECIFICATIONS = "specs/*/spec.md";

/** A row of the table, as far as the pages speak of it. */
export interface DeclaredType {
  type: string;
  progressMode: string;
  unit?: { one: string } | undefined;
  excludedBy?: number | undefined;
}

/** A type that a specification excludes, and the mode that it fixes. */
export interface Exclusion {
  specification: number;
  type: string;
  mode: string;
}

export function declaredTypes(): DeclaredType[] {
  return [...operationTypes().map((type) => ({ type, ...OPERATION_TYPES[type] })), PORTFOLIO_OPERATION];
}

export function judgeProgressBoundary(root: string): Verdict {
  const declared = declaredTypes();
  const faults = [
    ...boundaryFaults(declared, readFileSync(path.join(root, STANDARDS), "utf8")),
    ...exclusionFaults(declared, readExclusions(root)),
  ];
  return { passed: faults.length === 0, output: faults.join("\n") };
}

/** Compares the declarations with the standards' table. */
export function boundaryFaults(declared: readonly DeclaredType[], standards: string): string[] {
  const documented = documentedTypes(standards);
  const faults: string[] = [];
  for (const { type, progressMode, unit } of declared) {
    const contradiction = judgeProgressMode(type, progressMode);
    if (contradiction !== null) faults.push(contradiction);
    const row = documented.get(type);
    if (row === undefined) {
      faults.push(
        `${type} is not in the table of ${STANDARDS}: add "| \`${type}\` | ${progressMode} | ${unit?.one ?? "–"} | what \`total\` is | why |".`,
      );
      continue;
    }
    if (row.mode !== progressMode)
      faults.push(`${STANDARDS} says that ${type} is ${row.mode}; it is declared ${progressMode}.`);
    const noun = unit?.one ?? "–";
    if (row.unit !== noun) faults.push(`${STANDARDS} calls a unit of ${type} “${row.unit}”; it is declared “${noun}”.`);
  }
  faults.push(...twice(standards).map((type) => `${type} stands twice in the table of ${STANDARDS}.`));
  for (const [type, { mode }] of documented) {
    const contradiction = judgeProgressMode(type, mode);
    if (contradiction !== null) faults.push(`${STANDARDS}: ${contradiction}`);
    if (declared.every((row) => row.type !== type))
      faults.push(`${type} of the table of ${STANDARDS} is no operation type.`);
  }
  return faults;
}

/** Compares the declarations with what specifications exclude: a type leaves the boundary by a specification, and no other way. */
export function exclusionFaults(declared: readonly DeclaredType[], exclusions: readonly Exclusion[]): string[] {
  const faults: string[] = [];
  for (const { type, progressMode, excludedBy } of declared) {
    const exclusion = exclusions.find((each) => each.type === type);
    if (exclusion === undefined) {
      if (excludedBy !== undefined) faults.push(`Specification ${excludedBy} does not exclude ${type}.`);
    } else if (excludedBy !== exclusion.specification || progressMode !== exclusion.mode) {
      faults.push(
        `Specification ${exclusion.specification} fixes ${type} as ${exclusion.mode}: declare it so, excluded by ${exclusion.specification}.`,
      );
    }
  }
  for (const { type, specification } of exclusions) {
    if (declared.every((row) => row.type !== type))
      faults.push(`Specification ${specification} excludes ${type}, which is no operation type.`);
  }
  return faults;
}

/** The rows ``| `type`, `type` | mode | …`` under "Exclusions" of the specifications. */
function readExclusions(root: string): Exclusion[] {
  return globSync(SPECIFICATIONS, { cwd: root }).flatMap((file) => {
    const specification = Number.parseInt(path.basename(path.dirname(file)), 10);
    const [, section = ""] =
      /^## Exclusions$([\s\S]*?)(?=^## |(?![\s\S]))/m.exec(readFileSync(path.join(root, file), "utf8")) ?? [];
    return [...section.matchAll(/^\| (`[^|]*`) \| (phased|uncounted) \|/gm)].flatMap(([, types = "", mode = ""]) =>
      [...types.matchAll(/`([^`]+)`/g)].map(([, type = ""]) => ({ specification, type, mode })),
    );
  });
}

const ROW = /^\| `([a-z-]+\.[a-z-]+)` \| (counted|phased|uncounted) \| ([^|]+) \|/gm;

/** The rows ``| `type` | mode | unit | …`` of the page. */
function documentedTypes(standards: string): Map<string, { mode: string; unit: string }> {
  const rows = standards.matchAll(ROW);
  return new Map([...rows].map(([, type = "", mode = "", unit = ""]) => [type, { mode, unit: unit.trim() }]));
}

function twice(standards: string): string[] {
  const types = [...standards.matchAll(ROW)].map(([, type = ""]) => type);
  return types.filter((type, place) => types.indexOf(type) !== place);
}
