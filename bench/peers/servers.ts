/** Redis and PostgreSQL on loopback ports, with data in folders of their own, ended and removed afterwards. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

const READY_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 10_000;
const LOCAL_HOST = "127.0.0.1";

export interface Server {
  stop(): Promise<void>;
}

/** What keeps a peer from being measured, in words for a person. */
export class PeerUnavailable extends Error {
  override name = "PeerUnavailable";
}

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** Append-only file on, as a queue that must not lose jobs has it; synced once a second, Redis's default. */
export async function startRedis(port: number): Promise<Server> {
  const binary = findOrInstall("redis-server", () => which("redis-server"));
  const directory = mkdtempSync(path.join(tmpdir(), "tenantatlas-redis-"));
  const parameters = [
    "--port",
    String(port),
    "--bind",
    LOCAL_HOST,
    "--dir",
    directory,
    "--appendonly",
    "yes",
    "--save",
    "",
  ];
  return started(spawn(binary, parameters, { stdio: "ignore" }), port, directory);
}

/** Default settings: durable commits (`fsync`, `synchronous_commit`). PostgreSQL refuses root, so root runs it as its own user. */
export async function startPostgres(port: number): Promise<Server> {
  const binaries = findOrInstall("postgresql", postgresBinaries);
  const directory = mkdtempSync(path.join(tmpdir(), "tenantatlas-postgres-"));
  const account = process.getuid?.() === 0 ? accountOf("postgres") : null;
  if (account !== null) chownSync(directory, account.uid, account.gid);
  const data = path.join(directory, "data");
  execFileSync(path.join(binaries, "initdb"), ["-D", data, "-U", "bench", "--auth=trust"], {
    ...account,
    cwd: directory,
    stdio: "ignore",
  });
  const parameters = ["-D", data, "-p", String(port), "-k", directory, "-c", `listen_addresses=${LOCAL_HOST}`];
  const child = spawn(path.join(binaries, "postgres"), parameters, { ...account, cwd: directory, stdio: "ignore" });
  return started(child, port, directory);
}

async function started(child: ChildProcess, port: number, directory: string): Promise<Server> {
  running.add(child);
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => {
      running.delete(child);
      resolve();
    });
  });
  const stop = async (): Promise<void> => {
    // PostgreSQL: "fast", which does not wait for clients.
    child.kill("SIGINT");
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
    await exited;
    clearTimeout(timer);
    rmSync(directory, { recursive: true, force: true });
  };
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (!(await answers(port))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new PeerUnavailable(`the server on port ${port} did not start`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { stop };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, LOCAL_HOST);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

/** Finds a program; where it is missing and this is root on a Debian, installs its package first. */
function findOrInstall(debianPackage: string, find: () => string | null): string {
  const found = find();
  if (found !== null) return found;
  const missing = `${debianPackage} is not installed (apt-get install ${debianPackage})`;
  if (process.getuid?.() !== 0 || which("apt-get") === null) throw new PeerUnavailable(missing);
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  spawnSync("apt-get", ["update"], { stdio: "ignore", env: environment });
  spawnSync("apt-get", ["install", "-y", "--no-install-recommends", debianPackage], {
    stdio: "ignore",
    env: environment,
  });
  const installed = find();
  if (installed === null) throw new PeerUnavailable(missing);
  return installed;
}

function which(program: string): string | null {
  const folders = [...(process.env["PATH"] ?? "").split(path.delimiter), "/usr/sbin", "/usr/local/sbin"];
  return folders.map((folder) => path.join(folder, program)).find((file) => existsSync(file)) ?? null;
}

/** Debian keeps them out of the PATH, one folder a version. */
function postgresBinaries(): string | null {
  const root = "/usr/lib/postgresql";
  const versions = existsSync(root) ? readdirSync(root).toSorted((a, b) => Number(b) - Number(a)) : [];
  const found = versions
    .map((version) => path.join(root, version, "bin"))
    .find((folder) => existsSync(path.join(folder, "initdb")));
  const inPath = which("initdb");
  return found ?? (inPath === null ? null : path.dirname(inPath));
}

function accountOf(user: string): { uid: number; gid: number } {
  const id = (flag: string): number => Number(execFileSync("id", [flag, user], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}
