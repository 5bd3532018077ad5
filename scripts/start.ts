/** `npm start`: all set-up, then the product and (unless another Graph is named) the simulator, until told to stop. */
import { chmodSync, mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { buildConsole } from "./setup/console-build.ts";
import { prepareDatabase } from "./setup/database.ts";
import { readLocalSecrets } from "./setup/local-secrets.ts";
import { bundleWorker } from "./setup/worker-bundle.ts";
import { claimInstance } from "./serve/instance.ts";
import { LocalWorker } from "./serve/local-worker.ts";
import { openLog, type WriteLog } from "./serve/log-file.ts";
import { isPortFree } from "./serve/ports.ts";
import { consentVariables } from "../src/access/consent-settings.ts";
import { identityVariables } from "../src/access/identity-settings.ts";
import { readStartSettings } from "./serve/start-settings.ts";
import { onStopSignal } from "./serve/stop-signals.ts";
import { type Watchdog, watchOverRuntimes } from "./serve/watchdog.ts";
import { projectRoot } from "./dependencies.mjs";
import { StartError } from "./start-error.ts";

const PRODUCT_CONFIG = "wrangler.toml";
const SWEEP_INTERVAL_MS = 60_000;
const READY_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 8_000;

// The tools underneath: no reports home, no look-ups, no remarks on where settings come from, no tracing (slow).
Object.assign(process.env, {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_LOG: "error",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  X_LOCAL_OBSERVABILITY: "false",
});

const workers: LocalWorker[] = [];
let releaseInstance = (): void => {};
let watchdog: Watchdog | null = null;
let stopping = false;

let log: WriteLog = () => {};

onStopSignal((signal) => void stop(0, signal));
// `bootstrap.mjs` is gone without a word.
process.on("disconnect", () => void stop(0, "the parent is gone"));

try {
  await start();
} catch (error) {
  if (!stopping) console.error(error instanceof StartError ? error.message : error);
  await stop(1, "the start failed");
}

async function start(): Promise<void> {
  const { reset, port, simulatorPort, graphUrl } = readStartSettings();
  // The bench build, for kill tests: the product's own handlers with an operation whose effects can be counted. No console.
  const workerConfig = process.env["TENANTATLAS_WORKER_CONFIG"] || PRODUCT_CONFIG;
  const runtimeDirectory = path.resolve(projectRoot, process.env["TENANTATLAS_STATE_DIR"] || ".wrangler");
  const stateDirectory = path.join(runtimeDirectory, "state");
  mkdirSync(runtimeDirectory, { recursive: true });
  // It holds what tenants' policies say, and logs. An older start may have made it readable to everybody on this machine.
  chmodSync(runtimeDirectory, 0o700);

  log = openLog(path.join(runtimeDirectory, "logs"));
  const instance = await claimInstance(runtimeDirectory, port);
  releaseInstance = () => instance.release();
  for (const wanted of graphUrl === null ? [port, simulatorPort] : [port]) {
    if (!(await isPortFree(wanted))) {
      const variable = wanted === port ? "PORT" : "SIMULATOR_PORT";
      throw new StartError(`Port ${wanted} is in use by another program: stop it, or choose another with ${variable}.`);
    }
  }
  watchdog = watchOverRuntimes((pid) => instance.addProcess(pid));

  if (reset) rmSync(stateDirectory, { recursive: true, force: true });
  const secrets = readLocalSecrets(projectRoot);
  const productState = path.join(stateDirectory, "v3");
  const consoleBuilt = buildConsole();
  const [product, simulator] = await Promise.all([
    // wrangler reads the console's files as well, which go and come while it is built.
    consoleBuilt.then(() => bundleWorker(workerConfig)),
    graphUrl === null ? bundleWorker("simulator/wrangler.toml") : null,
    prepareDatabase(productState, secrets.secretsKey),
  ]);
  if (stopping) return;

  const setupCode = process.env["TENANTATLAS_SETUP_CODE"];
  const bindings = {
    // For a sign-in, a consent, and the first administrator's set-up, that are tried on this machine.
    ...identityVariables(process.env),
    ...consentVariables(process.env),
    ...(setupCode ? { TENANTATLAS_SETUP_CODE: setupCode } : {}),
    TENANTATLAS_LOCAL_MODE: "1",
    TENANTATLAS_SECRETS_KEY: secrets.secretsKey,
    TENANTATLAS_GRAPH_URL: graphUrl ?? `http://127.0.0.1:${simulatorPort}`,
  };
  if (simulator) {
    const persistTo = path.join(stateDirectory, "simulator");
    workers.push(new LocalWorker({ bundle: simulator, port: simulatorPort, persistTo, bindings: {}, log }));
  }
  const served = new LocalWorker({
    bundle: product,
    port,
    persistTo: productState,
    bindings,
    log,
    deliverAtOnce: true,
  });
  workers.push(served);
  await Promise.all(workers.map((worker) => worker.ready()));
  if (stopping) return;
  await served.waitFor("/healthz", READY_TIMEOUT_MS);
  if (workerConfig === PRODUCT_CONFIG) await served.waitFor("/", READY_TIMEOUT_MS);

  // The local runtime fires no cron, and its queues forget what was waiting: the sweep wakes what a stop left behind.
  const sweep = (): void => void served.runScheduled();
  sweep();
  setInterval(sweep, SWEEP_INTERVAL_MS).unref();
  console.log(`TenantAtlas is ready at http://localhost:${port}`);
}

async function stop(code: number, reason: string): Promise<void> {
  if (stopping) return;
  stopping = true;
  log("start", "info", `stopping: ${reason}`);
  setTimeout(() => process.exit(code), STOP_TIMEOUT_MS).unref();
  await Promise.allSettled(workers.map((worker) => worker.stop()));
  await watchdog?.dismiss();
  releaseInstance();
  process.exit(code);
}
