/**
 * Review packs of tenants of several sizes: how long, how large, and what the runtime holds meanwhile. Each on a runtime of its
 * own that has done nothing else, on the product's own build; the tenant is read and recorded before, by another one.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import type { Run } from "../../src/contract/runs.ts";
import { reviewPackListSchema } from "../../src/contract/review-packs.ts";
import { projectRoot } from "../../scripts/dependencies.mjs";
import { LocalWorker } from "../../scripts/serve/local-worker.ts";
import { openLog } from "../../scripts/serve/log-file.ts";
import { LOCAL_HOST } from "../../scripts/serve/ports.ts";
import { watchOverRuntimes } from "../../scripts/serve/watchdog.ts";
import { prepareDatabase } from "../../scripts/setup/database.ts";
import { bundleWorker, type WorkerBundle } from "../../scripts/setup/worker-bundle.ts";
import { startSimulatorProcess } from "../../simulator/start-simulator.ts";
import { BenchClient, durationMs, TENANT_PATH, wait } from "./client.ts";
import { IsolateHeap } from "./isolate-heap.ts";
import { statusMiB } from "./memory.ts";

const HOME = path.join(projectRoot, ".wrangler/bench-packs");
const READY_TIMEOUT_MS = 60_000;
const LOOK_EVERY_MS = 100;

export interface PackUse {
  policies: number;
  entries: number;
  archiveBytes: number;
  /** What the entries hold, unpacked. */
  contentBytes: number;
  writingMs: number;
  /** Null when it was over before anybody could see it. */
  finalizingMs: number | null;
  /** The isolate in which everything of the product runs: objects and buffers that are in use, at its highest. */
  highestHeapMiB: number;
  /** Heap and buffers of the isolate before the pack. */
  beforeHeapMiB: number;
  /** The whole process, which is also D1, R2 and the queue. */
  beforeMiB: number;
  highestMiB: number;
}

export interface PackBench {
  measure(policies: number): Promise<PackUse>;
  end(): Promise<void>;
}

/** Bundles the product and starts the simulator. Uses `port` and `port + 1`. */
export async function preparePackBench(port: number, say: (what: string) => void): Promise<PackBench> {
  rmSync(HOME, { recursive: true, force: true });
  mkdirSync(HOME, { recursive: true });
  const simulator = await startSimulatorProcess({ quiet: true });
  let pid = 0;
  const watchdog = watchOverRuntimes((started) => (pid = started));
  const bundle = await bundleWorker("wrangler.toml");
  const secretsKey = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64");
  await prepareDatabase(path.join(HOME, "template"), secretsKey);
  const start = (persistTo: string) => startProduct({ bundle, port, persistTo, secretsKey, graphUrl: simulator.url });

  return {
    end: async () => {
      await simulator.stop();
      await watchdog.dismiss();
      rmSync(HOME, { recursive: true, force: true });
    },
    measure: async (policies) => {
      const persistTo = path.join(HOME, `state-${policies}`);
      cpSync(path.join(HOME, "template"), persistTo, { recursive: true });
      say(`a tenant of ${policies} policies`);
      await makeTenant(simulator.url, policies);
      const recorder = await start(persistTo);
      try {
        await completed(port, "inventory.sync");
        await completed(port, "evidence.snapshot");
      } finally {
        await recorder.stop();
      }
      say("its pack");
      const worker = await start(persistTo);
      try {
        return { policies, ...(await measurePack(port, pid)) };
      } finally {
        await worker.stop();
        rmSync(persistTo, { recursive: true, force: true });
      }
    },
  };
}

interface ProductStart {
  bundle: WorkerBundle;
  port: number;
  persistTo: string;
  secretsKey: string;
  graphUrl: string;
}

