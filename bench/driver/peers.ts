/** The peers, each measured by a process of its own from a package of its own (bench/peers), which is installed on demand. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { readPort } from "../../scripts/serve/ports.ts";
import { type Sample, sampleOf } from "./statistics.ts";
import { perSecond } from "./throughput.ts";

const FOLDER = path.join(import.meta.dirname, "../peers");
export const PEER_UNITS = 10_000;
/** Far above what any repetition takes: a peer that hangs must not hold the bench. */
const TIMEOUT_MS = 5 * 60_000;
const PEERS = [
  {
    key: "bullmq",
    what: "BullMQ on Redis (append-only file), a flow of children",
    target: 2,
    port: readPort("BENCH_REDIS_PORT", 18_851),
  },
  {
    key: "graphile-worker",
    what: "graphile-worker on PostgreSQL, a receipt and a counter row",
    target: 8,
    port: readPort("BENCH_POSTGRES_PORT", 18_852),
  },
];

const answerSchema = z.union([z.object({ milliseconds: z.array(z.number()) }), z.object({ reason: z.string() })]);

export interface PeerTimes {
  what: string;
  units: number;
  /** How many times faster one unit a message has to be. */
  target: number;
  unitsPerSecond: Sample | null;
  /** Why it was not measured. */
  reason: string | null;
}

/** Measures the peers one after the other; `between` is called before, between and after them, for our own turns. */
export async function measurePeers(
  repetitions: number,
  say: (what: string) => void,
  between: () => Promise<void>,
): Promise<PeerTimes[]> {
  const missing = installPackages(say);
  const measured: PeerTimes[] = [];
  await between();
  for (const { key, what, target, port } of PEERS) {
    say(what);
    const answer = missing === null ? await measure(key, repetitions, port) : { reason: missing };
    const failed = "reason" in answer;
    measured.push({
      what,
      units: PEER_UNITS,
      target,
      unitsPerSecond: failed ? null : sampleOf(answer.milliseconds.map((time) => perSecond(PEER_UNITS, time))),
      reason: failed ? answer.reason : null,
    });
    await between();
  }
  return measured;
}

/** Returns why the peers cannot be measured, or null. */
function installPackages(say: (what: string) => void): string | null {
  if (existsSync(path.join(FOLDER, "node_modules/.package-lock.json"))) return null;
  say("installing the peers");
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"], {
    cwd: FOLDER,
    stdio: "ignore",
  });
  return status === 0 ? null : "npm ci failed in bench/peers";
}

async function measure(key: string, repetitions: number, port: number): Promise<z.infer<typeof answerSchema>> {
  const parameters = [path.join(FOLDER, "run.ts"), key, String(PEER_UNITS), String(repetitions), String(port)];
  const child = spawn(process.execPath, parameters, {
    cwd: FOLDER,
    stdio: ["ignore", "pipe", "inherit"],
    // Its servers go with it (`servers.ts` ends them when it is asked to end).
    timeout: TIMEOUT_MS,
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code !== 0) return { reason: `it ended with ${code ?? "a signal"}` };
  return answerSchema.parse(JSON.parse(output.trim().split("\n").at(-1) ?? ""));
}
