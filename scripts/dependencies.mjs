/**
 * Whether the dependencies are there and work, and their installation when they do not. Runs on Node 20 without any.
 *
 * npm writes `node_modules/.package-lock.json` at the end of an installation, as the record of what it has put there. That
 * record, compared with the repository's lock file, tells a finished installation of this very version from everything
 * else: none, an older one, one that was interrupted.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const projectRoot = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Programs that packages fetch or link in an install script, which an npm may have been told to skip. */
const PROGRAMS = [
  { package: "node", file: ".bin/node", arguments: ["--version"] },
  { package: "workerd", file: ".bin/workerd", arguments: ["--version"] },
  { package: "esbuild", file: ".bin/esbuild", arguments: ["--version"] },
];

/**
 * Installs what is missing; returns at once when nothing is.
 * @param {AbortSignal} interruption ends an installation at once; what it leaves behind is not taken for installed.
 * @throws {Error} with a message for people, when it cannot be done.
 */
export async function ensureDependencies(interruption) {
  if (!isInstalled(projectRoot)) {
    console.error("Installing dependencies …");
    await runNpm(["ci", "--no-audit", "--no-fund", "--loglevel=error"], interruption);
    if (!isInstalled(projectRoot)) throw new Error("npm ci ended without installing what package-lock.json lists.");
  }
  let broken = brokenPrograms();
  if (broken.length === 0) return;
  console.error(`Running the install scripts of ${broken.join(", ")}, which npm has skipped …`);
  await runNpm(["rebuild", "--ignore-scripts=false", "--foreground-scripts", ...broken], interruption);
  broken = brokenPrograms();
  if (broken.length > 0) {
    throw new Error(`${broken.join(", ")} cannot run on this machine. Remove node_modules and try again.`);
  }
}

/**
 * True when `node_modules` holds what the lock file lists.
 * @param {string} root
 */
export function isInstalled(root) {
  const wanted = readPackages(path.join(root, "package-lock.json"));
  const present = readPackages(path.join(root, "node_modules", ".package-lock.json"));
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(([location, entry]) => {
    if (location === "") return true;
    const installed = present[location];
    // Left out on purpose: a program for another system.
    if (!installed) return entry.optional === true || entry.devOptional === true;
    return installed.version === entry.version && existsSync(path.join(root, location, "package.json"));
  });
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean, devOptional?: boolean }> | null}
 */
function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    return null;
  }
}

function brokenPrograms() {
  return PROGRAMS.filter((program) => {
    const file = path.join(projectRoot, "node_modules", program.file);
    return spawnSync(file, program.arguments, { stdio: "ignore", timeout: 20_000 }).status !== 0;
  }).map((program) => program.package);
}

/**
 * @param {string[]} parameters
 * @param {AbortSignal} interruption
 */
function runNpm(parameters, interruption) {
  // The npm that runs this script, when one does; it need not be on the PATH.
  const npm = process.env.npm_execpath?.endsWith(".js") ? process.env.npm_execpath : null;
  const [command, prefix] = npm ? [process.execPath, [npm]] : ["npm", []];
  // A process group of its own: asked to stop, npm installs to the end and then removes everything again, which takes a
  // minute and spoils the next installation. So it is not asked but killed, with the install scripts that it runs.
  const child = spawn(command, [...prefix, ...parameters], {
    cwd: projectRoot,
    detached: true,
    stdio: ["ignore", 2, 2],
  });
  const kill = () => {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  };
  interruption.addEventListener("abort", kill, { once: true });
  return new Promise((resolve, reject) => {
    child.on("error", (error) => reject(new Error(`npm cannot be run: ${error.message}`)));
    child.on("exit", (code) => {
      interruption.removeEventListener("abort", kill);
      if (code === 0) resolve(undefined);
      else reject(new Error(`npm ${parameters[0]} ${interruption.aborted ? "was interrupted" : "failed"}.`));
    });
  });
}
