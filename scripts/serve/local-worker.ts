/** One Worker served by the local runtime (a workerd process, which Miniflare starts again should it crash). */
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import type { WorkerBundle } from "../setup/worker-bundle.ts";
import { StartError } from "../start-error.ts";
import type { WriteLog } from "./log-file.ts";
import { LOCAL_HOST } from "./ports.ts";
import { claimStopSignals } from "./stop-signals.ts";

const PROBE_INTERVAL_MS = 50;

export interface LocalWorkerOptions {
  bundle: WorkerBundle;
  port: number;
  /** Where D1, R2 and Durable Objects keep their files. */
  persistTo: string;
  /** Variables beside those of its configuration. */
  bindings: Record<string, string>;
  log: WriteLog;
  /**
   * Hands messages of queues to their consumers without waiting for a batch to fill. A deployment waits to be charged for fewer
   * operations; here that wait is most of what a small run takes.
   */
  deliverAtOnce?: boolean;
  /** Where the isolate can be looked into; for measuring. */
  inspectorPort?: number;
}

/** Passes the runtime's own messages to the log file. */
class FileLog extends Log {
  readonly #write: (level: string, message: string) => void;

  constructor(write: (level: string, message: string) => void) {
    super(LogLevel.WARN);
    this.#write = write;
  }

  override logWithLevel(level: LogLevel, message: string): void {
    if (level <= LogLevel.WARN) this.#write(LogLevel[level].toLowerCase(), message);
  }
}

export class LocalWorker {
  readonly #runtime: Miniflare;
  readonly #name: string;
  readonly #port: number;
  readonly #log: WriteLog;

  constructor({ bundle, port, persistTo, bindings, log, deliverAtOnce, inspectorPort }: LocalWorkerOptions) {
    const { name, options, vars } = bundle.config;
    const atOnce = deliverAtOnce === true ? { maxBatchTimeout: 0 } : {};
    const queueConsumers = Object.fromEntries(
      Object.entries(options.queueConsumers).map(([queue, consumer]) => [queue, { ...consumer, ...atOnce }]),
    );
    this.#name = name;
    this.#port = port;
    this.#log = log;
    this.#runtime = new Miniflare(
      convertV4MiniflareOptions({
        host: LOCAL_HOST,
        port,
        // Offline: no look-up of where this machine is, no pages of the runtime's own beside ours, no request log.
        cf: false,
        unsafeLocalExplorer: false,
        unsafeObservability: false,
        unsafeTriggerHandlers: false,
        logRequests: false,
        telemetry: { enabled: false },
        resourcePersistencePath: persistTo,
        ...(inspectorPort === undefined ? {} : { inspectorPort }),
        log: new FileLog((level, message) => log(name, level, message)),
        handleStructuredLogs: ({ level, message }) => log(name, level, message),
        workers: [
          {
            ...options,
            queueConsumers,
            name,
            bindings: { ...vars, ...bindings },
            modules: [{ type: "ESModule", path: "index.js", contents: bundle.code }],
          },
        ],
      }),
    );
    claimStopSignals();
  }

  /** Resolves when the runtime listens. */
  async ready(): Promise<void> {
    await this.#runtime.ready;
  }

  /** Waits until a GET of the path is answered with success. */
  async waitFor(path: string, timeoutMs: number): Promise<void> {
    const address = `http://${LOCAL_HOST}:${this.#port}${path}`;
    const deadline = Date.now() + timeoutMs;
    let last = "no answer";
    while (Date.now() < deadline) {
      try {
        const response = await fetch(address);
        await response.arrayBuffer();
        if (response.ok) return;
        last = `status ${response.status}`;
      } catch (error) {
        last = error instanceof Error ? error.message : String(error);
      }
      await new Promise((resolve) => setTimeout(resolve, PROBE_INTERVAL_MS));
    }
    throw new StartError(`${address} does not answer as it should (${last}).`);
  }

  /** Fires the Worker's cron once. A failure is the Worker's to tell in its log; the next minute tries again. */
  async runScheduled(): Promise<void> {
    try {
      const worker = await this.#runtime.getWorker();
      await worker.scheduled({ cron: "* * * * *" });
    } catch (error) {
      this.#log(this.#name, "warn", `cron: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  async stop(): Promise<void> {
    await this.#runtime.dispose();
  }
}
