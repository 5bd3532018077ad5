/** `npm run check`: formatting, lint, types, and whether what is generated is current. Runs all of it, then tells. */
import { spawnSync } from "node:child_process";
import { cpSync, globSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { projectRoot } from "./dependencies.mjs";

interface Verdict {
  passed: boolean;
  output: string;
}
interface Check {
  name: string;
  run: () => Verdict;
}

const typeProjects = globSync("**/tsconfig.json", {
  cwd: projectRoot,
  exclude: (name) => ["node_modules", "dist"].includes(path.basename(name)),
}).sort();

const checks: Check[] = [
  { name: "formatting", run: () => tool("oxfmt", ["--check"]) },
  { name: "lint", run: () => tool("oxlint", ["--deny-warnings"]) },
  ...typeProjects.map((project) => ({ name: `types of ${project}`, run: () => tool("tsc", ["--project", project]) })),
  {
    name: "Env is generated from wrangler.toml",
    // No variables file: what is committed must not depend on this machine's secrets.
    run: () => tool("wrangler", ["types", "--check", "--include-runtime=false", "--env-file=/dev/null"]),
  },
  { name: "migrations are generated from the schema", run: migrationsAreCurrent },
  {
    name: "package-lock.json serves every system",
    run: () => tool("node", ["scripts/complete-lockfile.mjs", "--check"]),
  },
];

const failed: string[] = [];
for (const { name, run } of checks) {
  const { passed, output } = run();
  console.log(`${passed ? "ok    " : "FAILED"} ${name}`);
  if (passed) continue;
  failed.push(name);
  console.error(output.trim());
}
console.log(failed.length === 0 ? "All checks passed." : `${failed.length} of ${checks.length} checks failed.`);
process.exitCode = failed.length === 0 ? 0 : 1;

function tool(name: string, parameters: string[]): Verdict {
  const { status, stdout, stderr, error } = spawnSync(path.join(projectRoot, "node_modules/.bin", name), parameters, {
    cwd: projectRoot,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, WRANGLER_SEND_METRICS: "false", NO_COLOR: "1" },
  });
  return { passed: status === 0, output: `${stdout}${stderr}${error?.message ?? ""}` };
}

/** Generates into a copy: a schema that is ahead of its migrations leaves one more file there. */
function migrationsAreCurrent(): Verdict {
  const copy = mkdtempSync(path.join(tmpdir(), "tenantatlas-migrations-"));
  try {
    const migrations = path.join(projectRoot, "migrations");
    cpSync(migrations, copy, { recursive: true });
    const schema = path.join(projectRoot, "src/database/schema.ts");
    const generated = tool("drizzle-kit", ["generate", "--dialect=sqlite", `--schema=${schema}`, `--out=${copy}`]);
    const added = readdirSync(copy).filter((name) => !readdirSync(migrations).includes(name));
    if (generated.passed && added.length === 0) return generated;
    return { passed: false, output: `${generated.output}\nRun npx drizzle-kit generate and commit what it writes.` };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