async function startProduct({ bundle, port, persistTo, secretsKey, graphUrl }: ProductStart): Promise<LocalWorker> {
  const worker = new LocalWorker({
    bundle,
    port,
    persistTo,
    bindings: {
      TENANTATLAS_LOCAL_MODE: "1",
      TENANTATLAS_SECRETS_KEY: secretsKey,
      TENANTATLAS_GRAPH_URL: graphUrl,
    },
    log: openLog(path.join(HOME, "logs")),
    inspectorPort: port + 1,
  });
  await worker.ready();
  await worker.waitFor("/healthz", READY_TIMEOUT_MS);
  return worker;
}

async function makeTenant(simulatorUrl: string, policies: number): Promise<void> {
  const response = await fetch(`${simulatorUrl}/_control/tenants`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "contoso", policies, throttling: "off" }),
  });
  if (!response.ok) throw new Error(`the simulator refuses the tenant: ${response.status} ${await response.text()}`);
}

async function completed(port: number, type: string): Promise<Run> {
  const client = new BenchClient(`http://${LOCAL_HOST}:${port}`);
  const { id } = await client.startRun(type, {});
  for (;;) {
    const run = await client.readRun(id);
    if (run.status === "completed") {
      if (run.outcome !== "succeeded")
        throw new Error(`${type} ended as ${run.outcome}: ${JSON.stringify(run.failure)}`);
      return run;
    }
    await wait(LOOK_EVERY_MS);
  }
}

async function measurePack(port: number, pid: number): Promise<Omit<PackUse, "policies">> {
  const url = `http://${LOCAL_HOST}:${port}`;
  const client = new BenchClient(url);
  const heap = await IsolateHeap.open(port + 1);
  try {
    const beforeHeapMiB = await heap.usedMiB();
    const beforeMiB = statusMiB(pid, "VmRSS");
    let highestHeapMiB = beforeHeapMiB;
    let finalizingAt: number | null = null;
    let run = await client.startRun("review-pack.generate", {});
    const startedAt = Date.now();
    while (run.status !== "completed") {
      await wait(LOOK_EVERY_MS);
      highestHeapMiB = Math.max(highestHeapMiB, await heap.usedMiB());
      run = await client.readRun(run.id);
      if (run.progress.kind === "finalizing") finalizingAt ??= Date.now();
    }
    if (run.outcome !== "succeeded")
      throw new Error(`the pack ended as ${run.outcome}: ${JSON.stringify(run.failure)}`);
    const entries = run.summaryCounts.total ?? 0;
    const writingMs = finalizingAt === null ? durationMs(run) : finalizingAt - startedAt;
    const highestMiB = statusMiB(pid, "VmHWM");
    const { archiveBytes, contentBytes } = await checkedArchive(url, run.id, entries);
    const finalizingMs = finalizingAt === null ? null : durationMs(run) - writingMs;
    return {
      entries,
      archiveBytes,
      contentBytes,
      writingMs,
      finalizingMs,
      highestHeapMiB,
      beforeHeapMiB,
      beforeMiB,
      highestMiB,
    };
  } finally {
    heap.close();
  }
}

/** Downloads the archive and has Python read all of it. */
async function checkedArchive(url: string, runId: string, entries: number) {
  const list = reviewPackListSchema.parse(await (await fetch(`${url}${TENANT_PATH}/review-packs`)).json());
  const pack = list.items.find((each) => each.runId === runId);
  const file = path.join(HOME, "pack.zip");
  writeFileSync(file, Buffer.from(await (await fetch(url + (pack?.downloadHref ?? ""))).arrayBuffer()));
  const program =
    "import sys,json,zipfile;z=zipfile.ZipFile(sys.argv[1]);assert z.testzip() is None;i=z.infolist();print(json.dumps({'entries':len(i),'contentBytes':sum(e.file_size for e in i)}))";
  const checked = z
    .object({ entries: z.int(), contentBytes: z.int() })
    .parse(JSON.parse(execFileSync("python3", ["-c", program, file], { encoding: "utf8" })));
  if (checked.entries !== entries)
    throw new Error(`${entries} entries were counted, and ${checked.entries} are in the archive`);
  return { archiveBytes: readFileSync(file).byteLength, contentBytes: checked.contentBytes };
}
