import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { familyFaults } from "../../scripts/check/families.ts";
import { projectRoot } from "../../scripts/dependencies.mjs";
import { FAMILIES as SIMULATED } from "../../simulator/src/families.ts";
import { FAMILIES } from "../../src/graph/families.ts";
import { policyFacts } from "../../src/graph/policy-facts.ts";
import { cleanupRules } from "./cleanup-rules.ts";

const page = readFileSync(path.join(projectRoot, "docs/adding-a-policy-family.md"), "utf8");
const files = globSync("*.ts", { cwd: path.join(projectRoot, "src/graph/families") });

function blocks(language: string): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(([, text = ""]) => text);
}

describe("The page that adds a policy family", () => {
  it("shows a file that compiles, and makes a family of it", () => {
    const compiled = readFileSync(path.join(projectRoot, "test/graph/cleanup-rules.ts"), "utf8");
    const inItsPlace = compiled
      .replace("../../src/graph/restore/", "../restore/")
      .replace("../../src/graph/families/", "./");
    expect(blocks("ts")).toEqual([inItsPlace]);
    expect(policyFacts(cleanupRules, "1", { id: "1", displayName: "Stale" })).toMatchObject({
      name: "Stale",
      platform: null,
      assignmentCount: null,
    });
  });

  it("quotes what the check says after each step", () => {
    const [afterFile, afterLine, ...more] = blocks("text").map((text) => text.trimEnd().split("\n"));
    expect(more).toEqual([]);
    const withFile = [...files, "cleanup-rules.ts"];
    expect(familyFaults({ files: withFile, listed: FAMILIES, simulated: SIMULATED })).toEqual(afterFile);
    const listed = [...FAMILIES, cleanupRules];
    expect(familyFaults({ files: withFile, listed, simulated: SIMULATED })).toEqual(afterLine);
    const simulated = [...SIMULATED, { key: "cleanupRules", path: "deviceManagement/managedDeviceCleanupRules" }];
    expect(familyFaults({ files: withFile, listed, simulated })).toEqual([]);
  });
});
