/**
 * Starts the simulator in this process: bundled by esbuild, run by Miniflare, without Wrangler's proxy, watcher, inspector
 * and registry in between. For tests, and for `npm start` (see docs/simulator.md).
 */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";

export interface SimulatorOptions {
  /** 0, the default, takes a free port. */
  port?: number;
  /** Folder that keeps the tenants between starts. Without one they are gone when the simulator stops. */
  persistTo?: string;
  quiet?: boolean;
}

export interface RunningSimulator {
  /** Origin without a trailing slash: `http://127.0.0.1:NNNN`. */
  url: string;
  stop(): Promise<void>;
}

const ENTRY = fileURLToPath(new URL("src/index.ts", import.meta.url).href);

/** Resolves when requests succeed. Throws when the port is taken. */
export async function startSimulatorProcess(options: SimulatorOptions = {}): Promise<RunningSimulator> {
  // Read by Miniflare: offline there is nothing to fetch, and local tracing costs two to five times in speed.
  process.env["CLOUDFLARE_CF_FETCH_ENABLED"] = "false";
  process.env["X_LOCAL_OBSERVABILITY"] = "false";
  const bundle = await build({
    entryPoints: [ENTRY],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["workerd", "worker", "import"],
    external: ["cloudflare:*"],
    logLevel: "error",
  });
  const script = bundle.outputFiles[0]?.text;
  if (script === undefined) throw new Error("esbuild made no output");
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      name: "tenantatlas-graph-simulator",
      modules: [{ type: "ESModule", path: "index.mjs", contents: script }],
      compatibilityDate: "2026-11-01",
      durableObjects: { TENANTS: { className: "SimulatedTenant", useSQLite: true } },
      host: "127.0.0.1",
      port: options.port ?? 0,
      cf: false,
      // Planned faults make the runtime report broken streams, which would read as failures of a test.
      ...(options.quiet === true ? { handleStructuredLogs: () => {} } : {}),
      log: new Log(options.quiet === true ? LogLevel.NONE : LogLevel.WARN),
      ...(options.persistTo === undefined ? {} : { resourcePersistencePath: options.persistTo }),
    }),
  );
  try {
    const url = (await miniflare.ready).origin;
    const health = await fetch(`${url}/healthz`);
    if (!health.ok) throw new Error(`the simulator answers ${health.status}`);
    return { url, stop: () => miniflare.dispose() };
  } catch (error) {
    await miniflare.dispose();
    throw error;
  }
}
