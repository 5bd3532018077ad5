/** Starts the product as a user does, on ports and state of its own, and kills it as hard as asked. Node only. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { killHard } from "./kill-hard.ts";
import { waitFor } from "./wait.ts";

export interface Product {
  url: string;
  simulatorUrl: string;
  /** Ends it in good order. The state folder stays, for the next start. */
  stop(): Promise<void>;
  /** SIGKILL to everything that belongs to it, without a word of warning. */
  kill(): Promise<void>;
  /** The output so far, for a failure's message. */
  output(): string;
}

export interface ProductHome {
  readonly stateDirectory: string;
  /** Where the product answers once it is started. */
  readonly url: string;
  start(): Promise<Product>;
  /** Kills the runtime alone, and waits until what watches over it has started it again. */
  killRuntimes(): Promise<void>;
  remove(): void;
}

const READY = /TenantAtlas is ready at (http:\S+)/;
const READY_TIMEOUT_MS = 120_000;
/** What the start notes of the processes that it watches over. */
const claimSchema = z.object({ processes: z.array(z.object({ pid: z.int() })) });

/** A state folder and ports that outlive a start, so that a kill can be followed by a start. */
export async function productHome(
  environment: Record<string, string> | ((url: string) => Record<string, string>) = {},
  stateDirectory = mkdtempSync(path.join(tmpdir(), "tenantatlas-")),
): Promise<ProductHome> {
  const [port, simulatorPort] = [await freePort(), await freePort()];
  const url = `http://localhost:${port}`;
  return {
    url,
    stateDirectory,
    killRuntimes: async () => {
      const claim = claimSchema.parse(
        JSON.parse(readFileSync(path.join(stateDirectory, "tenantatlas.pid.json"), "utf8")),
      );
      for (const { pid } of claim.processes) killHard(pid);
      const healthy = async (): Promise<boolean> => {
        try {
          return (await fetch(`http://127.0.0.1:${port}/healthz`)).ok;
        } catch {
          return false;
        }
      };
      await waitFor("the product to answer again", healthy);
    },
    start: () =>
      startProduct(port, simulatorPort, {
        ...(typeof environment === "function" ? environment(url) : environment),
        PORT: String(port),
        SIMULATOR_PORT: String(simulatorPort),
        TENANTATLAS_STATE_DIR: stateDirectory,
      }),
    remove: () => rmSync(stateDirectory, { recursive: true, force: true }),
  };
}

async function startProduct(
  port: number,
  simulatorPort: number,
  environment: Record<string, string>,
): Promise<Product> {
  // A process group of its own: the kill takes npm, our scripts and the runtime at once.
  const child = spawn("npm", ["start"], {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...environment },
  });
  let output = "";
  const ready = Promise.withResolvers<void>();
  const exited = Promise.withResolvers<void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString("utf8");
      if (READY.test(output)) ready.resolve();
    });
  }
  child.on("exit", (code, signal) => {
    exited.resolve();
    ready.reject(new Error(`npm start ended (${code ?? signal}) before it was ready:\n${output}`));
  });
  const timer = setTimeout(
    () => ready.reject(new Error(`npm start was not ready in time:\n${output}`)),
    READY_TIMEOUT_MS,
  );
  try {
    await ready.promise;
  } catch (error) {
    signalGroup(child, "SIGKILL");
    throw error;
  } finally {
    clearTimeout(timer);
  }
  return {
    url: `http://localhost:${port}`,
    simulatorUrl: `http://127.0.0.1:${simulatorPort}`,
    output: () => output,
    stop: async () => {
      signalGroup(child, "SIGTERM");
      await exited.promise;
    },
    kill: async () => {
      signalGroup(child, "SIGKILL");
      await exited.promise;
    },
  };
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  process.kill(-child.pid, signal);
}

/** Below the ports that the system gives to outgoing connections, which could take one between the look and the start. */
const PORTS = { from: 20_000, to: 32_000 };

async function freePort(): Promise<number> {
  for (;;) {
    const port = PORTS.from + Math.floor(Math.random() * (PORTS.to - PORTS.from));
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
