import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { judgeWatchingPage } from "../../scripts/check/watching-page.ts";
import { projectRoot } from "../../scripts/dependencies.mjs";

const read = (file: string) => readFileSync(path.join(projectRoot, file), "utf8");

describe("The check of what is watched", () => {
  it("is content with the pages as they are", async () => {
    expect(await judgeWatchingPage(projectRoot)).toEqual({ passed: true, output: "" });
  });

  it("finds a changed limit, an alert without an entry and an entry without an alert", async () => {
    const page = read("docs/watching.md").replace("Fires above 1000.", "Fires above 1.");
    expect((await judgeWatchingPage(projectRoot, page)).output).toContain("make-watching-page");
    const runbook = read("docs/runbook.md").replace("## much-healing", "## little-healing");
    expect((await judgeWatchingPage(projectRoot, undefined, runbook)).output.split("\n")).toEqual([
      'docs/runbook.md has no entry "## much-healing".',
      'docs/runbook.md has "## little-healing", which is no alert.',
    ]);
  });
});
