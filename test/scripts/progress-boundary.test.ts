import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { boundaryFaults, judgeProgressBoundary, STANDARDS } from "../../scripts/check/progress-boundary.ts";
import { projectRoot } from "../../scripts/dependencies.mjs";
import { registeredOperations, registerOperation } from "../../src/operations/registry.ts";
import { plainOperation } from "../support/plain-operation.ts";

const standards = readFileSync(path.join(projectRoot, STANDARDS), "utf8");
const declared = registeredOperations().map(({ type, progressMode }) => ({ type, progressMode }));

describe("the boundary of counted progress", () => {
  it("holds in this repository: every type is declared as the standards say", async () => {
    expect(await judgeProgressBoundary(projectRoot)).toEqual({ passed: true, output: "" });
  });

  it.each([
    "baseline.capture",
    "baseline.compare",
    "policy.restore-preview",
    "backup-set.delete",
    "backup-set.force-delete",
  ])("refuses to register %s as counted", (type) => {
    expect(() => registerOperation({ ...plainOperation(1), type, progressMode: "counted" })).toThrow(
      "by decision and may not be declared counted",
    );
  });

  it("finds a counted declaration on an excluded type", () => {
    const faults = boundaryFaults([...declared, { type: "baseline.refresh", progressMode: "counted" }], standards);
    expect(faults.join("\n")).toContain("baseline.refresh is phased by decision");
  });

  it("finds a type that the standards do not name, or name otherwise", () => {
    expect(boundaryFaults([...declared, { type: "inventory.export", progressMode: "counted" }], standards)).toEqual([
      `inventory.export is not in the table of ${STANDARDS}.`,
    ]);
    const changed = declared.map((row) => (row.type === "inventory.sync" ? { ...row, progressMode: "phased" } : row));
    expect(boundaryFaults(changed, standards)).toEqual([
      `${STANDARDS} says that inventory.sync is counted; it is declared phased.`,
    ]);
  });

  it("finds standards that contradict it, or leave one of its types out", () => {
    const contradicting = standards.replace("| `backup-set.delete` | uncounted |", "| `backup-set.delete` | counted |");
    expect(boundaryFaults([], contradicting).join("\n")).toContain("backup-set.delete is uncounted by decision");
    const forgetful = standards.replace("| `baseline.compare` | phased |", "| baseline compare | phased |");
    expect(boundaryFaults([], forgetful).join("\n")).toContain(
      "baseline.compare is of the boundary and not in the table",
    );
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
