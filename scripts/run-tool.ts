import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { projectRoot } from "./dependencies.mjs";
import { StartError } from "./start-error.ts";

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** Runs a program of `node_modules/.bin` to its end, quietly. Its output is in the error when it fails. */
export async function runTool(
  tool: string,
  parameters: string[],
  environment: Record<string, string> = {},
): Promise<void> {
  const child = spawn(path.join(projectRoot, "node_modules", ".bin", tool), parameters, {
    cwd: projectRoot,
    env: { ...process.env, WRANGLER_SEND_METRICS: "false", CI: "true", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  let output = "";
  const collect = (chunk: Buffer): void => void (output += chunk.toString());
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  running.delete(child);
  if (code !== 0) throw new StartError(`${tool} ${parameters[0] ?? ""} failed:\n${output.trim()}`);
}
