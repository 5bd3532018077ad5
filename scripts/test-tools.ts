import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { StartError } from "./start-error.ts";

/** Debian's Chromium without windows: the same engine for two thirds of the processor time. */
const HEADLESS_SHELL = "chromium-headless-shell";
const CANDIDATES = [HEADLESS_SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Programs that the suites check archives with, by the Debian package that brings each. */
const ARCHIVE_TOOLS = [
  { program: "unzip", package: "unzip" },
  { program: "python3", package: "python3-minimal" },
  { program: "sha256sum", package: "coreutils" },
];

/** Where Chromium is, installing Debian's where it is missing and this user may. */
export function ensureChromium(): string {
  const found = findChromium();
  if (found !== null) return found;
  installChromium();
  const installed = findChromium();
  if (installed === null) throw new StartError("Chromium was installed and is still not on the PATH.");
  return installed;
}

function installChromium(): void {
  const need = "The browser tests need Chromium";
  const instead = "or set CHROMIUM_PATH";
  try {
    install([HEADLESS_SHELL], need, instead);
  } catch (error) {
    if (!mayInstall()) throw error;
    console.log(`${HEADLESS_SHELL} cannot be installed here: taking the whole browser.`);
    install(["chromium"], need, instead);
  }
}

/** Makes sure of what archives are checked with, in the same way. */
export function ensureArchiveTools(): void {
  const missing = ARCHIVE_TOOLS.filter(({ program }) => onPath(program) === null);
  if (missing.length === 0) return;
  const programs = missing.map(({ program }) => program).join(", ");
  install(
    missing.map((tool) => tool.package),
    `The archive tests need ${programs}`,
  );
}

function install(packages: string[], need: string, instead?: string): void {
  if (!mayInstall()) {
    const command = `install it (Debian: apt-get install ${packages.join(" ")})`;
    throw new StartError(`${need}: ${[command, instead].filter((part) => part !== undefined).join(" ")}.`);
  }
  console.log(`Installing ${packages.join(", ")} from Debian's packages …`);
  apt(["update"]);
  apt(["install", "--yes", "--no-install-recommends", ...packages]);
}

function mayInstall(): boolean {
  return process.getuid?.() === 0 && onPath("apt-get") !== null;
}

function findChromium(): string | null {
  const named = process.env["CHROMIUM_PATH"];
  if (named) {
    if (!existsSync(named)) throw new StartError(`CHROMIUM_PATH names ${named}, which does not exist.`);
    return named;
  }
  for (const name of CANDIDATES) {
    const path = onPath(name);
    if (path !== null) return path;
  }
  return null;
}

function onPath(program: string): string | null {
  const folders = (process.env["PATH"] ?? "").split(":").filter((folder) => folder !== "");
  return folders.map((folder) => `${folder}/${program}`).find((path) => existsSync(path)) ?? null;
}

function apt(parameters: string[]): void {
  const { status, stdout, stderr } = spawnSync("apt-get", parameters, {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (status !== 0) throw new StartError(`apt-get ${parameters[0] ?? ""} failed:\n${stdout}${stderr}`.trimEnd());
}
