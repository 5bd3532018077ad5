/**
 * Adds to the lock files what npm leaves out where the registry in use does not carry the packages of other systems:
 * their entries as optional dependencies (name, version, system). Without them `npm ci` calls the file out of sync and
 * refuses to install anything (decisions/032-lockfile-of-every-system.md). Run it after `npm install`.
 *
 *   node scripts/complete-lockfile.mjs [--check]
 */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/**
 * @typedef {{ version?: string, dev?: boolean, optionalDependencies?: Record<string, string> }} LockEntry
 * @typedef {{ packages: Record<string, LockEntry> }} Lockfile
 */

/** The product's, and that of the systems that the bench measures beside it. */
export const LOCKFILES = ["package-lock.json", "bench/peers/package-lock.json"];

const SYSTEMS = ["aix", "android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos", "win32"];
const PROCESSORS = ["arm64", "arm", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x", "wasm32", "x64"];

/**
 * The entries that are missing, by their place in `node_modules`.
 * @param {Lockfile} lockfile
 */
export function missingEntries(lockfile) {
  /** @type {Record<string, object>} */
  const missing = {};
  for (const [location, entry] of Object.entries(lockfile.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (resolves(lockfile, location, name)) continue;
      const dev = entry.dev === true ? { dev: true } : {};
      missing[`node_modules/${name}`] = { version, ...systemOf(name), ...dev, optional: true };
    }
  }
  return missing;
}

/**
 * Whether a package at `location` finds `name`, the way Node looks for it: beside itself, then further up.
 * @param {Lockfile} lockfile
 * @param {string} location
 * @param {string} name
 */
function resolves(lockfile, location, name) {
  for (let base = location; ; base = base.slice(0, Math.max(0, base.lastIndexOf("/node_modules/")))) {
    if (lockfile.packages[path.posix.join(base, "node_modules", name)]) return true;
    if (base === "") return false;
  }
}

/**
 * What a package's name says of the system it is for: npm skips a package of another one without asking for it.
 * @param {string} name
 */
function systemOf(name) {
  const words = name.replace("windows", "win32").replace(/-64$/, "-x64").split(/[/-]/);
  const os = SYSTEMS.find((system) => words.includes(system));
  const cpu = PROCESSORS.find((processor) => words.includes(processor));
  const libc = words.some((word) => word.startsWith("musl")) ? "musl" : words.includes("gnu") ? "glibc" : undefined;
  return { ...(cpu && { cpu: [cpu] }), ...(os && { os: [os] }), ...(os === "linux" && libc && { libc: [libc] }) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = path.join(import.meta.dirname ?? path.dirname(fileURLToPath(import.meta.url)), "..");
  for (const name of LOCKFILES) {
    const file = path.join(root, name);
    const lockfile = JSON.parse(readFileSync(file, "utf8"));
    const missing = missingEntries(lockfile);
    const count = Object.keys(missing).length;
    if (process.argv.includes("--check")) {
      if (count === 0) continue;
      console.error(`${name} lacks ${count} entries: run node scripts/complete-lockfile.mjs`);
      process.exitCode = 1;
      continue;
    }
    const entries = Object.entries({ ...lockfile.packages, ...missing });
    lockfile.packages = Object.fromEntries(
      entries.sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0)),
    );
    writeFileSync(file, `${JSON.stringify(lockfile, null, 2)}\n`);
    console.log(`${name}: ${count} entries added.`);
  }
}
