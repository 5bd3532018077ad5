/** The bench build on the runtime that `npm start` uses, with state of its own, made anew for each start. */
import { cpSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { projectRoot } from "../../scripts/dependencies.mjs";
import { runTool } from "../../scripts/run-tool.ts";
import { LocalWorker } from "../../scripts/serve/local-worker.ts";
import { openLog } from "../../scripts/serve/log-file.ts";
import { LOCAL_HOST } from "../../scripts/serve/ports.ts";
import { watchOverRuntimes } from "../../scripts/serve/watchdog.ts";
import { prepareDatabase } from "../../scripts/setup/database.ts";
import { bundleWorker, type WorkerBundle } from "../../scripts/setup/worker-bundle.ts";
import { readWorkerConfig } from "../../scripts/setup/worker-config.ts";

const CONFIG = "bench/wrangler.toml";
/** On the disk that a local start would use. */
const HOME = path.join(projectRoot, ".wrangler/bench");
const READY_TIMEOUT_MS = 60_000;

export interface Runtime {
  url: string;
  /** The runtime's process. */
  pid: number;
  stop(): Promise<void>;
}

export interface Bench {
  /** Starts the bench build on empty state. `metered` counts what it costs; timings are taken without. `graphUrl`: its Microsoft Graph. */
  start(options: { metered: boolean; graphUrl?: string }): Promise<Runtime>;
  /** Starts a simulated Microsoft Graph with tenants of so many policies, by name, which are throttled never. */
  startGraph(tenants: Record<string, number>): Promise<Omit<Runtime, "pid">>;
  dismiss(): Promise<void>;
}

/** Bundles the bench build and prepares a database to copy from. */
export async function prepareBench(port: number, graphPort: number): Promise<Bench> {
  rmSync(HOME, { recursive: true, force: true });
  const bundleDirectory = path.join(HOME, "bundle");
  const template = path.join(HOME, "template");
  mkdirSync(template, { recursive: true });
  const secretsKey = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64");
  await runTool("wrangler", ["deploy", "--dry-run", "--outdir", bundleDirectory, "--config", CONFIG]);
  await prepareDatabase(template, secretsKey);
  const code = readFileSync(path.join(bundleDirectory, "worker.js"), "utf8");
  const bundle: WorkerBundle = { config: await readWorkerConfig(CONFIG), code };
  const log = openLog(path.join(HOME, "logs"));
  let pid = 0;
  const watchdog = watchOverRuntimes((started) => (pid = started));
  let starts = 0;

  return {
    dismiss: () => watchdog.dismiss(),
    startGraph: (tenants) => startGraph(graphPort, tenants, log),
    start: async ({ metered, graphUrl }) => {
      starts += 1;
      const persistTo = path.join(HOME, `state-${starts}`);
      cpSync(template, persistTo, { recursive: true });
      const bindings = {
        TENANTATLAS_LOCAL_MODE: "1",
        TENANTATLAS_SECRETS_KEY: secretsKey,
        ...(metered ? { BENCH_METERED: "1" } : {}),
        ...(graphUrl === undefined ? {} : { TENANTATLAS_GRAPH_URL: graphUrl }),
      };
      const worker = new LocalWorker({ bundle, port, persistTo, bindings, log });
      await worker.ready();
      await worker.waitFor("/healthz", READY_TIMEOUT_MS);
      return {
        url: `http://${LOCAL_HOST}:${port}`,
        pid,
        stop: async () => {
          await worker.stop();
          rmSync(persistTo, { recursive: true, force: true });
        },
      };
    },
  };
}

async function startGraph(
  port: number,
  tenants: Record<string, number>,
  log: ReturnType<typeof openLog>,
): Promise<Omit<Runtime, "pid">> {
  const persistTo = path.join(HOME, "graph");
  rmSync(persistTo, { recursive: true, force: true });
  const bundle = await bundleWorker("simulator/wrangler.toml");
  const worker = new LocalWorker({ bundle, port, persistTo, bindings: {}, log });
  await worker.ready();
  const url = `http://${LOCAL_HOST}:${port}`;
  for (const [name, policies] of Object.entries(tenants)) {
    const response = await fetch(`${url}/_control/tenants`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name, policies, seed: "bench", throttling: "off" }),
    });
    if (!response.ok)
      throw new Error(`the simulator did not make ${name}: ${response.status} ${await response.text()}`);
  }
  return {
    url,
    stop: async () => {
      await worker.stop();
      rmSync(persistTo, { recursive: true, force: true });
    },
  };
}
