import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import {
  boundaryFaults,
  declaredTypes,
  exclusionFaults,
  judgeProgressBoundary,
  STANDARDS,
} from "../../scripts/check/progress-boundary.ts";
import { projectRoot } from "../../scripts/dependencies.mjs";
import { registerOperation } from "../../src/operations/registry.ts";
import { implement } from "../../src/runs/implement.ts";
import { plainOperation } from "../support/plain-operation.ts";

const standards = readFileSync(path.join(projectRoot, STANDARDS), "utf8");
const declared = declaredTypes();

describe("the boundary of counted progress", () => {
  it("holds in this repository: every type is declared as the standards say", () => {
    expect(judgeProgressBoundary(projectRoot)).toEqual({ passed: true, output: "" });
  });

  it.each([
    "baseline.capture",
    "baseline.compare",
    "policy.restore-preview",
    "backup-set.delete",
    "backup-set.force-delete",
  ])("refuses to register %s as counted", (type) => {
    const operation = implement({ ...plainOperation(1), type, progressMode: "counted" }, plainOperation(1));
    expect(() => registerOperation(operation)).toThrow("by decision and may not be declared counted");
  });

  it("finds a counted declaration on an excluded type", () => {
    const faults = boundaryFaults([...declared, { type: "baseline.refresh", progressMode: "counted" }], standards);
    expect(faults.join("\n")).toContain("baseline.refresh is phased by decision");
    const counted = declared.map((row) =>
      row.type === "baseline.compare" ? { ...row, progressMode: "counted" } : row,
    );
    expect(boundaryFaults(counted, standards).join("\n")).toContain("baseline.compare is phased by decision");
  });

  it("finds a type that the standards do not name, or name otherwise", () => {
    const added = { type: "inventory.export", progressMode: "counted", unit: { one: "file" } };
    expect(boundaryFaults([...declared, added], standards)).toEqual([
      `inventory.export is not in the table of ${STANDARDS}: add "| \`inventory.export\` | counted | file | what \`total\` is | why |".`,
    ]);
    const changed = declared.map((row) => (row.type === "inventory.sync" ? { ...row, progressMode: "phased" } : row));
    expect(boundaryFaults(changed, standards)).toEqual([
      `${STANDARDS} says that inventory.sync is counted; it is declared phased.`,
    ]);
    const renamed = declared.map((row) => (row.type === "inventory.sync" ? { ...row, unit: { one: "family" } } : row));
    expect(boundaryFaults(renamed, standards)).toEqual([
      `${STANDARDS} calls a unit of inventory.sync “policy family”; it is declared “family”.`,
    ]);
  });

  it("finds a type of the standards that is none", () => {
    const others = declared.filter(({ type }) => type !== "baseline.compare");
    expect(boundaryFaults(others, standards)).toEqual([
      `baseline.compare of the table of ${STANDARDS} is no operation type.`,
    ]);
  });

  it("lets a type out by a specification, and no other way", () => {
    const exclusions = declared.flatMap(({ type, progressMode, excludedBy }) =>
      excludedBy === undefined ? [] : [{ specification: excludedBy, type, mode: progressMode }],
    );
    expect(exclusions.map(({ type }) => type).toSorted()).toEqual([
      "backup-set.delete",
      "backup-set.force-delete",
      "baseline.capture",
      "baseline.compare",
      "policy.restore-preview",
    ]);
    expect(exclusionFaults(declared, exclusions)).toEqual([]);
    const freed = declared.map((row) =>
      row.type === "backup-set.delete" ? { type: row.type, progressMode: "counted" } : row,
    );
    const fixed = "Specification 271 fixes backup-set.delete as uncounted: declare it so, excluded by 271.";
    expect(exclusionFaults(freed, exclusions)).toEqual([fixed]);
    const uncounted = declared.map((row) =>
      row.type === "policy.restore-preview" ? { ...row, progressMode: "uncounted" } : row,
    );
    expect(exclusionFaults(uncounted, exclusions)).toEqual([
      "Specification 271 fixes policy.restore-preview as phased: declare it so, excluded by 271.",
    ]);
    const [first, ...others] = exclusions;
    expect(exclusionFaults(declared, others)).toEqual([`Specification 271 does not exclude ${first?.type}.`]);
    expect(exclusionFaults([], [{ specification: 271, type: "baseline.gone", mode: "phased" }])).toEqual([
      "Specification 271 excludes baseline.gone, which is no operation type.",
    ]);
  });

  it("finds standards that contradict it, or leave one of its types out", () => {
    const contradicting = standards.replace("| `backup-set.delete` | uncounted |", "| `backup-set.delete` | counted |");
    expect(boundaryFaults(declared, contradicting).join("\n")).toContain("backup-set.delete is uncounted by decision");
    const forgetful = standards.replace("| `baseline.compare` | phased |", "| baseline compare | phased |");
    expect(boundaryFaults(declared, forgetful)).toEqual([
      `baseline.compare is not in the table of ${STANDARDS}: add "| \`baseline.compare\` | phased | – | what \`total\` is | why |".`,
    ]);
  });

  it("finds a type that the standards list twice", () => {
    const row = /^\| `inventory.sync` .*\n/m.exec(standards)?.[0] ?? "";
    expect(boundaryFaults(declared, standards.replace(row, row + row))).toEqual([
      `inventory.sync stands twice in the table of ${STANDARDS}.`,
    ]);
  });

  it("says what the page that adds an operation type quotes", () => {
    const page = readFileSync(path.join(projectRoot, "docs/adding-an-operation-type.md"), "utf8");
    const added = { type: "inventory.count", progressMode: "counted", unit: { one: "policy family" } };
    for (const fault of boundaryFaults([...declared, added], standards)) expect(page).toContain(fault);
  });

  it("stores no progress mode: no migration has a column for one", () => {
    const migrations = globSync("migrations/*.sql", { cwd: projectRoot });
    expect(migrations.length).toBeGreaterThan(0);
    const offenders = migrations.filter((file) =>
      /progress_(mode|kind|style|type)|counting_mode|is_(counted|phased)/i.test(
        readFileSync(path.join(projectRoot, file), "utf8"),
      ),
    );
    expect(offenders).toEqual([]);
  });
});
