import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { projectRoot } from "../../scripts/dependencies.mjs";
import { describedTools } from "../../src/http/agents/mcp.ts";

it("lists the tools that agents have", () => {
  const page = readFileSync(path.join(projectRoot, "docs/agents.md"), "utf8");
  const rows = [...page.matchAll(/^\| `(\w+)` +\| (.+?) +\|$/gm)].map(([, name, title]) => [name, title]);
  expect(rows).toEqual(describedTools().map(({ name, title }) => [name, title]));
});
