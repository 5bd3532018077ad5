/** `npm start` as a whole: it stops in good order, and no hard kill of any of its processes stands in the way of the next start. */
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isPortFree } from "../../scripts/serve/ports.ts";
import { meSchema } from "../../src/contract/access.ts";
import { killHard } from "../support/kill-hard.ts";
import { IN_WHOLE, sized } from "../support/thoroughness.ts";
import { waitFor } from "../support/wait.ts";

const PORT = 18_835;
const SIMULATOR_PORT = 18_836;
const READY = `TenantAtlas is ready at http://localhost:${PORT}`;

let stateDirectory: string;
beforeAll(() => {
  stateDirectory = mkdtempSync(path.join(tmpdir(), "tenantatlas-start-"));
  // As an older start has left it.
  chmodSync(stateDirectory, 0o755);
});
afterAll(() => rmSync(stateDirectory, { recursive: true, force: true }));

interface Start {
  npm: ChildProcess;
  output(): string;
  exit: Promise<number | null>;
}

function start(...parameters: string[]): Start {
  const npm = spawn("npm", ["start", "--", ...parameters], {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      PORT: String(PORT),
      SIMULATOR_PORT: String(SIMULATOR_PORT),
      TENANTATLAS_STATE_DIR: stateDirectory,
    },
  });
  let output = "";
  for (const stream of [npm.stdout, npm.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const exit = new Promise<number | null>((resolve) => npm.once("exit", resolve));
  return { npm, output: () => output, exit };
}

async function startReady(...parameters: string[]): Promise<Start> {
  const started = start(...parameters);
  await waitFor(
    "the start to be ready",
    async () => {
      if (started.npm.exitCode !== null) throw new Error(`npm start ended:\n${started.output()}`);
      return started.output().includes(READY);
    },
    120_000,
  );
  return started;
}

async function stop(started: Start): Promise<void> {
  started.npm.kill("SIGTERM");
  await started.exit;
}

/** The process, its children, theirs, …: from the top down. */
function familyOf(pid: number): { pid: number; command: string }[] {
  const all = readdirSync("/proc").flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, "utf8");
      const command = readFileSync(`/proc/${entry}/cmdline`, "utf8").replaceAll("\0", " ");
      return [{ pid: Number(entry), parent: Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]), command }];
    } catch {
      return [];
    }
  });
  const family = all.filter((process) => process.pid === pid);
  for (const { pid: parent } of family) family.push(...all.filter((process) => process.parent === parent));
  return family;
}

function memberOf(started: Start, words: RegExp): number {
  const found = familyOf(started.npm.pid ?? 0).find(({ command }) => words.test(command));
  if (!found) throw new Error(`no process ${words}`);
  return found.pid;
}

const START_SCRIPT = /bin\/node .*scripts\/start\.ts/;
const RUNTIME = /workerd serve/;

/** It exits with 0, and nothing is left: no process, no port, no claim. */
async function expectGoodEnd(started: Start, signal: "SIGTERM" | "SIGINT"): Promise<void> {
  const family = familyOf(started.npm.pid ?? 0);
  started.npm.kill(signal);
  expect(await started.exit, signal).toBe(0);
  expect(await portsAreFree()).toBe(true);
  expect(family.filter(({ pid }) => existsSync(`/proc/${pid}`))).toEqual([]);
  expect(readdirSync(stateDirectory)).not.toContain("tenantatlas.pid.json");
  // Nobody else on the machine reads what is in it.
  expect(statSync(stateDirectory).mode & 0o777).toBe(0o700);
  expect(started.output().split(READY)).toHaveLength(2);
}

const portsAreFree = async (): Promise<boolean> => (await isPortFree(PORT)) && (await isPortFree(SIMULATOR_PORT));

const RUNS = `http://localhost:${PORT}/api/tenants/outside/operations`;
const AS_OUTSIDER = { "content-type": "application/json", "x-local-user": "outsider@example.test" };

/** How many runs the product knows of; -1 where it does not tell. */
async function countOfRuns(): Promise<number> {
  const list: unknown = await (await fetch(RUNS, { headers: AS_OUTSIDER })).json();
  return typeof list === "object" && list !== null && "items" in list && Array.isArray(list.items)
    ? list.items.length
    : -1;
}

describe("npm start", () => {
  it("keeps its state between starts, and stops in good order", async () => {
    let started = await startReady();
    expect(await countOfRuns()).toBe(0);
    const page = await fetch(`http://localhost:${PORT}/t/contoso`);
    expect(page.headers.get("content-type")).toContain("text/html");
    const me = meSchema.parse(await (await fetch(`http://localhost:${PORT}/api/me`)).json());
    expect(me.user.email).toBe("owner@example.test");
    const body = JSON.stringify({ type: "inventory.sync", input: { families: [] } });
    expect((await fetch(RUNS, { method: "POST", headers: AS_OUTSIDER, body })).status).toBe(202);
    await expectGoodEnd(started, "SIGTERM");
    started = await startReady();
    expect(await countOfRuns()).toBe(1);
    await expectGoodEnd(started, "SIGINT");
  });

  it("begins afresh when asked to, starts again after a hard kill of any of its processes, and leaves nothing of the former start", async () => {
    let former = await startReady("--reset");
    expect(await countOfRuns()).toBe(0);
    // After the runtime the script is killed as well.
    const whole = sized([/^npm start/, RUNTIME, null], [/^npm start/, /bootstrap\.mjs/, START_SCRIPT, RUNTIME, null]);
    for (const words of IN_WHOLE ? whole : [RUNTIME, null]) {
      const family = familyOf(former.npm.pid ?? 0);
      if (words === null) for (const { pid } of family) killHard(pid);
      else process.kill(memberOf(former, words), "SIGKILL");
      if (words === RUNTIME) {
        // The runtime comes back by itself; only then is the start itself taken away.
        await waitFor("the runtime to come back", async () => {
          const answers = [PORT, SIMULATOR_PORT].map((port) =>
            fetch(`http://127.0.0.1:${port}/healthz`).catch(() => null),
          );
          return (await Promise.all(answers)).every((answer) => answer !== null);
        });
        process.kill(memberOf(former, START_SCRIPT), "SIGKILL");
      }
      const next = await startReady();
      const left = family.filter(({ pid }) => existsSync(`/proc/${pid}/exe`));
      expect(
        left.map(({ command }) => command),
        `after a kill of ${words ?? "all"}`,
      ).toEqual([]);
      former = next;
    }

    // A second start from the same folder is refused, and does the first no harm.
    const second = start();
    expect(await second.exit).toBe(1);
    expect(second.output()).toContain(`http://localhost:${PORT}): stop it first.`);
    expect((await fetch(`http://localhost:${PORT}/healthz`)).status).toBe(200);
    await stop(former);
    expect(await portsAreFree()).toBe(true);
  });

  it("says in one line that a port is taken, and by which setting to choose another", async () => {
    const other = await new Promise<Server>((resolve) => {
      const server = createServer().listen(SIMULATOR_PORT, "127.0.0.1", () => resolve(server));
    });
    const started = start();
    expect(await started.exit).toBe(1);
    const lines = started
      .output()
      .split("\n")
      .filter((line) => line.includes(String(SIMULATOR_PORT)));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain("SIMULATOR_PORT");
    other.close();
  });
});
