#!/usr/bin/env node
/**
 * The program. A published package brings one file of JavaScript. In the repository the sources run, on the Node that the repository
 * pins, in the folder where the person is.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const built = new URL("../dist/tenantatlas.js", import.meta.url);
const source = new URL("../src/tenantatlas.ts", import.meta.url);
const root = new URL("../../", import.meta.url);

if (existsSync(source)) await runSource();
else await import(built.href);

async function runSource() {
  // A published package has no such file: it is looked for here alone.
  const { ensureDependencies } = await import("../../scripts/dependencies.mjs");
  await ensureDependencies(new AbortController().signal);
  const child = spawn(
    fileURLToPath(new URL("node_modules/.bin/node", root)),
    [fileURLToPath(source), ...process.argv.slice(2)],
    {
      stdio: "inherit",
      // Node keeps here what it compiled: half of the time that a short command takes.
      env: { NODE_COMPILE_CACHE: fileURLToPath(new URL("dist/compile-cache", root)), ...process.env },
    },
  );
  // The terminal sends Ctrl-C to both; the child says what it means.
  process.on("SIGINT", () => {});
  for (const signal of /** @type {const} */ (["SIGTERM", "SIGHUP"])) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    console.error(`tenantatlas cannot run: ${error.message}`);
    process.exitCode = 1;
  });
  child.on("exit", (code) => {
    process.exitCode = code ?? 130;
  });
}
