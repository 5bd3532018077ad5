/** `npm test`: what the suites need, then all of them. Arguments go to vitest: `npm test -- test/http`. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { projectRoot } from "./dependencies.mjs";
import { buildConsole } from "./setup/console-build.ts";
import { StartError } from "./start-error.ts";
import { ensureArchiveTools, ensureChromium } from "./test-tools.ts";

const reportSchema = z.object({ numPassedTests: z.int(), numFailedTests: z.int(), success: z.boolean() });

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof StartError ? error.message : error);
  process.exitCode = 1;
}

async function run(parameters: string[]): Promise<number> {
  const chromium = ensureChromium();
  ensureArchiveTools();
  await buildConsole();
  const folder = mkdtempSync(path.join(tmpdir(), "tenantatlas-test-"));
  try {
    const report = path.join(folder, "report.json");
    const reporters = ["--reporter=test/support/brief-reporter.ts", "--reporter=json", `--outputFile.json=${report}`];
    const code = await vitest(["run", ...reporters, ...parameters], { CHROMIUM_PATH: chromium });
    const { numPassedTests, numFailedTests, success } = reportSchema.parse(JSON.parse(readFileSync(report, "utf8")));
    console.log(`${numPassedTests} passed, ${numFailedTests} failed`);
    return code === 0 && success ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function vitest(parameters: string[], environment: Record<string, string>): Promise<number | null> {
  const child = spawn(path.join(projectRoot, "node_modules/.bin/vitest"), parameters, {
    cwd: projectRoot,
    env: {
      ...process.env,
      ...environment,
      WRANGLER_SEND_METRICS: "false",
      WRANGLER_LOG: "error",
      CLOUDFLARE_CF_FETCH_ENABLED: "false",
      X_LOCAL_OBSERVABILITY: "false",
    },
    stdio: "inherit",
  });
  // vitest gets the terminal's signals itself; these are for signals that come to this process alone.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  process.on("disconnect", () => child.kill("SIGTERM"));
  // Listening holds the channel open, which would keep this process from ending.
  process.channel?.unref();
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", resolve);
  });
}
