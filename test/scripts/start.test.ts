/** What `npm start` refuses, and how it ends when it is interrupted before anything runs. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { allGone, identityOf, type ProcessIdentity } from "../../scripts/processes.mjs";
import { projectRoot } from "../../scripts/dependencies.mjs";
import { isPortFree } from "../../scripts/serve/ports.ts";
import { waitFor } from "../support/wait.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "tenantatlas-start-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function startRefused(environment: Record<string, string>, parameters: string[] = []) {
  const child = spawn(process.execPath, [path.join(projectRoot, "scripts/start.ts"), ...parameters], {
    cwd: projectRoot,
    env: { ...process.env, PORT: "", SIMULATOR_PORT: "", TENANTATLAS_STATE_DIR: folder, ...environment },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let output = "";
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
  const [code] = await once(child, "close");
  return { code, output };
}

describe("npm start", () => {
  it("tells in one line what is wrong with a setting or an option, and touches nothing", async () => {
    const cases: [Record<string, string>, string[], string][] = [
      [{ PORT: "80a" }, [], 'PORT must be a port number, not "80a".\n'],
      [
        { PORT: "18870", SIMULATOR_PORT: "18870" },
        [],
        "PORT and SIMULATOR_PORT must be two different ports, not both 18870.\n",
      ],
      [{ TENANTATLAS_GRAPH_URL: "graph.example" }, [], "TENANTATLAS_GRAPH_URL must be an http or https address.\n"],
      [{}, ["--rest"], 'Unknown option "--rest": the only one is --reset.\n'],
      [{ npm_config_reset: "true" }, [], "To begin afresh, write: npm start -- --reset\n"],
    ];
    for (const [environment, parameters, message] of cases) {
      expect(await startRefused(environment, parameters)).toEqual({ code: 1, output: message });
    }
    expect(existsSync(path.join(folder, "state"))).toBe(false);
  });

  it("takes a port for used when a browser that asks for localhost would reach another program there", async () => {
    const other = createServer();
    other.listen({ port: 0, host: "::1" });
    await once(other, "listening");
    const address = other.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    expect(await isPortFree(port)).toBe(false);
    other.close();
    await once(other, "close");
    expect(await isPortFree(port)).toBe(true);
  });

  it("hears a signal that came while the tools underneath were being loaded", async () => {
    // The tool's listener takes the signal, and is replaced by ours before the signal has been passed to it.
    const script = `
      import { onStopSignal } from ${JSON.stringify(path.join(projectRoot, "scripts/serve/stop-signals.ts"))};
      process.on("SIGINT", () => {});
      process.kill(process.pid, "SIGINT");
      onStopSignal((signal) => process.stdout.write(signal, () => process.exit(0)));
      setTimeout(() => process.exit(1), 2_000);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
    await once(child, "close");
    expect(output).toBe("SIGINT");
  });

  it("takes npm with it when it is interrupted during the installation, so that the next start can install", async () => {
    const scripts = path.join(folder, "scripts");
    mkdirSync(scripts);
    for (const name of ["bootstrap.mjs", "dependencies.mjs", "processes.mjs"]) {
      cpSync(path.join(projectRoot, "scripts", name), path.join(scripts, name));
    }
    // A stand-in for npm, which goes on for a minute after a signal, and for the install script that it runs.
    const pids = path.join(folder, "pids.json");
    writeFileSync(
      path.join(folder, "npm.js"),
      `for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
       const script = require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
       require("node:fs").writeFileSync(${JSON.stringify(pids)}, JSON.stringify([process.pid, script.pid]));`,
    );
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      const child = spawn(process.execPath, [path.join(scripts, "bootstrap.mjs"), "scripts/start.ts"], {
        env: { ...process.env, npm_execpath: path.join(folder, "npm.js") },
        stdio: "ignore",
      });
      const ended = once(child, "exit");
      let installing: ProcessIdentity[] = [];
      await waitFor("the installation to be under way", async () => {
        if (!existsSync(pids)) return false;
        const found: unknown = JSON.parse(readFileSync(pids, "utf8") || "[]");
        installing = Array.isArray(found) ? found.flatMap((pid) => identityOf(Number(pid)) ?? []) : [];
        return installing.length === 2;
      });
      child.kill(signal);
      expect((await ended)[0]).not.toBe(0);
      expect(await allGone(installing, 2_000)).toBe(true);
      rmSync(pids);
    }
  });
});
