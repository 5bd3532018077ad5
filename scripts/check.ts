/**
 * `npm run check`: formatting, lint, types, whether what is generated is current, and whether the boundaries that no linter sees
 * hold. Runs all of it, then tells.
 */
import { globSync, mkdirSync } from "node:fs";
import path from "node:path";
import { judgeCoveragePage } from "./check/coverage-page.ts";
import { judgeConsoleWeight } from "./check/console-weight.ts";
import { ENVIRONMENTS, judgeDeployments } from "./check/deployments.ts";
import { judgeFamilies } from "./check/families.ts";
import { judgeGraphSchema } from "./check/graph-schema.ts";
import { judgeDecisions } from "./check/decision-index.ts";
import { judgeMigrations } from "./check/migrations.ts";
import { judgeOpenApi } from "./check/openapi.ts";
import { judgeProgressBoundary } from "./check/progress-boundary.ts";
import { judgeReferences } from "./check/references.ts";
import { judgeRequiredTests } from "./check/required-tests.ts";
import { judgeRolesPage } from "./check/roles-page.ts";
import { judgeTool, type Verdict } from "./check/verdict.ts";
import { judgeWatchingPage } from "./check/watching-page.ts";
import { projectRoot } from "./dependencies.mjs";

interface Check {
  name: string;
  run: () => Verdict | Promise<Verdict>;
}

const typeProjects = globSync("**/tsconfig.json", {
  cwd: projectRoot,
  exclude: (name) => ["node_modules", "dist"].includes(path.basename(name)),
}).sort();

// wrangler refuses a configuration whose assets folder does not exist, and the check builds no console.
mkdirSync(path.join(projectRoot, "dist/dashboard"), { recursive: true });

const checks: Check[] = [
  { name: "formatting", run: () => tool("oxfmt", ["--check"]) },
  { name: "lint", run: () => tool("oxlint", ["--deny-warnings"]) },
  ...typeProjects.map((project) => ({ name: `types of ${project}`, run: () => tool("tsc", ["--project", project]) })),
  {
    name: "Env is generated from wrangler.toml",
    // No variables file: what is committed must not depend on this machine's secrets.
    run: () =>
      tool("wrangler", ["types", "--check", "--include-runtime=false", "--strict-vars=false", "--env-file=/dev/null"]),
  },
  { name: "each environment has all bindings, with resources of its own", run: () => judgeDeployments(projectRoot) },
  ...ENVIRONMENTS.map((environment) => ({
    name: `${environment} can be deployed`,
    // Bundles and validates; sends nothing.
    run: () =>
      tool("wrangler", ["deploy", "--dry-run", "--env", environment, "--outdir", `dist/deploy/${environment}`]),
  })),
  { name: "migrations are generated from the tables", run: () => judgeMigrations(projectRoot) },
  { name: "the schema of Graph is generated from Microsoft's types", run: () => judgeGraphSchema(projectRoot) },
  {
    name: "the lock files serve every system",
    run: () => tool("node", ["scripts/complete-lockfile.mjs", "--check"]),
  },
  {
    name: "operation types keep within the boundary of counted progress",
    run: () => judgeProgressBoundary(projectRoot),
  },
  { name: "the OpenAPI document passes its linter", run: () => judgeOpenApi(projectRoot) },
  {
    name: "each policy family is one file, in the list and in the simulated Graph",
    run: () => judgeFamilies(projectRoot),
  },
  { name: "the page of what is covered is current", run: () => judgeCoveragePage(projectRoot) },
  {
    name: "the page of metrics and alerts is current, and each alert has its entry in the runbook",
    run: () => judgeWatchingPage(projectRoot),
  },
  { name: "the page of roles is current", run: () => judgeRolesPage(projectRoot) },
  { name: "the console's script keeps within its weight", run: () => judgeConsoleWeight(projectRoot) },
  { name: "pages and comments refer to what is there", run: () => judgeReferences(projectRoot) },
  { name: "tests that pages name for their rows exist", run: () => judgeRequiredTests(projectRoot) },
  { name: "decisions are listed with their status", run: () => judgeDecisions(projectRoot) },
];

const failed: string[] = [];
for (const { name, run } of checks) {
  const { passed, output } = await run();
  console.log(`${passed ? "ok    " : "FAILED"} ${name}`);
  if (passed) continue;
  failed.push(name);
  console.error(output.trim());
}
console.log(failed.length === 0 ? "All checks passed." : `${failed.length} of ${checks.length} checks failed.`);
process.exitCode = failed.length === 0 ? 0 : 1;

function tool(name: string, parameters: string[]): Verdict {
  return judgeTool(projectRoot, name, parameters);
}
