/**
 * `npm test`: what the suites need, then all of them in their short form (test/support/thoroughness.ts). Arguments go to vitest:
 * `npm test -- test/http`; what is named runs whole.
 *
 * Without arguments three lanes run side by side: the suites that compute, and those that wait for a product, a browser or a start.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { getPriority, setPriority, tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { projectRoot } from "./dependencies.mjs";
import { buildConsole } from "./setup/console-build.ts";
import { bundleWorker } from "./setup/worker-bundle.ts";
import { StartError } from "./start-error.ts";
import { ensureArchiveTools, ensureChromium } from "./test-tools.ts";

const reportSchema = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  success: z.boolean(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string(),
      assertionResults: z.array(
        z.object({ status: z.string(), fullName: z.string(), failureMessages: z.array(z.string()).nullish() }),
      ),
    }),
  ),
});

/** Lines of a failure's message that are repeated at the end. */
const LINES_OF_A_FAILURE = 6;

interface Lane {
  parameters: string[];
  /** Added to its niceness: it takes what the other lanes leave. */
  yields: number;
}

/**
 * Projects that run at the same time: one lane computes while another waits. The one that computes yields, so that the waits of the
 * others do not come at the end, with nothing beside them.
 */
const LANES: Lane[] = [
  { parameters: ["--project=node", "--project=workers"], yields: 3 },
  { parameters: ["--project=e2e"], yields: 0 },
  { parameters: ["--project=kills"], yields: 0 },
];

/** Workers of a start. */
const SERVED = ["wrangler.toml", "simulator/wrangler.toml"];

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof StartError ? error.message : error);
  process.exitCode = 1;
}

async function run(parameters: string[]): Promise<number> {
  const chromium = ensureChromium();
  ensureArchiveTools();
  const everything = parameters.length === 0;
  await buildConsole();
  // Two lanes start products: what both serve is made before, once.
  if (everything) await Promise.all(SERVED.map((configPath) => bundleWorker(configPath)));
  const folder = mkdtempSync(path.join(tmpdir(), "tenantatlas-test-"));
  try {
    const form = process.env["TENANTATLAS_FORM"] ?? (everything ? "short" : "whole");
    const environment = { CHROMIUM_PATH: chromium, TENANTATLAS_FORM: form };
    const lanes = everything ? LANES : [{ parameters, yields: 0 }];
    const reports = await Promise.all(
      lanes.map((lane, index) => runLane(lane, path.join(folder, `report-${index}.json`), environment)),
    );
    const sum = (key: "numPassedTests" | "numFailedTests"): number =>
      reports.reduce((total, report) => total + report[key], 0);
    // What failed stands at the end as well: three lanes write at once, and a log is often read from its end.
    for (const line of reports.flatMap(failureLines)) console.log(line);
    console.log(`${sum("numPassedTests")} passed, ${sum("numFailedTests")} failed`);
    return reports.every(({ success }) => success) ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Report = z.infer<typeof reportSchema>;

function failureLines({ testResults }: Report): string[] {
  return testResults
    .filter(({ status }) => status === "failed")
    .flatMap(({ name, message, assertionResults }) => {
      const file = path.relative(projectRoot, name);
      const failed = assertionResults.filter(({ status }) => status === "failed");
      // A file that could not be loaded has no failed test, and says so itself.
      if (failed.length === 0) return [`failed: ${file}`, ...indented(message)];
      return failed.flatMap(({ fullName, failureMessages }) => [
        `failed: ${file} > ${fullName}`,
        ...indented((failureMessages ?? []).join("\n")),
      ]);
    });
}

function indented(message: string): string[] {
  return message
    .split("\n")
    .slice(0, LINES_OF_A_FAILURE)
    .map((line) => `  ${line}`);
}

async function runLane(
  { parameters, yields }: Lane,
  file: string,
  environment: Record<string, string>,
): Promise<Report> {
  const reporters = ["--reporter=test/support/brief-reporter.ts", "--reporter=json", `--outputFile.json=${file}`];
  const code = await vitest(["run", ...reporters, ...parameters], environment, yields);
  const report = reportSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  return { ...report, success: report.success && code === 0 };
}

function vitest(parameters: string[], environment: Record<string, string>, yields: number): Promise<number | null> {
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
  // What it starts has its priority.
  if (child.pid !== undefined && yields > 0) setPriority(child.pid, getPriority() + yields);
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
