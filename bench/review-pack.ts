/**
 * `npm run bench:pack`: review packs of tenants of 1,000 and 10,000 policies, with every option: bytes, seconds, memory. Prints
 * a table. Needs Python 3, which reads the archives back.
 *
 *   npm run bench:pack -- [--policies 1000,10000]
 */
import { parseArgs } from "node:util";
import { isPortFree, readPort } from "../scripts/serve/ports.ts";
import { onStopSignal } from "../scripts/serve/stop-signals.ts";
import { type PackBench, type PackUse, preparePackBench } from "./driver/packs.ts";

const PORT = readPort("BENCH_PORT", 18_841);

// As `npm start` does: no reports home, no tracing (it costs two to five times in speed).
Object.assign(process.env, {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_LOG: "error",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  X_LOCAL_OBSERVABILITY: "false",
});

const { values: options } = parseArgs({ options: { policies: { type: "string", default: "1000,10000" } } });
let bench: PackBench | null = null;
onStopSignal(() => void end(130));
process.on("disconnect", () => void end(130));

try {
  for (const port of [PORT, PORT + 1]) {
    if (!(await isPortFree(port))) throw new Error(`Port ${port} is in use: choose another with BENCH_PORT.`);
  }
  bench = await preparePackBench(PORT, say);
  const uses: PackUse[] = [];
  for (const policies of options.policies.split(",")) uses.push(await bench.measure(Number(policies)));
  console.log(`\n${table(uses)}`);
  await end(0);
} catch (error) {
  console.error(error);
  await end(1);
}

function table(uses: readonly PackUse[]): string {
  const heading = [
    "policies",
    "entries",
    "archive",
    "unpacked",
    "writing",
    "finalizing",
    "isolate's heap and buffers: before, highest",
    "whole runtime, resident: before, highest",
  ];
  const rows = uses.map((use) => [
    use.policies.toLocaleString("en"),
    use.entries.toLocaleString("en"),
    `${use.archiveBytes.toLocaleString("en")} bytes`,
    `${use.contentBytes.toLocaleString("en")} bytes`,
    `${(use.writingMs / 1_000).toFixed(1)} s`,
    use.finalizingMs === null ? "under 1 s" : `${(use.finalizingMs / 1_000).toFixed(1)} s`,
    `${use.beforeHeapMiB.toFixed(0)} MiB, ${use.highestHeapMiB.toFixed(0)} MiB`,
    `${use.beforeMiB.toFixed(0)} MiB, ${use.highestMiB.toFixed(0)} MiB`,
  ]);
  return [heading, heading.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function say(what: string): void {
  console.log(`${new Date().toISOString().slice(11, 19)}  ${what}`);
}

async function end(code: number): Promise<never> {
  await bench?.end();
  process.exit(code);
}
