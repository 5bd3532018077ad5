/** A route whose handler calls a Durable Object lists 503: true of this repository, and found when a route is planted that does not. */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { judgeObjectAnswers, objectAnswerFaults } from "../../scripts/check/object-answers.ts";
import { projectRoot } from "../../scripts/dependencies.mjs";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "tenantatlas-objects-"));
  cpSync(path.join(projectRoot, "src"), path.join(folder, "src"), { recursive: true });
  cpSync(path.join(projectRoot, "package.json"), path.join(folder, "package.json"));
  symlinkSync(path.join(projectRoot, "node_modules"), path.join(folder, "node_modules"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Changes a file of the copy. */
function edit(file: string, from: string, to: string): void {
  const target = path.join(folder, "src", file);
  const source = readFileSync(target, "utf8");
  expect(source).toContain(from);
  writeFileSync(target, source.replace(from, to));
}

describe("routes that call an object", () => {
  it("say in this repository that it may be unavailable", async () => {
    expect(await judgeObjectAnswers(projectRoot)).toEqual({ passed: true, output: "" });
  });

  it("are found when the description is silent", async () => {
    edit("contract/routes/operations.ts", '"run_already_completed", "unavailable"', '"run_already_completed"');
    expect(await objectAnswerFaults(path.join(folder, "src"))).toEqual([
      'operationRoutes.cancel (contract/routes/operations.ts) reaches callRunObject: add "unavailable" to its problems.',
    ]);
  });

  it("are found when the call is some files away, and left alone when a failed call goes no further", async () => {
    edit(
      "http/commands/settings.ts",
      "    return settings;",
      '    await proveRun(env, { tenantId: tenant.id, runId: "run" });\n    return settings;',
    );
    edit(
      "http/commands/settings.ts",
      "import { command }",
      'import { proveRun } from "../../runs/edge/prove-run.ts";\nimport { command }',
    );
    edit(
      "http/commands/findings.ts",
      "export const findingCommands = {",
      'import { wakeRun } from "../../runs/edge/wake-run.ts";\nexport const findingCommands = {\n  planted: command(findingRoutes.show, wakeRun),',
    );
    expect(await objectAnswerFaults(path.join(folder, "src"))).toEqual([
      'settingsRoutes.change (contract/routes/settings.ts) reaches callRunObject: add "unavailable" to its problems.',
    ]);
  });
});
